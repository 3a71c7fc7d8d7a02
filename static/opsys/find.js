// The search at the top: what was found is offered below it while one types. Arrows choose, Enter opens what was
// chosen; without a choice it sends the form, and the server opens a single exact hit or shows the page.

const form = document.getElementById("find");
const field = document.getElementById("global-search");
const list = document.getElementById("found");
const options = () => [...list.querySelectorAll("[role=option]")];
let chosen = -1;

function choose(place) {
  const all = options();
  chosen = all.length && place >= 0 ? place % all.length : -1;
  all.forEach((option, index) => {
    option.classList.toggle("active", index === chosen);
    option.setAttribute("aria-selected", String(index === chosen));
  });
  if (chosen < 0) return field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-activedescendant", all[chosen].id);
  all[chosen].scrollIntoView({ block: "nearest" });
}

function show(on) {
  list.classList.toggle("show", on);
  field.setAttribute("aria-expanded", String(on));
  if (!on) choose(-1);
}

if (form) {
  document.body.addEventListener("htmx:confirm", (event) => {
    if (event.detail.elt !== field || field.value.trim()) return;
    event.preventDefault(); // emptied: nothing to ask for
    list.replaceChildren();
    show(false);
  });
  document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target !== list) return;
    choose(-1);
    show(document.activeElement === field && list.childElementCount > 0);
  });
  field.addEventListener("focus", () => list.childElementCount && show(true));
  field.addEventListener("keydown", (event) => {
    const open = list.classList.contains("show");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!options().length) return;
      event.preventDefault();
      if (!open) show(true);
      choose(event.key === "ArrowDown" ? chosen + 1 : (chosen < 0 ? options().length : chosen) - 1);
    } else if (event.key === "Enter" && open && chosen >= 0) {
      event.preventDefault();
      options()[chosen].click();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      show(false);
    }
  });
  form.addEventListener("focusout", ({ relatedTarget }) => !form.contains(relatedTarget) && show(false));
  form.addEventListener("mousedown", (event) => list.contains(event.target) && event.preventDefault()); // keeps the focus
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}
