// Light or dark: the system's choice, unless the reader has made one. Not a module, so
// that it runs before the page is drawn.
"use strict";

(() => {
  const KEY = "twinsplice-theme";
  const system = matchMedia("(prefers-color-scheme: dark)");

  function kept() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // Storage is switched off: the choice lasts as long as the page.
    }
  }

  function isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : system.matches;
  }

  function choose(theme) {
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // See `kept`.
    }
  }

  const before = kept();
  if (before === "dark" || before === "light") {
    document.documentElement.dataset.theme = before;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const label = () => {
      button.textContent = isDark() ? "Light" : "Dark";
      button.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      choose(isDark() ? "light" : "dark");
      label();
    });
    system.addEventListener("change", label);
    label();
  });
})();
