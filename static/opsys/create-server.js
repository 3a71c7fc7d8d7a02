// The page of a new server: what does not apply is hidden, what cannot work is disabled with its reason, as one
// chooses. The server checks all of it again; without this script the page is simply longer.

let page, form, needs, left, table;

function source() {
  return form.elements.source.value || "image";
}

function showSource() {
  for (const part of page.querySelectorAll("[data-for-source]")) {
    part.hidden = !part.dataset.forSource.split(" ").includes(source());
  }
}

function reasonAgainst(row) {
  const [vcpus, ram, disk] = ["vcpus", "ram", "disk"].map((name) => Number(row.dataset[name]));
  const image = ["image", "new-volume"].includes(source()) ? needs[form.elements.image?.value] : undefined;
  const count = Math.max(1, Number(form.elements.count.value) || 1);
  if (image && ram < image.ram) return table.dataset.needsRam;
  if (image && source() === "image" && disk && disk < image.disk) return table.dataset.needsDisk;
  const wanted = { instances: count, cores: vcpus * count, ram: ram * count };
  const over = Object.entries(wanted).some(([what, much]) => left[what] != null && much > left[what]);
  return over ? table.dataset.needsQuota : "";
}

function weighFlavors() {
  for (const row of table.tBodies[0].rows) {
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

function markSteps() {
  const links = new Map([...page.querySelectorAll(".create-steps a")].map((link) => [link.hash.slice(1), link]));
  const watcher = new IntersectionObserver(
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
    watcher.observe(step);
    if (step.querySelector(".is-invalid, .text-danger")) link.classList.add("has-errors");
  }
}

function begin() {
  const found = document.querySelector("[data-create-server]");
  if (!found || found === page) return;
  page = found;
  form = page.closest("form");
  needs = JSON.parse(document.getElementById("image-needs")?.textContent ?? "{}");
  left = JSON.parse(document.getElementById("quota-left")?.textContent ?? "{}");
  table = document.getElementById("flavor-table");
  showSource();
  weighFlavors();
  markSteps();
  form.addEventListener("change", ({ target }) => {
    if (target.name === "source") showSource();
    if (["source", "image", "count"].includes(target.name)) weighFlavors();
    if (target.dataset.into) readFile(target);
  });
  form.addEventListener("input", ({ target }) => target.dataset.filterRows && filterRows(target));
  page.querySelector(".user-data-file").hidden = false;
  form.querySelector(".is-invalid, .field-errors .text-danger")?.closest("fieldset")?.scrollIntoView();
}

// Another cluster or project brings the form anew, and a browser runs a module only once.
document.addEventListener("htmx:afterSettle", begin);
begin();
