/* Orders the columns of a table by drag, by its buttons and by Alt with the arrows. Without script the same buttons ask the
   server; here they only move a line, and "Keep for me" sends the whole. */
(() => {
  const lines = (list) => [...list.querySelectorAll("[data-column]")];

  const say = (line) => {
    const list = line.parentElement;
    const said = line.closest("[data-columns]").querySelector("[data-said]");
    const name = line.querySelector("label").textContent.trim();
    said.textContent = `${name}: place ${lines(list).indexOf(line) + 1} of ${lines(list).length}`;
  };

  const mend = (list) => {
    const all = lines(list);
    all.forEach((line, place) => {
      const [up, down] = line.querySelectorAll(".moves button");
      up.disabled = place === 0;
      down.disabled = place === all.length - 1;
    });
  };

  const move = (line, by) => {
    const other = by < 0 ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    const focused = document.activeElement;
    if (by < 0) other.before(line);
    else other.after(line);
    mend(line.parentElement);
    const [up, down] = line.querySelectorAll(".moves button");
    const kept = focused && line.contains(focused) && !focused.disabled ? focused : by < 0 ? down : up;
    kept.focus();
    line.scrollIntoView({ block: "nearest" });
    say(line);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-columns] .moves button");
    if (!button) return;
    event.preventDefault();
    move(button.closest("[data-column]"), button.value.startsWith("up:") ? -1 : 1);
  });

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !/^Arrow(Up|Down)$/.test(event.key)) return;
    const line = event.target.closest("[data-columns] [data-column]");
    if (!line) return;
    event.preventDefault();
    move(line, event.key === "ArrowUp" ? -1 : 1);
  });

  /* The grip moves its line to where the pointer is; a list that is longer than its frame scrolls along. */
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-columns] .grip");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    const line = grip.closest("[data-column]");
    const list = line.parentElement;
    list.setPointerCapture(event.pointerId); // the list stays where it is, the line is moved
    line.classList.add("dragged");
    const follow = ({ clientY }) => {
      const frame = list.getBoundingClientRect();
      if (clientY < frame.top + 24) list.scrollTop -= 12;
      if (clientY > frame.bottom - 24) list.scrollTop += 12;
      const middle = (other) => {
        const box = other.getBoundingClientRect();
        return box.top + box.height / 2;
      };
      const before = lines(list).find((other) => other !== line && clientY < middle(other));
      if (before ? before.previousElementSibling === line : list.lastElementChild === line) return;
      if (before) before.before(line);
      else list.append(line);
    };
    const drop = () => {
      line.classList.remove("dragged");
      list.removeEventListener("pointermove", follow);
      mend(list);
      say(line);
    };
    list.addEventListener("pointermove", follow);
    list.addEventListener("lostpointercapture", drop, { once: true });
  });
})();
