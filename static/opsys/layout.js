// What fits. A table that is wider than its box leaves out columns, the least important first and from its end, and
// says how many; columns that somebody chose are never left out. A table that fits needs no scroll box of its own, and
// only without one can its header stick to the window.

const LEAST = 3; // the lowest priority: goes first

function fitsIn(box) {
  return box.firstElementChild.offsetWidth <= box.clientWidth;
}

// The columns that may go, in the order in which they do, each as its place in a row.
function dispensable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const places = heads.map((head, place) => ({ place, priority: Number(/priority-(\d)/.exec(head.className)?.[1] ?? 1) }));
  return places.filter(({ priority }) => priority > 1 && priority <= LEAST).sort((a, b) => b.priority - a.priority || b.place - a.place);
}

function leaveOut(table, place, out) {
  for (const row of table.rows) row.cells[place]?.classList.toggle("no-room", out);
}

function fit(box) {
  const table = box.firstElementChild;
  if (!table?.tHead?.rows.length || !box.clientWidth) return;
  if (box.dataset.width !== String(box.clientWidth)) {
    box.dataset.width = box.clientWidth;
    for (const cell of table.querySelectorAll(".no-room")) cell.classList.remove("no-room");
  }
  for (const { place } of dispensable(table)) {
    if (fitsIn(box)) break;
    leaveOut(table, place, true);
  }
  const fits = fitsIn(box);
  box.classList.toggle("fits", fits);
  box.tabIndex = fits ? -1 : 0; // what has to be scrolled can be scrolled with the keys
  tell(box, table);
}

function tell(box, table) {
  const note = box.closest("#region")?.querySelector("[data-no-room]"); // a panel's table leads to its list instead
  if (!note) return;
  const number = [...table.tHead.rows[0].cells].filter((head) => getComputedStyle(head).display === "none").length;
  note.hidden = number === 0;
  note.textContent = (number === 1 ? note.dataset.textOne : note.dataset.textMany).replace("{number}", number);
}

const watcher = new ResizeObserver((entries) => {
  for (const box of new Set(entries.map(({ target }) => target.closest(".table-scroll")))) if (box) fit(box);
});

function watch() {
  watcher.disconnect();
  for (const table of document.querySelectorAll(".table-scroll > table")) {
    watcher.observe(table);
    watcher.observe(table.parentElement);
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), 1500);
});

// What ends in "…" is read in full where the pointer rests.
document.addEventListener("pointerover", ({ target }) => {
  const cut = target.closest("td, code, .chip-reason, .filter-value");
  if (cut && !cut.title && cut.scrollWidth > cut.clientWidth) cut.title = cut.textContent.trim().replace(/\s+/g, " ");
});

watch();
document.body.addEventListener("htmx:afterSwap", ({ target }) => (target.matches(".table-scroll") || target.querySelector(".table-scroll")) && watch());
