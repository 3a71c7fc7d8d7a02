// The one dialog: opens when htmx puts something into it, and empties itself when it closes. The native element
// keeps the focus inside, closes on Escape and gives the focus back.

const dialog = document.getElementById("dialog");
const running = () => dialog.querySelector(".htmx-request") !== null;

function firstField() {
  return (
    dialog.querySelector("[data-dialog-focus], .is-invalid, [autofocus]") ||
    dialog.querySelector(".dialog-fields :is(input, select, textarea):not([type=hidden])") ||
    dialog.querySelector("#confirm") ||
    // What cannot be undone is not one Enter away.
    dialog.querySelector(".dialog-submit:not(.btn-danger)") ||
    dialog.querySelector(".dialog-footer [data-dialog-close]")
  );
}

function checkTyped() {
  const field = dialog.querySelector("#confirm");
  const submit = dialog.querySelector(".dialog-submit");
  if (field && submit) submit.disabled = field.value.trim() !== field.dataset.expected.trim();
}

document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== dialog) return;
  const clean = dialog.querySelector("[data-outcomes-clean]");
  if (clean) {
    document.getElementById("toasts").append(clean.querySelector("template").content.cloneNode(true));
    dialog.close();
    return;
  }
  if (!dialog.firstElementChild) return dialog.close();
  if (!dialog.open) dialog.showModal();
  checkTyped();
  firstField()?.focus();
});

// htmx has a disabled button back on after a request; what was typed still decides.
document.body.addEventListener("htmx:afterRequest", () => setTimeout(checkTyped));
dialog.addEventListener("input", checkTyped);
dialog.addEventListener("close", () => dialog.replaceChildren());
dialog.addEventListener("cancel", (event) => running() && event.preventDefault());
dialog.addEventListener("click", (event) => {
  // A press on the backdrop is a press on the element itself. It never throws away what somebody filled in.
  const outside = event.target === dialog && !dialog.querySelector(".dialog-fields");
  if ((outside || event.target.closest("[data-dialog-close]")) && !running()) dialog.close();
});
