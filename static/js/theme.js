/* Sets the theme before the first paint: what the user chose, else what the system prefers. */
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  const chosen = () => {
    const found = /(?:^|; )theme=(dark|light)/.exec(document.cookie);
    return found ? found[1] : "";
  };
  const apply = () => {
    root.dataset.bsTheme = chosen() || (dark.matches ? "dark" : "light");
  };

  apply();
  dark.addEventListener("change", apply);

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme-switch");
    if (!button) return;
    const word = document.getElementById("theme-word");
    const use = button.querySelector("use");
    const show = () => {
      const isDark = root.dataset.bsTheme === "dark";
      word.textContent = isDark ? "Light" : "Dark";
      button.title = isDark ? "Switch to the light theme" : "Switch to the dark theme";
      use.setAttribute("href", use.getAttribute("href").replace(/#.*$/, isDark ? "#sun" : "#moon"));
    };
    button.hidden = false;
    show();
    dark.addEventListener("change", show);
    button.addEventListener("click", () => {
      const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
      document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`;
      apply();
      show();
    });
  });
})();
