/* Sends the chosen files one after another with a bar for each; without script the form sends them itself. */
(() => {
  const form = document.getElementById("upload");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector(".drop");
  const queue = document.getElementById("queue");
  const button = form.querySelector("button[type=submit]");
  const limit = Number(form.dataset.limitBytes);

  const scaled = (bytes) => {
    const units = ["B", "KB", "MB", "GB", "TB"];
    let unit = 0;
    let value = bytes;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit += 1;
    }
    return `${value.toFixed(unit && value < 100 ? 1 : 0)} ${units[unit]}`;
  };

  const addLine = (file) => {
    const item = document.createElement("li");
    const line = document.createElement("div");
    const name = document.createElement("span");
    const state = document.createElement("span");
    const bar = document.createElement("progress");
    line.className = "line";
    name.className = "mono";
    name.textContent = file.name;
    state.textContent = scaled(file.size);
    bar.max = Math.max(file.size, 1);
    bar.value = 0;
    bar.setAttribute("aria-label", `Upload of ${file.name}`);
    line.append(name, state);
    item.append(line, bar);
    queue.append(item);
    return { bar, state };
  };

  const done = (line, text) => {
    line.bar.remove();
    line.state.textContent = text;
  };

  const answer = (request, line, failed) => {
    let body = {};
    try {
      body = JSON.parse(request.responseText);
    } catch {
      body = { error: `the server answered with status ${request.status}` };
    }
    if (request.status < 300 && body.href) {
      const link = document.createElement("a");
      link.href = body.href;
      link.textContent = "uploaded, import started";
      done(line, "");
      line.state.append(link);
      return body.href;
    }
    failed(`not taken: ${body.error || "unknown reason"}`);
    return "";
  };

  const send = (file, line) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const started = performance.now();
      const data = new FormData(form);
      const failed = (text) => {
        done(line, text);
        line.state.className = "error";
        resolve("");
      };
      data.delete(input.name);
      data.append(input.name, file);
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        const rate = event.loaded / Math.max((performance.now() - started) / 1000, 0.001);
        line.bar.max = event.total;
        line.bar.value = event.loaded;
        line.state.textContent = `${scaled(event.loaded)} of ${scaled(event.total)}, ${scaled(rate)}/s`;
      });
      request.addEventListener("error", () => failed("the connection was lost; send it again"));
      request.addEventListener("load", () => {
        const href = answer(request, line, failed);
        if (href) resolve(href);
      });
      request.send(data);
    });

  const sendAll = async (files) => {
    const lines = files.map(addLine);
    const taken = [];
    button.disabled = true;
    for (const [index, file] of files.entries()) {
      if (limit && file.size > limit) {
        done(lines[index], `larger than the limit of ${scaled(limit)}`);
        continue;
      }
      const href = await send(file, lines[index]);
      if (href) taken.push(href);
    }
    button.disabled = false;
    input.value = "";
    if (taken.length === files.length) {
      window.location.assign(taken.length === 1 ? taken[0] : form.dataset.history);
    }
  };

  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    sendAll([...input.files]);
  });

  ["dragover", "dragleave", "drop"].forEach((kind) =>
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    }),
  );
})();
