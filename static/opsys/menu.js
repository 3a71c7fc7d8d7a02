// One menu serves all rows: whatever htmx loads into #row-menu opens beside the button that asked for it. It lives
// outside the table, so neither a refresh nor the table's scrolling cuts it off.

const menu = document.getElementById("row-menu");
const items = () => [...menu.querySelectorAll("[role=menuitem]")];
let anchor = null;
let closed = { at: 0, anchor: null };

function place() {
  const button = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = button.bottom + 4 + height <= innerHeight || button.top < height;
  menu.style.left = `${Math.max(8, Math.min(button.right - width, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, below ? Math.min(button.bottom + 4, innerHeight - height - 8) : button.top - height - 4)}px`;
}

document.body.addEventListener("htmx:confirm", (event) => {
  if (event.detail.target !== menu) return;
  // Pressing the button of an open menu closes it (the browser just did), and must not open it again.
  if (closed.anchor === event.detail.elt && Date.now() - closed.at < 300) event.preventDefault();
});

document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== menu) return;
  anchor = detail.requestConfig.elt;
  menu.showPopover();
  place();
  anchor.setAttribute("aria-expanded", "true");
  (menu.querySelector("button, a") || items()[0])?.focus();
});

menu.addEventListener("beforetoggle", (event) => {
  if (event.newState !== "closed") return;
  closed = { at: Date.now(), anchor };
  anchor?.setAttribute("aria-expanded", "false");
});

menu.addEventListener("click", (event) => {
  if (!event.target.closest("button, a")) return;
  menu.hidePopover();
  anchor?.focus({ preventScroll: true });
});

menu.addEventListener("keydown", (event) => {
  const all = items();
  const here = all.indexOf(document.activeElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    all[(next + all.length) % all.length]?.focus();
  } else if (event.key === "Tab") {
    menu.hidePopover();
  }
});

addEventListener("resize", () => menu.matches(":popover-open") && menu.hidePopover());
// A menu that stays while its row scrolls away would point at another row.
addEventListener("scroll", (event) => menu.matches(":popover-open") && !menu.contains(event.target) && menu.hidePopover(), true);
