// The dialog of columns: its rows are moved with buttons, which fingers and keyboards can press alike. What is sent is
// their order in the dialog.

const dialog = document.getElementById("dialog");

dialog.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  const row = button?.closest("[data-movable] > li");
  if (!row) return;
  if (button.dataset.move === "up") row.previousElementSibling?.before(row);
  else row.nextElementSibling?.after(row);
  button.focus();
  row.scrollIntoView({ block: "nearest" });
});
