// The filter bar: panels that close like menus, buttons that say what is chosen, addresses without empty parameters.

let form;

function chosen(panel) {
  const ticked = [...panel.querySelectorAll("input[type=checkbox]:checked")];
  if (ticked.length > 1) return String(ticked.length);
  if (ticked.length) return ticked[0].closest("label")?.querySelector(".form-check-label").textContent.trim() || "✓";
  const field = panel.querySelector("select, input:not([type=checkbox], .filter-find)");
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

// The checkbox that stands for a cell's value, made where the filter has not fetched it.
function boxOf(cell) {
  const values = form.querySelector(`fieldset[data-filter="${cell.dataset.filter}"]`);
  const known = [...(values?.querySelectorAll("input") ?? [])].find((box) => box.value === cell.dataset.value);
  if (known || !values) return known;
  const option = document.getElementById("filter-value").content.firstElementChild.cloneNode(true);
  const box = option.querySelector("input");
  box.name = cell.dataset.filter;
  box.value = cell.dataset.value;
  option.querySelector(".form-check-label").textContent = cell.textContent.trim();
  values.append(option);
  return box;
}

function closeAll(except) {
  for (const filter of form.querySelectorAll("details.filter[open]")) {
    if (filter !== except) filter.open = false;
  }
}

function begin() {
  const found = document.getElementById("filters");
  if (!found || found === form) return;
  form = found;
  label();
  form.addEventListener("change", label);
  form.addEventListener("focusin", (event) => closeAll(event.target.closest("details.filter")));
  form.addEventListener("keydown", (event) => {
    const open = event.target.closest("details.filter[open]");
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    open.open = false;
    open.querySelector("summary").focus();
  });
  // The values a filter offers are fetched as it opens, and again for what is typed over them; that chooses nothing.
  form.addEventListener("toggle", ({ target }) => {
    if (!target.open || !target.querySelector(".filter-find")) return;
    htmx.trigger(target, "offer");
    target.querySelector(".filter-find").focus();
  }, true);
  form.addEventListener("change", (event) => event.target.matches(".filter-find") && event.stopPropagation(), true);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches(".filter-find")) return;
    event.preventDefault();
    event.target.parentElement.querySelector("input[type=checkbox]:not(:checked)")?.click();
  });
  form.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt !== form) return;
    const full = [...detail.formData.entries()].filter(([, value]) => value !== "");
    for (const name of [...detail.formData.keys()]) detail.formData.delete(name);
    for (const [name, value] of full) detail.formData.append(name, value);
  });
}

begin();
document.addEventListener("htmx:afterSettle", begin);
document.addEventListener("click", (event) => {
  if (form) closeAll(event.target.closest("details.filter"));
  const cell = event.target.closest("#region td[data-filter]");
  if (!form || !cell || event.target.closest("a, button, input, summary") || !getSelection().isCollapsed) return;
  boxOf(cell)?.click();
});
document.addEventListener("htmx:afterSwap", ({ detail }) => detail.target.closest("details.filter") && label());
