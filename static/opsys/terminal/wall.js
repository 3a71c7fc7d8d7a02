// Screens of chosen servers side by side. Each says how long its picture has not changed.

import { get, post } from "./asking.js";
import { look } from "./looking.js";
import { harmless, text } from "./texts.js";

const TICK_MS = 1000;
const PAUSE_MS = 250;
const SERVER = "server:";

const page = document.getElementById("screens");
const tiles = page.querySelector(".screens");
const found = page.querySelector(".screens-found");
const field = document.getElementById("screens-search");
const template = document.getElementById("screen-template").content;
const shown = new Map(); // "cluster/id" → tile

class Tile {
  #close = () => {};
  #drawnAt = 0;
  #ended = "";

  constructor(server) {
    this.server = server;
    this.row = template.firstElementChild.cloneNode(true);
    this.said = this.row.querySelector(".screen-said");
    const [cluster, id] = [server.slice(0, server.indexOf("/")), server.slice(server.indexOf("/") + 1)];
    const link = this.row.querySelector("a");
    link.href = page.dataset.consoleUrl.replace("CLUSTER", encodeURIComponent(cluster)).replace("ID", encodeURIComponent(id));
    link.textContent = id;
    this.row.querySelector("small").textContent = cluster;
    this.row.querySelector("button").onclick = () => remove(server);
    this.#name(id);
    this.#open();
  }

  #name(name) {
    this.row.querySelector("a").textContent = harmless(name);
    this.row.querySelector("button").setAttribute("aria-label", text("wall.remove", { name: harmless(name) }));
    this.row.querySelector(".screen-picture").setAttribute("aria-label", text("wall.screen", { name: harmless(name) }));
  }

  async #open() {
    try {
      const { name, ticket } = await post(page.dataset.ticketUrl, { target: `wall:${this.server}` });
      this.#name(name);
      const box = this.row.querySelector(".screen-picture");
      this.#close = look(box, ticket, { drawn: () => (this.#drawnAt = performance.now()), over: (sentence) => this.#over(sentence) });
    } catch (problem) {
      this.#over(problem.message);
    }
  }

  #over(sentence) {
    this.#ended = sentence;
    this.row.classList.add("screen-over");
    this.tick();
  }

  tick() {
    const seconds = Math.round((performance.now() - this.#drawnAt) / 1000);
    const said = this.#drawnAt ? text(seconds < 60 ? "wall.seconds" : "wall.minutes", { seconds, minutes: Math.floor(seconds / 60) }) : text("wall.waiting");
    this.said.textContent = this.#ended || said;
  }

  close() {
    this.#close();
    this.row.remove();
  }
}

function keep() {
  history.replaceState(null, "", `#${[...shown.keys()].map((server) => encodeURIComponent(server)).join("&")}`);
  page.querySelector("[data-empty]").hidden = shown.size > 0;
}

function add(server) {
  if (shown.has(server) || !server.includes("/")) return;
  const tile = new Tile(server);
  shown.set(server, tile);
  tiles.append(tile.row);
  keep();
}

function remove(server) {
  shown.get(server)?.close();
  shown.delete(server);
  keep();
}

let timer = 0;
let asked = 0;
async function search() {
  const number = ++asked;
  const { targets } = field.value.trim() ? await get(`${page.dataset.targetsUrl}?q=${encodeURIComponent(field.value.trim())}`) : { targets: [] };
  if (number !== asked) return;
  const servers = targets.filter(({ key }) => key.startsWith(SERVER) && !shown.has(key.slice(SERVER.length)));
  found.replaceChildren(...servers.map(choiceOf));
  found.hidden = !servers.length;
}

function choiceOf({ key, name, cluster, detail }) {
  const row = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "term-target";
  button.textContent = [harmless(name), cluster, detail].filter(Boolean).join(" · ");
  button.onclick = () => {
    add(key.slice(SERVER.length));
    row.remove();
    field.focus();
  };
  row.append(button);
  return row;
}

field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, PAUSE_MS);
});
setInterval(() => shown.forEach((tile) => tile.tick()), TICK_MS);
for (const server of location.hash.slice(1).split("&").filter(Boolean)) add(decodeURIComponent(server));
