// A table that fits needs no scroll box of its own, and only without one can its header stick to the window.

const watcher = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const box = target.closest(".table-scroll");
    if (!box) continue;
    const fits = box.firstElementChild.offsetWidth <= box.clientWidth;
    box.classList.toggle("fits", fits);
    box.tabIndex = fits ? -1 : 0; // what has to be scrolled can be scrolled with the keys
  }
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

watch();
document.body.addEventListener("htmx:afterSwap", ({ target }) => target.id === "region" && watch());
