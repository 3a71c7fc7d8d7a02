// The page of the shells: its tabs, and what belongs to all of them. A link to `#server:east/ID`, `#serial:…` or `#host:7` opens
// a tab in this very page, so links from the console find their way here without ending what runs.

import { Broadcast } from "./broadcast.js";
import { Files } from "./files.js";
import { PhoneKeys } from "./keys.js";
import { changeFontSize, onTheme } from "./looks.js";
import { paste } from "./paste.js";
import { Search } from "./search.js";
import { Snippets } from "./snippets.js";
import { Start } from "./start.js";
import { Tab } from "./tab.js";
import { text } from "./texts.js";

const app = document.getElementById("shells");
const panes = app.querySelector(".term-panes");
const list = document.getElementById("tabs");
const closeDialog = document.getElementById("close-dialog");
const KEPT = "terminals";

const tabs = [];
let current = null;

const start = new Start(app.dataset.targetsUrl, (target, choose) => add(target).then((tab) => (choose ? tab.choose() : tab.open())));
const search = new Search(() => current);
const broadcast = new Broadcast(app, () => tabs);
const phone = new PhoneKeys((bytes) => current && typed(bytes, current), () => current);
const snippets = new Snippets(app.dataset.snippetsUrl, insert);
const files = new Files(app.dataset.filesUrl);

function typed(bytes, tab) {
  const really = phone.changed(bytes);
  for (const other of broadcast.targets(tab)) other.type(really);
}

// Nothing runs by itself: several lines only go where the program takes them as one paste.
function insert(lines) {
  const { terminal } = current.screen;
  if (lines.includes("\n") && !terminal.modes.bracketedPasteMode) current.tell(text("snippet.lines"));
  else terminal.paste(lines);
  current.focus();
}

async function add(target) {
  const tab = new Tab(target, { typed, keys, ticketUrl: app.dataset.ticketUrl, resumeSeconds: Number(app.dataset.resumeSeconds) });
  tabs.push(tab);
  list.append(tab.item);
  panes.append(tab.pane);
  tab.pane.hidden = false;
  await document.fonts.ready;
  tab.attach();
  tab.item.querySelector(".term-tab-name").onclick = () => select(tab);
  tab.item.querySelector(".term-tab-close").onclick = () => askToClose(tab);
  tab.item.addEventListener("auxclick", ({ button }) => button === 1 && askToClose(tab));
  tab.addEventListener("changed", () => refresh(tab));
  tab.addEventListener("closed", () => remove(tab));
  tab.pane.addEventListener("paste", (event) => paste(event, tab), true);
  select(tab);
  return tab;
}

function select(tab) {
  current = tab;
  start.show(tab === null);
  for (const each of tabs) {
    each.item.classList.toggle("term-tab-current", each === tab);
    each.item.querySelector(".term-tab-name").toggleAttribute("aria-current", each === tab);
    each.show(each === tab);
    refresh(each);
  }
  files.show(tab);
  search.close();
}

// The same server twice gets a number; a title the host set stands behind our own name, never instead of it.
function labelOf(tab) {
  const alike = tabs.filter((other) => other.target.key === tab.target.key);
  return alike.length > 1 ? `${tab.name} (${alike.indexOf(tab) + 1})` : tab.name;
}

function refresh(tab) {
  const label = labelOf(tab);
  tab.item.querySelector(".term-tab-title").textContent = label;
  tab.item.title = tab.title ? `${label}: ${tab.title}` : label;
  tab.item.dataset.state = tab.state;
  tab.item.classList.toggle("term-tab-news", tab.news);
  tab.item.querySelector("[data-state]").textContent = text(`state.${tab.state}`);
  tab.item.querySelector(".term-tab-close").setAttribute("aria-label", text("close", { name: label }));
  if (tab === current) document.title = `${label} · ${text("terminal")}`;
  broadcast.refresh();
  if (tab === current) files.show(tab);
  keep();
}

