/* Copies a text of the page; without script it is selected and copied by hand. */
(() => {
  const SHOWN_MS = 4000;

  const select = (text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };

  /* The clipboard is there on https and localhost only. */
  const copy = async (text) => {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text.textContent);
      return true;
    }
    select(text);
    return document.execCommand("copy");
  };

  document.querySelectorAll("[data-copy]").forEach((button) => {
    const text = document.getElementById(button.dataset.copy);
    const said = document.querySelector(`[data-copied="${button.dataset.copy}"]`);
    if (!text || !said) return;
    let shown = 0;
    button.hidden = false;
    button.addEventListener("click", async () => {
      let done = false;
      try {
        done = await copy(text);
      } catch {
        select(text);
      }
      said.textContent = done ? "Copied" : "Selected: copy it with the keyboard";
      clearTimeout(shown);
      shown = setTimeout(() => { said.textContent = ""; }, SHOWN_MS);
    });
  });
})();
