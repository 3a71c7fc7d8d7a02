// Saves a text that stands on the page as a file, without asking the server again: it keeps no copy.

document.body.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-save]");
  if (!button) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([document.querySelector(button.dataset.save).textContent]));
  link.download = button.dataset.filename;
  link.click();
  URL.revokeObjectURL(link.href);
});