// After a reload of the page the sessions are taken up again. The browser forgets this with the tab.
function keep() {
  const live = tabs.filter((tab) => tab.connection?.key.secret && !tab.ended);
  sessionStorage.setItem(KEPT, JSON.stringify(live.map((tab) => ({ target: tab.target, key: tab.connection.key }))));
}

function askToClose(tab) {
  if (!tab.live) {
    tab.close();
    return;
  }
  closeDialog.querySelector("[data-text]").textContent = text("close.question", { name: labelOf(tab) });
  closeDialog.returnValue = "";
  closeDialog.onclose = () => (closeDialog.returnValue === "close" ? tab.close() : current?.focus());
  closeDialog.showModal();
}

function remove(tab) {
  const at = tabs.indexOf(tab);
  tabs.splice(at, 1);
  tab.item.remove();
  tab.pane.remove();
  broadcast.refresh();
  if (tab === current) select(tabs[Math.min(at, tabs.length - 1)] ?? null);
  else tabs.forEach(refresh);
  keep();
}

function beside(by) {
  if (tabs.length) select(tabs[(tabs.indexOf(current) + by + tabs.length) % tabs.length]);
}

const SHORTCUTS = {
  "alt+KeyN": () => select(null),
  "alt+KeyW": () => current && askToClose(current),
  "alt+ArrowLeft": () => beside(-1),
  "alt+ArrowRight": () => beside(1),
  "alt+KeyM": () => document.getElementById("new-tab").focus(),
  "ctrl+KeyF": () => search.open(),
  "ctrl+KeyC": () => tools.copy(),
};

function shortcutOf(event) {
  if (event.type !== "keydown" || !event.shiftKey || event.metaKey || event.altKey === event.ctrlKey) return null;
  return SHORTCUTS[`${event.altKey ? "alt" : "ctrl"}+${event.code}`] ?? null;
}

// What the terminal may have: everything but our own few, and Ctrl+Shift+V, which is the browser's to paste.
function keys(event) {
  const isPaste = event.ctrlKey && event.shiftKey && event.code === "KeyV";
  return !isPaste && !shortcutOf(event);
}

document.addEventListener("keydown", (event) => {
  const act = shortcutOf(event);
  if (!act || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  act();
});

const tools = {
  search: () => current && search.open(),
  files: () => current && files.toggle(current),
  snippets: () => current && snippets.open(),
  broadcast: () => broadcast.choose(current),
  "broadcast-off": () => broadcast.stop(),
  copy: () => current && navigator.clipboard?.writeText(current.screen.terminal.getSelection()),
  paste: async () => current && current.screen.terminal.paste(await navigator.clipboard.readText()),
  larger: () => resizeText(1),
  smaller: () => resizeText(-1),
  fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  keys: () => document.getElementById("keys-dialog").showModal(),
};

function resizeText(by) {
  changeFontSize(by);
  for (const tab of tabs) tab.screen.look();
}

app.addEventListener("click", (event) => {
  const tool = event.target.closest("[data-tool]");
  if (tool) tools[tool.dataset.tool]();
});
document.getElementById("new-tab").onclick = () => select(null);
document.addEventListener("click", ({ target }) => target.closest("[data-dialog-shut]")?.closest("dialog").close());
onTheme(() => tabs.forEach((tab) => tab.screen.look()));

// Closing the window would end what runs without a word.
addEventListener("beforeunload", (event) => {
  if (tabs.some((tab) => tab.state === "open") && files.busy) event.preventDefault();
});

function openFromAddress() {
  const key = decodeURIComponent(location.hash.slice(1));
  if (!/^(server|serial|host):/.test(key)) return;
  history.replaceState(null, "", location.pathname);
  add({ key, name: key.replace(/^.*[:/]/, "") }).then((tab) => tab.open());
}

addEventListener("hashchange", openFromAddress);

for (const { target, key } of JSON.parse(sessionStorage.getItem(KEPT) ?? "[]")) add(target).then((tab) => tab.takeUp(key));
if (!location.hash && !tabs.length) select(null);
openFromAddress();

