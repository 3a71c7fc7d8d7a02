// Lines people paste often. Inserting never runs anything: it is pasted without the line's end, and where a program
// does not know about pasting only a single line can be inserted.

import { get } from "./asking.js";

const dialog = document.getElementById("snippet-dialog");
const list = document.getElementById("snippets");
const template = document.getElementById("snippet-template").content;

export class Snippets {
  constructor(address, insert) {
    this.address = address;
    this.insert = insert;
  }

  async open() {
    const { snippets } = await get(this.address);
    document.getElementById("no-snippets").hidden = snippets.length > 0;
    list.replaceChildren(...snippets.map((snippet) => this.#row(snippet)));
    dialog.showModal();
  }

  #row({ name, text }) {
    const row = template.firstElementChild.cloneNode(true);
    row.querySelector(".term-target-name").textContent = name;
    row.querySelector(".term-target-detail").textContent = text.split("\n")[0];
    row.querySelector("button").onclick = () => {
      dialog.close();
      this.insert(text.replace(/[\r\n]+$/, ""));
    };
    return row;
  }
}
