// The search bar over the current screen and what scrolled out of it.

import { text } from "./texts.js";

const form = document.getElementById("search");
const field = document.getElementById("search-text");
const found = document.getElementById("search-found");
const LOOK = { decorations: { matchBackground: "#f0c674", matchOverviewRuler: "#f0c674", activeMatchBackground: "#f08c3a", activeMatchColorOverviewRuler: "#f08c3a" } };

export class Search {
  #heard = new WeakSet();

  constructor(tabOf) {
    this.tabOf = tabOf;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.find("findNext");
    });
    field.addEventListener("input", () => this.find("findPrevious", { incremental: true }));
    form.addEventListener("keydown", ({ key, shiftKey }) => {
      if (key === "Escape") this.close();
      if (key === "Enter" && shiftKey) this.find("findPrevious");
    });
    form.querySelector("[data-search=previous]").onclick = () => this.find("findPrevious");
    form.querySelector("[data-search=close]").onclick = () => this.close();
  }

  open() {
    form.hidden = false;
    field.select();
    field.focus();
  }

  find(direction, options = {}) {
    const addon = this.tabOf()?.screen.search;
    if (!addon) return;
    if (!this.#heard.has(addon)) {
      this.#heard.add(addon);
      addon.onDidChangeResults(({ resultIndex, resultCount }) => {
        found.textContent = field.value ? text("found", { at: resultIndex + 1, of: resultCount }) : "";
      });
    }
    addon[direction](field.value, { ...LOOK, ...options });
  }

  close() {
    if (form.hidden) return;
    form.hidden = true;
    found.textContent = "";
    this.tabOf()?.screen.search.clearDecorations();
    this.tabOf()?.focus();
  }
}
