// Which rows are selected, across every refresh of the table, and the bar that acts on them. A row that left the
// page leaves the selection too: what an action touches is always in view.

const bar = document.getElementById("bulk-bar");
const selected = new Set();
let last = null; // where a range starts

const boxes = () => [...document.querySelectorAll("#region .row-select")];

function show() {
  const page = document.getElementById("select-page");
  const all = boxes();
  for (const box of all) {
    box.checked = selected.has(box.value);
    box.closest("tr").classList.toggle("row-selected", box.checked);
  }
  if (page) {
    page.checked = all.length > 0 && selected.size === all.length;
    page.indeterminate = selected.size > 0 && !page.checked;
  }
  if (!bar) return;
  bar.hidden = selected.size === 0;
  bar.querySelector("[data-bulk-number]").textContent = selected.size;
}

function set(box, on) {
  if (on) selected.add(box.value);
  else selected.delete(box.value);
}

function clear() {
  selected.clear();
  last = null;
  show();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-bulk-clear]")) return clear();
  if (event.target.id === "select-page") {
    for (const box of boxes()) set(box, event.target.checked);
    return show();
  }
  if (!event.target.classList.contains("row-select")) return;
  const all = boxes();
  const here = all.indexOf(event.target);
  const from = event.shiftKey ? all.findIndex((box) => box.value === last) : -1;
  const range = from < 0 ? [event.target] : all.slice(Math.min(from, here), Math.max(from, here) + 1);
  for (const box of range) set(box, event.target.checked);
  last = event.target.value;
  show();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const writing = event.target.matches("input:not([type=checkbox]), textarea, select");
  if (event.key === "Escape" && !writing && !document.querySelector("dialog[open], :popover-open:not(.toasts), .dropdown-menu.show, details.filter[open]")) {
    clear();
  } else if (event.key === "x" && !writing) {
    event.target.closest("#region tr")?.querySelector(".row-select")?.click();
  } else if (event.key === "/" && !writing) {
    event.preventDefault();
    (document.getElementById("list-search") || document.getElementById("global-search"))?.focus();
  }
});

document.body.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id !== "region") return;
  const present = new Set(boxes().map((box) => box.value));
  for (const id of selected) if (!present.has(id)) selected.delete(id);
  show();
});

for (const box of boxes()) set(box, box.checked); // the browser may have kept them over a reload
show();
