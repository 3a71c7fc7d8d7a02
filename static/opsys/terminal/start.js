// Where to: recent targets, and what a search among servers and hosts finds.

import { get } from "./asking.js";
import { harmless, text } from "./texts.js";

const box = document.getElementById("start");
const field = document.getElementById("target-search");
const list = document.getElementById("targets");
const nothing = document.getElementById("no-targets");
const template = document.getElementById("target-template").content;
const PAUSE_MS = 250;

export class Start {
  #timer = 0;
  #asked = 0;

  // `open({key, name}, choose)`
  constructor(address, open) {
    this.address = address;
    this.open = open;
    field.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.load(), PAUSE_MS);
    });
    field.addEventListener("keydown", ({ key }) => {
      if (key === "Enter") list.querySelector(".term-target")?.click();
      if (key === "ArrowDown") list.querySelector(".term-target")?.focus();
    });
    list.addEventListener("keydown", (event) => {
      const rows = [...list.querySelectorAll(".term-target")];
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      (rows[rows.indexOf(event.target) + by] ?? field).focus();
    });
  }

  show(visible) {
    box.hidden = !visible;
    if (!visible) return;
    document.title = text("terminal");
    field.value = "";
    field.focus();
    this.load();
  }

  async load() {
    const asked = ++this.#asked;
    const { targets } = await get(`${this.address}?q=${encodeURIComponent(field.value.trim())}`);
    if (asked !== this.#asked) return;
    nothing.hidden = targets.length > 0;
    list.replaceChildren(...targets.map((target) => this.#row(target)));
  }

  #row(target) {
    const row = template.firstElementChild.cloneNode(true);
    const [button, more] = row.querySelectorAll("button");
    const name = harmless(target.name);
    row.querySelector(".term-target-name").textContent = name;
    row.querySelector(".term-target-detail").textContent = [target.recent ? text("recent") : "", target.cluster, target.detail].filter(Boolean).join(" · ");
    button.onclick = () => this.open({ key: target.key, name });
    more.setAttribute("aria-label", text("choose", { name }));
    more.title = text("choose", { name });
    more.onclick = () => this.open({ key: target.key, name }, true);
    return row;
  }
}
