// Typing into several terminals at once. It is a loud state: a red frame, a line that says so, marks on the tabs.

import { text } from "./texts.js";

const dialog = document.getElementById("broadcast-dialog");
const choice = document.getElementById("broadcast-choice");
const banner = document.getElementById("broadcasting");

export class Broadcast {
  #chosen = new Set();

  constructor(app, tabsOf) {
    this.app = app;
    this.tabsOf = tabsOf;
  }

  // Where what is typed into this tab goes.
  targets(tab) {
    return this.#chosen.has(tab) ? [...this.#chosen] : [tab];
  }

  choose(current) {
    const open = this.tabsOf().filter((tab) => tab.state === "open");
    choice.replaceChildren(choice.firstElementChild, ...open.map((tab) => this.#option(tab, this.#chosen.size ? this.#chosen.has(tab) : true)));
    const few = open.length < 2;
    document.getElementById("broadcast-few").hidden = !few;
    dialog.querySelector("[value=start]").disabled = few;
    dialog.returnValue = "";
    dialog.onclose = () => {
      if (dialog.returnValue === "start") this.#begin(open.filter((_tab, index) => choice.querySelectorAll("input")[index].checked));
      current?.focus();
    };
    dialog.showModal();
  }

  #option(tab, checked) {
    const label = document.createElement("label");
    label.className = "form-check";
    const box = Object.assign(document.createElement("input"), { type: "checkbox", className: "form-check-input", checked });
    const name = Object.assign(document.createElement("span"), { className: "form-check-label" });
    name.textContent = tab.item.querySelector(".term-tab-title").textContent;
    label.append(box, name);
    return label;
  }

  #begin(tabs) {
    this.stop();
    if (tabs.length < 2) return;
    this.#chosen = new Set(tabs);
    for (const tab of tabs) tab.connection?.broadcast(true, tabs.length);
    this.#draw();
  }

  stop() {
    for (const tab of this.#chosen) tab.connection?.broadcast(false, 0);
    this.#chosen.clear();
    this.#draw();
  }

  // A tab that ended is no target any more, and one alone is no broadcast.
  refresh() {
    if (!this.#chosen.size) return;
    const present = this.tabsOf();
    const still = [...this.#chosen].filter((tab) => present.includes(tab) && !tab.ended);
    if (still.length === this.#chosen.size) return;
    this.#chosen = new Set(still);
    if (still.length < 2) this.stop();
    else this.#draw();
  }

  #draw() {
    const on = this.#chosen.size > 0;
    this.app.classList.toggle("term-broadcasting", on);
    banner.hidden = !on;
    banner.querySelector("[data-text]").textContent = on ? text("broadcasting", { count: this.#chosen.size }) : "";
    for (const tab of this.tabsOf()) {
      tab.item.classList.toggle("term-tab-broadcast", this.#chosen.has(tab));
      tab.pane.classList.toggle("term-pane-broadcast", this.#chosen.has(tab));
    }
  }
}
