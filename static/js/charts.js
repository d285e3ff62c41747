/* Draws what the pages carry as JSON; each chart's table says the same without script. Tips are made of nodes, never of markup:
   names come from strangers, and the policy allows no style attributes. */
(() => {
  const root = document.documentElement;
  const printed = window.matchMedia("print");
  const charts = [];
  const PAPER_PX = 660; // fits A4 and Letter between their margins

  const colour = (name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };

  const palette = () => ({
    red: colour("--z-red"),
    orange: colour("--z-orange"),
    blue: colour("--z-blue"),
    green: colour("--z-green"),
    grey: colour("--z-grey"),
    plain: colour("--z-grey"),
    text: colour("--tblr-body-color"),
    soft: colour("--tblr-secondary-color"),
    line: colour("--z-line"),
    ground: colour("--z-surface"),
    edge: colour("--tblr-border-color"),
  });

  const thin = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const short = (number) => {
    const steps = [[1e9, "G"], [1e6, "M"], [1e3, "k"]];
    const step = steps.find(([least]) => number >= least);
    return step ? `${Number((number / step[0]).toPrecision(3))}\u202f${step[1]}` : String(number);
  };

  const tip = (title, words) => {
    const found = document.createElement("div");
    found.className = "plot-tip";
    const head = document.createElement("b");
    head.textContent = title;
    found.append(head, words);
    return found;
  };

  /* What is unknown has a dashed edge and no ground, so that it is told apart without colour. */
  const fill = (tone, colours) =>
    tone === "grey"
      ? { color: colours.ground, borderColor: colours.grey, borderType: "dashed", borderWidth: 1 }
      : { color: colours[tone] };

  const shared = (colours) => ({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12, color: colours.text },
    tooltip: {
      confine: true,
      backgroundColor: colours.ground,
      borderColor: colours.edge,
      padding: [6, 10],
      textStyle: { color: colours.text, fontSize: 12 },
    },
  });

  const items = (marks, colours) =>
    marks.map((mark) => ({ value: mark.value, href: mark.href, itemStyle: fill(mark.tone, colours) }));

  const bars = (data, colours, width) => ({
    ...shared(colours),
    grid: { left: 4, right: 64, top: 0, bottom: 0, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: { type: "value", min: 0, show: false },
    yAxis: {
      type: "category",
      inverse: true,
      data: data.marks.map((mark) => mark.label),
      axisLine: { lineStyle: { color: colours.edge } },
      axisTick: { show: false },
      axisLabel: { color: colours.text, interval: 0, width: Math.round(width * 0.5), overflow: "truncate" },
    },
    tooltip: {
      ...shared(colours).tooltip,
      trigger: "item",
      formatter: ({ dataIndex }) => tip(data.marks[dataIndex].label, data.marks[dataIndex].words),
    },
    series: [
      {
        type: "bar",
        data: items(data.marks, colours),
        barMaxWidth: 16,
        barMinHeight: 2,
        label: { show: true, position: "right", color: colours.text, formatter: ({ value }) => thin(value) },
      },
    ],
  });

  const days = (data, colours) => ({
    ...shared(colours),
    grid: { left: 4, right: 8, top: 12, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: {
      type: "category",
      data: data.marks.map((mark) => mark.label),
      axisLine: { lineStyle: { color: colours.edge } },
      axisTick: { show: false },
      axisLabel: { color: colours.soft, hideOverlap: true, formatter: (day) => day.slice(5) },
    },
    yAxis: {
      type: "value",
      min: 0,
      ...(data.percent ? { max: 100, interval: 25 } : { minInterval: 1, splitNumber: 3 }),
      splitLine: { lineStyle: { color: colours.line } },
      axisLabel: { color: colours.soft, formatter: data.percent ? "{value}\u202f%" : short },
    },
    tooltip: {
      ...shared(colours).tooltip,
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: ([{ dataIndex }]) => tip(data.marks[dataIndex].label, data.marks[dataIndex].words),
    },
    series: [{ type: "bar", data: items(data.marks, colours), barMaxWidth: 24, barCategoryGap: "25%" }],
  });

  const flows = (data, colours, width) => {
    const labels = Object.fromEntries(data.nodes.map((node) => [node.name, node.label]));
    const side = Math.min(150, Math.round(width * 0.22));
    return {
      ...shared(colours),
      tooltip: {
        ...shared(colours).tooltip,
        trigger: "item",
        formatter: ({ dataType, data: one, value }) =>
          dataType === "edge" ? tip(one.words, "") : tip(labels[one.name], `${thin(value)} connections`),
      },
      series: [
        {
          type: "sankey",
          left: side,
          right: side,
          top: 8,
          bottom: 8,
          nodeWidth: 14,
          nodeGap: 10,
          layoutIterations: 0,
          draggable: false,
          emphasis: { focus: "adjacency" },
          label: { color: colours.text, overflow: "truncate", width: side - 12, formatter: ({ name }) => labels[name] },
          lineStyle: { opacity: 0.35, curveness: 0.5 },
          data: data.nodes.map((node) => ({
            name: node.name,
            depth: node.depth,
            itemStyle: fill(node.tone, colours),
            label: { position: node.depth === 0 ? "left" : "right", width: node.depth === 1 ? 110 : side - 12 },
          })),
          links: data.links.map((link) => ({ ...link, lineStyle: { color: colours[link.tone] } })),
        },
      ],
    };
  };

  const kinds = { bars, days, flows };

  const draw = (chart) => {
    const option = kinds[chart.data.kind](chart.data, palette(), chart.drawn.getWidth());
    chart.drawn.setOption(option, { notMerge: true });
  };

  const follow = (href, event) => {
    if (!href) return;
    if (event && (event.ctrlKey || event.metaKey)) window.open(href, "_blank", "noopener");
    else window.location.assign(href);
  };

  const start = (place) => {
    const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const chart = { place, data, drawn: window.echarts.init(place) };
    chart.drawn.on("click", (found) => follow(found.data && found.data.href, found.event && found.event.event));
    charts.push(chart);
    draw(chart);
    let width = place.clientWidth;
    new ResizeObserver(() => {
      if (printed.matches || !place.clientWidth || place.clientWidth === width) return;
      width = place.clientWidth;
      chart.drawn.resize();
      draw(chart);
    }).observe(place);
  };

  const tables = () => document.querySelectorAll("details.behind");

  /* On paper: light colours, all tables. */
  const paper = () => {
    if (printed.matches) {
      root.dataset.screenTheme = root.dataset.bsTheme;
      root.dataset.bsTheme = "light";
    } else if (root.dataset.screenTheme) {
      root.dataset.bsTheme = root.dataset.screenTheme;
      delete root.dataset.screenTheme;
    }
    charts.forEach((chart) => {
      chart.drawn.resize({ width: printed.matches ? PAPER_PX : "auto" });
      draw(chart);
    });
    tables().forEach((table) => {
      if (printed.matches) {
        table.dataset.was = table.open ? "open" : "";
        table.open = true;
      } else if ("was" in table.dataset) table.open = table.dataset.was === "open";
    });
  };

  tables().forEach((table) => {
    table.open = false;
    table.classList.add("ready");
  });
  printed.addEventListener("change", paper);
  new MutationObserver(() => charts.forEach(draw)).observe(root, { attributeFilter: ["data-bs-theme"] });
  document.fonts.ready.then(() => document.querySelectorAll("[data-chart]").forEach(start));
})();
