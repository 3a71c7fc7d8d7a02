// Keeps the page true while people work in it. #freshness asks every few seconds what changed; when rows did, the
// server's answer fires `rows-changed` and #region fetches itself. While a socket tells what changes (socket.js) the
// asking is rare. This file decides when a fetch must wait, and carries over what a swap would lose: the focus, what
// was folded open, how far a wide table was scrolled.

const OPENERS = '[hx-target="#dialog"], [hx-target="#row-menu"]';
const OVERLAYS = `dialog[open], #row-menu:popover-open, :is(#region, .topbar) .dropdown-menu.show, .htmx-request:is(${OPENERS})`; // the last: about to open
const RARE_MS = 15_000; // how often a page asks by itself while it has a socket
const LEAST_PAUSE_MS = 500; // between two fetches of the rows that a socket asked for; a slow server is given more, and a region may ask for more
const LONGEST_PAUSE_MS = 15_000;
const JOBS_PAUSE_MS = 1000;
const HIDDEN_PAUSE_MS = 5000; // between two looks at a job whose page nobody looks at, and whose end is to be told
let postponed = false;
let pressed = false; // a button held down loses its click when it is replaced
let kept = null;
let fetchedAt = -Infinity;
let took = 0;
let paced = 0;
let jobsAt = -Infinity;
let jobsPaced = 0;
const askedAt = new Map();

const region = () => document.getElementById("region");
const freshness = () => document.getElementById("freshness");

function typing() {
  const element = document.activeElement;
  return Boolean(element?.closest("#region") && element.matches("textarea, select, input:not([type=checkbox])"));
}

function mustWait() {
  return pressed || document.querySelector(OVERLAYS) !== null || typing();
}

function wake() {
  if (freshness() && !document.hidden) htmx.trigger(freshness(), "wake");
}

function wakeJobs() {
  jobsAt = performance.now();
  for (const element of document.querySelectorAll(document.hidden ? "[data-poll-hidden]" : "[data-poll]")) htmx.trigger(element, "wake");
}

function wakeJobsSoon() {
  clearTimeout(jobsPaced);
  jobsPaced = setTimeout(wakeJobs, Math.max(0, jobsAt + JOBS_PAUSE_MS - performance.now()));
}

// What asks by itself need not while a socket is open, unless it has not asked for long.
function isNeedless(element, event) {
  const byTheClock = !event || event.type === "every";
  return byTheClock && document.body.dataset.live === "on" && performance.now() - (askedAt.get(element.id) ?? -Infinity) < RARE_MS;
}

// A page that nobody looks at asks for nothing but for what is to be told to somebody who went elsewhere.
function restsHidden(element, event) {
  if (!document.hidden) return false;
  const asked = askedAt.get(element.id) ?? -Infinity;
  const byTheClock = !event || event.type === "every";
  return !element.hasAttribute("data-poll-hidden") || (byTheClock && performance.now() - asked < HIDDEN_PAUSE_MS);
}

// A busy cloud changes all the time: its rows are fetched for a fifth of the time at most.
function fetchSoon(work) {
  const least = Number(region()?.dataset.leastPause ?? LEAST_PAUSE_MS);
  const pause = Math.min(LONGEST_PAUSE_MS, Math.max(least, 4 * took));
  clearTimeout(paced);
  paced = setTimeout(work, Math.max(0, fetchedAt + pause - performance.now()));
}

function catchUp() {
  if (!postponed || mustWait()) return;
  postponed = false;
  if (region()?.hasAttribute("data-poll")) htmx.trigger(region(), "wake");
  else htmx.trigger(document.body, "rows-changed");
}

// What people asked for themselves comes at once; what the page asked for by itself finds its moment.
function byItself(element, event) {
  return element === freshness() || element.hasAttribute("data-poll") || (element === region() && event?.type === "rows-changed");
}

