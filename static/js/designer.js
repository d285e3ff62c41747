/* Whoever comes back to the tab may have made an object in another one. */
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) document.body.dispatchEvent(new Event("seen-again"));
});

/* Fields say what is wrong while they are filled in; only those that were touched miss a value. */
document.querySelectorAll("form[data-live]").forEach((form) => {
  const touched = new Set();
  const note = (event) => {
    if (event.target.name) touched.add(event.target.name);
    form.elements.touched.value = [...touched].join(" ");
  };
  form.addEventListener("input", note, true);
  form.addEventListener("change", note, true);
});

document.addEventListener("htmx:oobAfterSwap", (event) => {
  const place = event.detail.target;
  const field = document.getElementById(place.id.replace(/_said$/, ""));
  if (!field || !place.classList.contains("field-said")) return;
  field.setAttribute("aria-invalid", String(place.querySelector(".error") !== null));
});

/* Rules are dragged into another order; the buttons beside them do the same without script. */
(() => {
  const list = document.querySelector("[data-order]");
  if (!list) return;
  const form = document.querySelector("#order");
  let lifted = null;

  const send = () => {
    form.querySelectorAll("input[name=name]").forEach((input) => input.remove());
    list.querySelectorAll(":scope > li").forEach((item) => {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = "name";
      input.value = item.dataset.name;
      form.append(input);
    });
    form.submit();
  };

  list.querySelectorAll(":scope > li").forEach((item) => {
    item.draggable = true;
    item.querySelector(".grip").hidden = false;
    item.addEventListener("dragstart", (event) => {
      lifted = item;
      item.classList.add("lifted");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", item.dataset.name);
    });
    item.addEventListener("dragover", (event) => {
      if (!lifted || lifted === item) return;
      event.preventDefault();
      const { top, height } = item.getBoundingClientRect();
      item[event.clientY > top + height / 2 ? "after" : "before"](lifted);
    });
    item.addEventListener("dragend", () => {
      item.classList.remove("lifted");
      lifted = null;
      send();
    });
  });
  list.addEventListener("dragover", (event) => event.preventDefault());
})();
