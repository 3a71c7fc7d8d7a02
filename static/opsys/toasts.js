// Short messages. Good news leaves by itself, bad news stays until it is closed. The host is a popover, because
// only those stand above an open dialog.

const host = document.getElementById("toasts");
const SECONDS = 6;
const MOST = 5;

function remove(toast) {
  toast.remove();
  if (!host.querySelector("[data-toast]") && host.matches(":popover-open")) host.hidePopover();
}

function expire(toast) {
  let timer = null;
  const start = () => (timer = setTimeout(() => remove(toast), SECONDS * 1000));
  // Whoever reads it or is about to press something in it is not hurried.
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  start();
}

function arrive(toasts) {
  for (const toast of toasts) {
    if (toast.matches(".notice-success, .notice-info")) expire(toast);
  }
  const all = [...host.querySelectorAll("[data-toast]")];
  for (const old of all.slice(0, -MOST)) remove(old);
  if (!all.length) return;
  if (host.matches(":popover-open")) host.hidePopover(); // shown again it is above what opened meanwhile
  host.showPopover();
}

new MutationObserver((changes) => {
  const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.nodeType === 1 && node.matches("[data-toast]"));
  if (added.length) arrive(added);
}).observe(host, { childList: true });

document.addEventListener("toast", ({ detail }) => {
  const toast = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-toast-text]").textContent = detail.text;
  const same = [...host.querySelectorAll("[data-toast-text]")].some((text) => text.textContent === detail.text);
  if (!same) host.append(toast);
});

host.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toast-close]");
  if (button) remove(button.closest("[data-toast]"));
});

arrive([...host.querySelectorAll("[data-toast]")]);
