// The files of a terminal's host, beside its screen.

import { get, post } from "./asking.js";
import { askName, askSure } from "./prompt.js";
import { harmless, text } from "./texts.js";
import { download, Stopped, upload } from "./transfer.js";

const copyOf = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const ICONS = { folder: "folder", link: "link", file: "file", other: "file" };
const LONGEST_NAME = 255;
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
const icons = document.querySelector("#file-template").content.querySelector("use[href]").getAttribute("href").split("#")[0];

function sizeOf(bytes) {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** step;
  return `${step && value < 100 ? value.toFixed(1) : Math.round(value)} ${UNITS[step]}`;
}

export class Files {
  #panels = new Map();
  #moving = 0;

  // `address` holds a session id of zeros where the real one belongs.
  constructor(address) {
    this.address = address;
  }

  get busy() {
    return this.#moving > 0;
  }

  toggle(tab) {
    const open = this.#panels.get(tab);
    if (open) {
      open.remove();
      this.#panels.delete(tab);
    } else if (tab.state === "open") {
      this.#panels.set(tab, this.#panel(tab));
    } else {
      tab.tell(text("files.open_first"));
    }
    this.show(tab);
    tab.screen.fit();
  }

  show(tab) {
    document.querySelector("[data-tool=files]").setAttribute("aria-pressed", String(this.#panels.has(tab)));
  }

  #panel(tab) {
    const panel = copyOf("files-template");
    tab.pane.querySelector(".term-stage").append(panel);
    const folder = new Folder(panel, () => this.address.replace(/0{8}-0{4}-0{4}-0{4}-0{12}/, tab.connection?.facts.session ?? ""), (by) => (this.#moving += by));
    folder.go("");
    return panel;
  }
}

class Folder {
  path = "/";

  constructor(panel, addressOf, moving) {
    this.panel = panel;
    this.addressOf = addressOf;
    this.moving = moving;
    this.list = panel.querySelector(".term-files-list");
    this.transfers = panel.querySelector(".term-transfers");
    this.field = panel.querySelector("[name=path]");
    const picker = panel.querySelector("[type=file]");
    const acts = {
      up: () => this.go(this.path.replace(/\/[^/]*\/?$/, "") || "/"),
      refresh: () => this.go(this.path),
      folder: () => this.#make(),
      upload: () => picker.click(),
    };
    panel.querySelector("[data-go]").addEventListener("submit", (event) => {
      event.preventDefault();
      this.go(this.field.value, true);
    });
    panel.addEventListener("click", ({ target }) => acts[target.closest("[data-files]")?.dataset.files]?.());
    picker.addEventListener("change", () => {
      this.#uploadAll([...picker.files]);
      picker.value = "";
    });
    panel.addEventListener("dragover", (event) => {
      event.preventDefault();
      panel.classList.add("term-files-drop");
    });
    panel.addEventListener("dragleave", () => panel.classList.remove("term-files-drop"));
    panel.addEventListener("drop", (event) => {
      event.preventDefault();
      panel.classList.remove("term-files-drop");
      this.#uploadAll([...event.dataTransfer.files]);
    });
  }

  say(sentence, bad = false) {
    const note = this.panel.querySelector("[data-note]");
    note.textContent = sentence;
    note.hidden = !sentence;
    note.classList.toggle("term-files-bad", bad);
  }

  async trying(work) {
    try {
      this.say("");
      return await work();
    } catch (problem) {
      this.say(problem instanceof TypeError ? text("files.failed", { reason: text("files.network") }) : problem.message, true);
      return null;
    }
  }

  // Names that are not UTF-8 hold lone surrogates, which JSON carries and an address does not.
  go(path, typed = false) {
    return this.trying(async () => {
      const found = await get(`${this.addressOf()}?path=${encodeURIComponent(JSON.stringify(path))}${typed ? "&typed=1" : ""}`);
      this.path = found.path;
      this.field.value = found.shown;
      this.list.replaceChildren(...found.entries.map((entry) => this.#row(entry)));
      if (!found.entries.length) this.say(text("files.empty"));
    });
  }

  inside(name) {
    return `${this.path === "/" ? "" : this.path}/${name}`;
  }

  #row(entry) {
    const row = copyOf("file-template");
    const button = row.querySelector(".term-file");
    row.querySelector("use").setAttribute("href", `${icons}#${ICONS[entry.kind]}`);
    row.querySelector(".term-file-name").textContent = harmless(entry.shown, LONGEST_NAME);
    row.querySelector(".term-file-name").classList.toggle("term-file-odd", !entry.readable);
    row.querySelector(".term-file-size").textContent = entry.kind === "file" ? sizeOf(entry.size) : text(`files.${entry.kind === "link" ? "link" : "folder"}`);
    if (entry.kind === "other") row.querySelector(".term-file-size").textContent = entry.mode;
    button.title = `${entry.mode} ${new Date(entry.changed * 1000).toLocaleString(document.documentElement.lang)}`;
    button.onclick = () => (entry.kind === "file" ? this.#download(entry) : this.go(this.inside(entry.name)));
    row.querySelector("[data-bs-toggle]").setAttribute("aria-label", text("files.actions", { name: harmless(entry.shown) }));
    row.querySelector("[data-do=download]").hidden = entry.kind === "folder";
    const acts = { download: () => this.#download(entry), rename: () => this.#rename(entry), delete: () => this.#delete(entry) };
    row.querySelector(".dropdown-menu").addEventListener("click", ({ target }) => acts[target.closest("[data-do]")?.dataset.do]?.());
    return row;
  }

  async #change(what, body) {
    const done = await this.trying(() => post(`${this.addressOf()}${what}/`, { folder: this.path, ...body }));
    if (done) await this.go(this.path);
  }

  async #make() {
    const name = await askName(text("files.new"));
    if (name) await this.#change("make", { name });
  }

  async #rename({ name, shown }) {
    const changed = await askName(text("files.rename", { name: harmless(shown) }), shown);
    if (changed && changed !== shown) await this.#change("rename", { name, new: changed });
  }

  async #delete({ name, shown }) {
    if (await askSure(text("files.delete", { name: harmless(shown, LONGEST_NAME) }))) await this.#change("delete", { name });
  }

  async #uploadAll(files) {
    for (const file of files) await this.#upload(file);
    await this.go(this.path);
  }

  async #upload(file, replace = false) {
    const folder = this.path;
    const result = await this.#move(file.name, "uploading", file.size, ({ signal, moved }) => upload(this.addressOf(), { folder, file, replace, signal, moved }));
    if (result?.exists && (await askSure(text("files.replace", { name: file.name })))) await this.#upload(file, true);
  }

