/* Puts what the preview finds wrong at its field while a query is typed, and runs it by Ctrl and Enter. Without script the
   form says the same when it is sent, and its buttons do the same. */
(() => {
  const form = document.getElementById("builder");
  if (!form) return;

  const found = () => {
    const said = document.querySelectorAll("#query-preview [data-error-of]");
    return Object.fromEntries([...said].map((line) => [line.dataset.errorOf, line.textContent]));
  };

  /* A field is told by its control; several fields may have one name. */
  const placeOf = (control) => control.id.replace(/^filter-/, "") || control.name;

  const describe = (control, id, wrong) => {
    const words = (control.getAttribute("aria-describedby") || "").split(" ");
    const others = words.filter((word) => word && word !== id);
    const all = wrong ? [id, ...others] : others;
    if (all.length) control.setAttribute("aria-describedby", all.join(" "));
    else control.removeAttribute("aria-describedby");
    if (wrong) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  };

  const mark = (field, errors) => {
    const controls = [...field.querySelectorAll("[name]")];
    if (!controls.length) return;
    const why = errors[controls[0].name];
    const id = `error-${controls[0].name.startsWith("query-") ? controls[0].name : placeOf(controls[0])}`;
    const line = document.getElementById(id);
    controls.forEach((control) => describe(control, id, Boolean(why)));
    if (!why) {
      if (line) line.remove();
      return;
    }
    const said = line || document.createElement("p");
    said.id = id;
    said.className = "error";
    said.textContent = why;
    field.append(said);
  };

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.querySelector("[aria-keyshortcuts]").click();
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "query-preview") return;
    const errors = found();
    form.querySelectorAll(".field").forEach((field) => mark(field, errors));
  });
})();
