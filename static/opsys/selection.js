// Which rows are selected, across every refresh of the table, and the bar that acts on them. A row that left the
// page leaves the selection too: what an action touches is always in view. When a whole page is selected, all rows
// that match can be: then the filter is sent instead of rows, and the server tells in a dialog whom it means.

const bar = document.getElementById("bulk-bar");
const offer = bar?.querySelector("[data-bulk-all]");
const selected = new Set();
const numbers = new Intl.NumberFormat(document.documentElement.lang || "en");
let last = null; // where a range starts
let everything = null; // the filter all of whose rows are meant

// What decides which rows match, without what only decides how they are shown.
function filter() {
  const query = new URLSearchParams(location.search);
  for (const name of ["page", "per_page", "sort", "columns", "view"]) query.delete(name);
  return query.toString();
}

// How many match: known once the exact number has arrived.
const matching = () => Number(document.getElementById("count")?.dataset.count ?? NaN);

// Rows of several types may share a number: then a key of its own says which one is meant. Several lines about one
// row are selected together.
const key = (box) => box.dataset.key ?? box.value;

const boxes = () => [...document.querySelectorAll("#region .row-select")];

function show() {
  const page = document.getElementById("select-page");
  const all = boxes();
  for (const box of all) {
    box.checked = selected.has(key(box));
    box.closest("tr").classList.toggle("row-selected", box.checked);
  }
  if (page) {
    page.checked = all.length > 0 && all.every((box) => box.checked);
    page.indeterminate = selected.size > 0 && !page.checked;
  }
  if (!bar) return;
  bar.hidden = selected.size === 0;
  const number = everything === null ? selected.size : matching();
  bar.querySelector("[data-bulk-number]").textContent = Number.isNaN(number) ? "…" : numbers.format(number);
  if (!offer) return;
  const more = everything === null && page?.checked && matching() > all.length;
  const most = Number(offer.dataset.most);
  offer.hidden = !more;
  offer.disabled = matching() > most;
  if (more) offer.textContent = (offer.disabled ? offer.dataset.textMany : offer.dataset.text).replace("{number}", numbers.format(matching()));
}

function set(box, on) {
  if (on) selected.add(key(box));
  else selected.delete(key(box));
}

function clear() {
  everything = null;
  selected.clear();
  last = null;
  show();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-bulk-clear]")) return clear();
  if (offer && event.target === offer) {
    everything = filter();
    return show();
  }
  if (event.target.id === "select-page") {
    everything = null;
    for (const box of boxes()) set(box, event.target.checked);
    return show();
  }
  if (!event.target.classList.contains("row-select")) return;
  everything = null;
  const all = boxes();
  const here = all.indexOf(event.target);
  const from = event.shiftKey ? all.findIndex((box) => key(box) === last) : -1;
  const range = from < 0 ? [event.target] : all.slice(Math.min(from, here), Math.max(from, here) + 1);
  for (const box of range) set(box, event.target.checked);
  last = key(event.target);
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
  if (target.id === "count") return show();
  if (target.id !== "region") return;
  const present = new Set(boxes().map(key));
  for (const id of selected) if (!present.has(id)) selected.delete(id);
  if (everything !== null && everything === filter()) for (const box of boxes()) set(box, true);
  else everything = null;
  show();
});

document.body.addEventListener("htmx:configRequest", ({ detail }) => {
  if (everything === null || !bar.contains(detail.elt)) return;
  detail.formData.delete("ids");
  detail.formData.set("all", "1");
  detail.formData.set("query", everything);
});
// Once it is under way, the next press is about something else.
for (const name of ["acted", "job-started"]) document.body.addEventListener(name, () => everything !== null && clear());

for (const box of boxes()) set(box, box.checked); // the browser may have kept them over a reload
show();