  #download({ name, shown }) {
    const path = this.inside(name);
    return this.#move(harmless(shown), "downloading", 0, (how) => download(this.addressOf(), { path, ...how }));
  }

  // Draw a transfer while it goes on, and how it ended.
  async #move(name, what, total, work) {
    const row = copyOf("transfer-template");
    const bar = row.querySelector("progress");
    const said = row.querySelector(".term-transfer-said");
    const stop = new AbortController();
    let size = total;
    let done = 0;
    const draw = () => {
      bar.max = size || 1;
      bar.value = done;
      said.textContent = text(`files.${what}`, { done: sizeOf(done), total: sizeOf(size) });
    };
    const how = { signal: stop.signal, begins: (begun) => (size = begun.size), moved: (bytes) => { done = bytes; draw(); } };
    row.querySelector(".term-transfer-name").textContent = name;
    bar.setAttribute("aria-label", name);
    row.querySelector("button").onclick = () => (row.dataset.over ? row.remove() : stop.abort());
    this.transfers.prepend(row);
    draw();
    this.moving(1);
    let result = null;
    try {
      result = await work(how);
      if (result.exists) row.remove();
      else said.textContent = text("files.done", { total: sizeOf(size), sha256: result.sha256 });
    } catch (problem) {
      row.classList.add("term-transfer-bad");
      const reason = problem instanceof TypeError ? text("files.network") : problem.message;
      said.textContent = problem instanceof Stopped ? text("files.stopped", { done: sizeOf(done), total: sizeOf(size) }) : text("files.failed", { reason });
    }
    this.moving(-1);
    bar.hidden = true;
    row.dataset.over = "1";
    return result;
  }
}
