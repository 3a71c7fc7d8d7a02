// The page of a new server: what does not apply is hidden, what cannot work is disabled with its reason, as one
// chooses. The server checks all of it again; without this script the page is simply longer. Another cluster or project
// brings the form anew, and a browser runs a module only once: nothing of the page is kept here from one event to the
// next but which form was begun with.

let begun = null;
let steps = null;

const pageOf = (element) => element.closest("form")?.querySelector("[data-create-server]");
const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}");

function sourceIn(form) {
  return form.elements.source?.value || "image";
}

function showSource(page) {
  const source = sourceIn(page.closest("form"));
  for (const part of page.querySelectorAll("[data-for-source]")) {
    part.hidden = !part.dataset.forSource.split(" ").includes(source);
  }
}

function weighFlavors(page) {
  const form = page.closest("form");
  const table = page.querySelector("#flavor-table");
  const [needs, left] = [read("image-needs"), read("quota-left")];
  const source = sourceIn(form);
  const image = ["image", "new-volume"].includes(source) ? needs[form.elements.image?.value] : undefined;
  const count = Math.max(1, Number(form.elements.count?.value) || 1);

  function reasonAgainst(row) {
    const [vcpus, ram, disk] = ["vcpus", "ram", "disk"].map((name) => Number(row.dataset[name]));
    if (image && ram < image.ram) return table.dataset.needsRam;
    if (image && source === "image" && disk && disk < image.disk) return table.dataset.needsDisk;
    const wanted = { instances: count, cores: vcpus * count, ram: ram * count };
    const over = Object.entries(wanted).some(([what, much]) => left[what] != null && much > left[what]);
    return over ? table.dataset.needsQuota : "";
  }

  for (const row of table?.tBodies[0].rows ?? []) {
    const choice = row.querySelector("input");
    if (!choice) continue;
    const reason = reasonAgainst(row);
    row.querySelector("[data-reason]").textContent = reason;
    choice.disabled = Boolean(reason);
    if (reason) choice.checked = false;
  }
}

function filterRows(field) {
  const text = field.value.trim().toLowerCase();
  for (const row of document.getElementById(field.dataset.filterRows).tBodies[0].rows) {
    row.hidden = !row.textContent.toLowerCase().includes(text);
  }
}

async function readFile(field) {
  const [file] = field.files;
  if (file) document.getElementById(field.dataset.into).value = await file.text();
}

function markSteps(page) {
  const links = new Map([...page.querySelectorAll(".create-steps a")].map((link) => [link.hash.slice(1), link]));
  steps?.disconnect();
  steps = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute("aria-current");
        links.get(entry.target.id).setAttribute("aria-current", "step");
      }
    },
    { rootMargin: "-20% 0px -70% 0px" },
  );
  for (const [id, link] of links) {
    const step = document.getElementById(id);
    steps.observe(step);
    if (step.querySelector(".is-invalid, .text-danger")) link.classList.add("has-errors");
  }
}

function begin() {
  const page = document.querySelector("[data-create-server]");
  if (page === begun) return;
  begun = page;
  if (!page) return steps?.disconnect();
  showSource(page);
  weighFlavors(page);
  markSteps(page);
  page.querySelector(".user-data-file").hidden = false;
  page.querySelector(".is-invalid, .field-errors .text-danger")?.closest("fieldset")?.scrollIntoView();
}

document.addEventListener("change", ({ target }) => {
  const page = pageOf(target);
  if (!page) return;
  if (target.name === "source") showSource(page);
  if (["source", "image", "count"].includes(target.name)) weighFlavors(page);
  if (target.dataset.into) readFile(target);
});
document.addEventListener("input", ({ target }) => pageOf(target) && target.dataset.filterRows && filterRows(target));
for (const name of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(name, begin);
begin();