document.body.addEventListener("htmx:confirm", (event) => {
  const { elt, triggeringEvent } = event.detail;
  if (elt === freshness() || elt.hasAttribute("data-poll")) {
    if (restsHidden(elt, triggeringEvent) || isNeedless(elt, triggeringEvent)) event.preventDefault(); // nobody is looking, or we are told
    else askedAt.set(elt.id, performance.now());
  }
  // An answer that is under way may be older than this change, and htmx would drop a second request.
  const underWay = triggeringEvent?.type === "rows-changed" && elt.classList.contains("htmx-request");
  if (elt === region() && ((document.hidden && !elt.hasAttribute("data-poll-hidden")) || mustWait() || underWay)) {
    postponed = true;
    event.preventDefault();
  }
});

document.body.addEventListener("live-ready", () => {
  wake(); // what changed before the socket listened
  wakeJobs();
});
document.body.addEventListener("live-changed", ({ detail }) => {
  if (detail.changed.length) fetchSoon(() => htmx.trigger(document.body, "rows-changed"));
  if (detail.jobs.length) wakeJobsSoon();
});

document.addEventListener("visibilitychange", () => {
  wake();
  wakeJobs();
  if (!document.hidden) catchUp();
});
// An overlay closes in three ways, and none of the first two events bubbles.
document.addEventListener("close", () => setTimeout(catchUp), true);
document.addEventListener("toggle", () => setTimeout(catchUp), true);
document.addEventListener("hidden.bs.dropdown", () => setTimeout(catchUp));
document.addEventListener("focusout", () => setTimeout(catchUp));
document.addEventListener("pointerdown", ({ button }) => (pressed = button === 0));
for (const name of ["pointerup", "pointercancel", "contextmenu", "dragend"]) {
  document.addEventListener(name, () => {
    pressed = false;
    setTimeout(catchUp); // after the click
  });
}

// What the page asks by itself must not keep the session of somebody who left alive.
document.body.addEventListener("htmx:configRequest", ({ detail }) => {
  if (byItself(detail.elt, detail.triggeringEvent)) detail.headers["X-Poll"] = "1";
});

// After an action its effect is worth looking for at once.
document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt === region() && !detail.successful) postponed = true; // the next good answer catches up
  if (detail.elt.matches(OPENERS) || (detail.successful && detail.elt.matches("#freshness, #region"))) setTimeout(catchUp);
  if (detail.successful && detail.requestConfig.verb !== "get") setTimeout(wake, 300);
});

document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.elt.id === "region") fetchedAt = performance.now();
});
document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.id === "region") took = performance.now() - fetchedAt;
});

function addressOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  for (const name of ["hx-get", "hx-post", "href"]) {
    if (element.hasAttribute(name)) return `[${name}="${CSS.escape(element.getAttribute(name))}"]`;
  }
  if (element.name) return `[name="${CSS.escape(element.name)}"][value="${CSS.escape(element.value)}"]`;
  return null;
}

document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, triggeringEvent } = detail.requestConfig;
  if (detail.target === region() && byItself(elt, triggeringEvent) && mustWait()) {
    // A menu was opened, or a field entered, while this answer was under way.
    detail.shouldSwap = false;
    postponed = true;
  }
  if (!detail.shouldSwap || !detail.target.matches("#region, #freshness, [data-poll]")) return;
  const focused = document.activeElement;
  kept = {
    id: detail.target.id,
    focus: focused !== document.body && detail.target.contains(focused) ? addressOf(focused) : null,
    open: [...detail.target.querySelectorAll("details[open][id]")].map((element) => element.id),
    left: detail.target.querySelector(".table-scroll")?.scrollLeft,
    top: elt.hasAttribute("data-scroll-top"),
  };
});

document.body.addEventListener("htmx:afterSwap", ({ target }) => {
  if (!kept || target.id !== kept.id) return;
  for (const id of kept.open) document.getElementById(id)?.setAttribute("open", "");
  if (kept.left) target.querySelector(".table-scroll")?.scrollTo({ left: kept.left, behavior: "instant" });
  if (kept.focus) document.querySelector(kept.focus)?.focus({ preventScroll: true });
  if (kept.top) scrollTo({ top: 0, behavior: "instant" });
  kept = null;
});
