// One socket a page that says when something on it changed. It only makes the page ask sooner: while it is open the
// page's own asking becomes rare (live.js), and when it is gone that goes on as before. The other scripts know it by
// `data-live` on the body and by its events `live-ready` and `live-changed`.

const HIDDEN_MS = 60_000; // a page nobody looks at keeps its socket for so long
const STEADY_MS = 10_000; // one that held for so long was no stroke of luck
const LONGEST_WAIT_MS = 60_000;
const MOST_NAMES = 500;
const SESSION_OVER = 4401;
const GARBAGE = 4400;

let socket = null;
let failures = 0;
let retry = 0;
let farewell = 0;
let openedAt = 0;
let sent = "";
let over = false;

// What the page shows, from what its elements say.
function wish() {
  const watch = [...document.querySelectorAll("[data-live-type]")].map(({ dataset }) => {
    const names = dataset.liveClusters ? dataset.liveClusters.split(" ") : null;
    return { type: dataset.liveType, clusters: names && names.length <= MOST_NAMES ? names : null };
  });
  return JSON.stringify({ watch, jobs: document.querySelector("[data-poll]") !== null });
}

function worthIt() {
  return !over && !document.hidden && document.querySelector("[data-live-type], [data-poll]") !== null;
}

function ask() {
  const text = wish();
  if (socket?.readyState !== WebSocket.OPEN || text === sent) return;
  sent = text;
  socket.send(text);
}

function stopTrying() {
  clearTimeout(retry);
  retry = 0;
}

function open() {
  stopTrying();
  if (socket || !worthIt()) return;
  const own = new WebSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/live/`);
  socket = own;
  sent = "";
  openedAt = performance.now();
  own.addEventListener("open", () => own === socket && ask());
  own.addEventListener("message", ({ data }) => own === socket && hear(JSON.parse(data)));
  own.addEventListener("close", ({ code }) => own === socket && lost(code));
}

function hear({ ready, changed = [], jobs = [] }) {
  if (ready) {
    document.body.dataset.live = "on";
    document.body.dispatchEvent(new CustomEvent("live-ready"));
  }
  if (changed.length || jobs.length) document.body.dispatchEvent(new CustomEvent("live-changed", { detail: { changed, jobs } }));
}

function lost(code) {
  const held = performance.now() - openedAt;
  socket = null;
  delete document.body.dataset.live;
  failures = held > STEADY_MS ? 0 : failures + 1;
  over = code === SESSION_OVER || code === GARBAGE;
  if (!worthIt()) return;
  const wait = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** failures);
  retry = setTimeout(open, wait * (0.5 + Math.random() / 2));
}

// A socket that is still being made is left to itself: to close it would be an error in the browser's console.
function close() {
  stopTrying();
  if (socket?.readyState !== WebSocket.OPEN) return;
  const own = socket;
  socket = null;
  delete document.body.dataset.live;
  own.close(1000);
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(farewell);
  if (document.hidden) farewell = setTimeout(close, HIDDEN_MS);
  else open();
});
addEventListener("online", () => {
  failures = 0;
  open();
});
addEventListener("offline", close);
addEventListener("pagehide", close);
addEventListener("pageshow", ({ persisted }) => persisted && open());

// A cut line is noticed by who asks, long before a socket notices.
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(name, () => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    const own = socket;
    lost(0);
    own.close();
  });
}
document.body.addEventListener("htmx:afterSwap", () => (socket ? ask() : !retry && open()));

if (document.readyState === "complete") open();
else addEventListener("load", open);
