// Loaded in <head> and not deferred: the theme must be set before anything is painted, else a dark page flashes white.
// The key is the one Django's admin uses, so both follow the same choice.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");

  function choice() {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto"; // storage is switched off
    }
  }

  function apply() {
    const chosen = choice();
    const dark = chosen === "dark" || (chosen === "auto" && system.matches);
    document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      const current = button.dataset.themeChoice === chosen;
      button.classList.toggle("active", current);
      button.setAttribute("aria-pressed", String(current));
    }
  }

  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", apply); // another tab changed it
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    try {
      localStorage.setItem("theme", button.dataset.themeChoice);
    } catch {
      return;
    }
    apply();
  });
})();
