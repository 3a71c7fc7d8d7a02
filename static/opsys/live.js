// Keeps the page true while people work in it. #freshness asks every few seconds what changed; when rows did, the
// server's answer fires `rows-changed` and #region fetches itself. This file decides when that must wait, and
// carries over what a swap would lose: the focus, what was folded open, how far a wide table was scrolled.

const OVERLAYS = "dialog[open], #row-menu:popover-open, #region .dropdown-menu.show, .topbar .dropdown-menu.show";
let postponed = false;
let kept = null;

const region = () => document.getElementById("region");
const freshness = () => document.getElementById("freshness");

function typing() {
  const element = document.activeElement;
  return Boolean(element?.closest("#region") && element.matches("textarea, select, input:not([type=checkbox])"));
}

function mustWait() {
  return document.querySelector(OVERLAYS) !== null || typing();
}

function wake() {
  if (freshness() && !document.hidden) htmx.trigger(freshness(), "wake");
}

function catchUp() {
  if (!postponed || mustWait()) return;
  postponed = false;
  htmx.trigger(document.body, "rows-changed");
}

document.body.addEventListener("htmx:confirm", (event) => {
  const { elt } = event.detail;
  if ((elt === freshness() || elt.hasAttribute("data-poll")) && document.hidden) event.preventDefault(); // nobody is looking
  if (elt === region() && (document.hidden || mustWait())) {
    postponed = true;
    event.preventDefault();
  }
});

document.addEventListener("visibilitychange", () => {
  wake();
  if (!document.hidden) catchUp();
});
// An overlay closes in three ways, and none of the first two events bubbles.
document.addEventListener("close", () => setTimeout(catchUp), true);
document.addEventListener("toggle", () => setTimeout(catchUp), true);
document.addEventListener("hidden.bs.dropdown", () => setTimeout(catchUp));
document.addEventListener("focusout", () => setTimeout(catchUp));

// What the page asks by itself must not keep the session of somebody who left alive.
document.body.addEventListener("htmx:configRequest", ({ detail }) => {
  const byItself = detail.elt.hasAttribute("data-poll") || detail.elt === freshness() || (detail.elt === region() && detail.triggeringEvent?.type === "rows-changed");
  if (byItself) detail.headers["X-Poll"] = "1";
});

// After an action its effect is worth looking for at once.
document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt === region() && !detail.successful) postponed = true; // the next good answer catches up
  if (detail.elt.id === "freshness" && detail.successful) setTimeout(catchUp);
  if (detail.successful && detail.requestConfig.verb !== "get") setTimeout(wake, 300);
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
  if (detail.target !== region() && detail.target !== freshness()) return;
  const focused = document.activeElement;
  kept = {
    focus: detail.target.contains(focused) ? addressOf(focused) : null,
    open: [...detail.target.querySelectorAll("details[open][id]")].map((element) => element.id),
    left: detail.target.querySelector(".table-scroll")?.scrollLeft,
    top: detail.requestConfig.elt.hasAttribute("data-scroll-top"),
  };
});

document.body.addEventListener("htmx:afterSwap", ({ target }) => {
  if (!kept || (target !== region() && target !== freshness())) return;
  for (const id of kept.open) document.getElementById(id)?.setAttribute("open", "");
  if (kept.left) target.querySelector(".table-scroll")?.scrollTo({ left: kept.left, behavior: "instant" });
  if (kept.focus) target.querySelector(kept.focus)?.focus({ preventScroll: true });
  if (kept.top) scrollTo({ top: 0, behavior: "instant" });
  kept = null;
});
