/* Keyboard, rows and menus. Everything here is a shortcut to a link that works without it. */
(() => {
  const find = (selector, from = document) => from.querySelector(selector);
  const rowLinks = () => [...document.querySelectorAll("main .listing.linked .row-link")];

  const isTyping = (target) =>
    target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);

  const step = (by) => {
    const links = rowLinks();
    if (!links.length) return;
    const row = document.activeElement && document.activeElement.closest("tr");
    const here = row ? links.findIndex((link) => row.contains(link)) : -1;
    const next = Math.min(Math.max(here + by, 0), links.length - 1);
    links[here < 0 ? 0 : next].focus();
    document.activeElement.closest("tr").scrollIntoView({ block: "nearest" });
  };

  const openFilters = () => {
    const panel = find("details.filters");
    if (!panel) return;
    panel.open = true;
    const first = find("[data-first]", panel) || find("input, select", panel);
    if (first) first.focus();
  };

  const openKeys = () => {
    const list = find("#keys");
    if (list && !list.open) list.showModal();
  };

  const closeMenus = (except) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  };

  const exportRows = () => {
    const summary = find("summary[data-export]");
    if (!summary) return;
    summary.parentElement.open = true;
    find("select", summary.parentElement).focus();
  };

  const search = () => {
    const field = find("#search");
    if (!field) return;
    field.focus();
    field.select();
  };

  const openHelp = () => {
    const link = find("#help-here");
    if (link) link.click();
  };

  const closeHelp = () => {
    const side = find("#help-side");
    if (!side || side.hidden || !find("[data-close-help]:not([hidden])", side)) return false;
    side.hidden = true;
    side.replaceChildren();
    find("#help-here").focus();
    return true;
  };

  const keys = {
    "/": search,
    f: openFilters,
    h: openHelp,
    j: () => step(1),
    k: () => step(-1),
    e: exportRows,
    "?": openKeys,
  };

  const onArrow = (event) => {
    const inRows = document.activeElement && document.activeElement.closest(".listing.linked tbody");
    if (!inRows) return false;
    step(event.key === "ArrowDown" ? 1 : -1);
    return true;
  };

  const escape = () => {
    const menu = find("details.menu[open]") || (!closeHelp() && find("details.filters[open]"));
    if (!menu) return;
    menu.open = false;
    find("summary", menu).focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !find("dialog[open]")) escape();
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (find("dialog[open]")) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (onArrow(event)) event.preventDefault();
      return;
    }
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  /* A click anywhere in a row follows its link, unless text is being selected. */
  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details.menu"));
    if (event.target.closest("[data-keys]")) openKeys();
    if (event.target.closest("[data-close-help]")) closeHelp();
    if (event.target.closest("a, button, input, label, summary")) return;
    const row = event.target.closest(".listing.linked tbody tr");
    const link = row && find(".row-link", row);
    if (!link || String(window.getSelection())) return;
    if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
    else link.click();
  });

  /* Addresses stay short: fields left empty are not sent. */
  document.addEventListener("submit", (event) => {
    if (event.target.matches(".export-form")) closeMenus(null);
    if (!event.target.matches(".filter-form")) return;
    event.target.querySelectorAll("input").forEach((input) => {
      input.disabled = input.value === "";
    });
  });

  document.querySelectorAll("[data-keys]").forEach((button) => {
    button.hidden = false;
  });

  /* The help at the side: to be read, and to be left as it was opened. */
  document.addEventListener("htmx:afterSwap", () => {
    const button = find("#help-side [data-close-help][hidden]");
    if (!button || !find("main")) return;
    button.hidden = false;
    button.focus();
  });

  /* What is refreshed by itself waits while one of its menus is open: it would close. */
  const isRead = (elt) => elt.matches("[hx-trigger^=every]") && find("details.menu[open]", elt);
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isRead(event.detail.elt)) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (isRead(event.detail.requestConfig.elt)) event.detail.shouldSwap = false;
  });

  /* A failed request must not look like a finished one. */
  document.addEventListener("htmx:responseError", (event) => {
    const note = find("#lost") || document.createElement("div");
    note.id = "lost";
    note.className = "note note-error";
    note.setAttribute("role", "alert");
    note.textContent = `The server answered with status ${event.detail.xhr.status}; what you see may be old. Reload the page.`;
    find("main").prepend(note);
  });
  document.addEventListener("htmx:sendError", () => {
    const note = find("#lost") || document.createElement("div");
    note.id = "lost";
    note.className = "note note-warning";
    note.setAttribute("role", "status");
    note.textContent = "The server cannot be reached at the moment; Zertify keeps trying.";
    find("main").prepend(note);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const note = find("#lost");
    if (event.detail.successful && note) note.remove();
  });
})();
