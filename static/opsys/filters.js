// The filter bar: panels that close like menus, buttons that say what is chosen, addresses without empty parameters.

const form = document.getElementById("filters");

function chosen(panel) {
  const ticked = [...panel.querySelectorAll("input[type=checkbox]:checked")];
  if (ticked.length > 1) return String(ticked.length);
  if (ticked.length) return ticked[0].closest("label")?.textContent.trim() || "✓";
  const field = panel.querySelector("select, input:not([type=checkbox])");
  if (!field?.value) return "";
  return field.matches("select") ? field.selectedOptions[0].textContent.trim() : field.value;
}

function label() {
  for (const filter of form.querySelectorAll("details.filter")) {
    const value = chosen(filter.querySelector(".filter-panel"));
    filter.querySelector(".filter-value").textContent = value;
    filter.classList.toggle("filter-on", value !== "");
  }
}

function closeAll(except) {
  for (const filter of form.querySelectorAll("details.filter[open]")) {
    if (filter !== except) filter.open = false;
  }
}

if (form) {
  label();
  form.addEventListener("change", label);
  document.addEventListener("click", (event) => closeAll(event.target.closest("details.filter")));
  form.addEventListener("focusin", (event) => closeAll(event.target.closest("details.filter")));
  form.addEventListener("keydown", (event) => {
    const open = event.target.closest("details.filter[open]");
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    open.open = false;
    open.querySelector("summary").focus();
  });
  form.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt !== form) return;
    const full = [...detail.formData.entries()].filter(([, value]) => value !== "");
    for (const name of [...detail.formData.keys()]) detail.formData.delete(name);
    for (const [name, value] of full) detail.formData.append(name, value);
  });
}
