// Sends a file to the address of the form around it. The fields go into the address, the file is the body, so that the
// server can pass it on while it arrives.

const FORMATS = ["qcow2", "raw", "iso", "vmdk", "vdi", "vhd", "vhdx", "ami", "ari", "aki", "ploop"];
const ENDINGS = { img: "raw", dd: "raw", qcow: "qcow2", qcow2c: "qcow2" };
const headers = () => JSON.parse(document.body.getAttribute("hx-headers"));

function sizeOf(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; bytes >= 1024 && unit < units.length - 1; unit += 1) bytes /= 1024;
  return `${bytes.toFixed(unit ? 1 : 0)} ${units[unit]}`;
}

function timeOf(seconds) {
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  return `${seconds >= 3600 ? `${Math.floor(seconds / 3600)}:` : ""}${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
}

function tell(box, text, { url = "", good = false } = {}) {
  const result = box.querySelector(".upload-result");
  result.className = `upload-result banner ${good ? "banner-success" : "banner-error"}`;
  result.replaceChildren(Object.assign(document.createElement("span"), { textContent: text }));
  if (url) result.append(" ", Object.assign(document.createElement("a"), { href: url, textContent: box.dataset.textOpen }));
  result.hidden = false;
  box.querySelector(".upload-progress").hidden = true;
}

function sentences(errors) {
  return Object.entries(errors)
    .flatMap(([name, texts]) => {
      const label = document.querySelector(`label[for="id_${CSS.escape(name)}"]`);
      return texts.map((text) => (label ? `${label.textContent.replace("*", "").trim()}: ${text}` : text));
    })
    .join(" ");
}

function show(box, sent, total, began) {
  const percent = total ? (100 * sent) / total : 100;
  box.querySelector("progress").value = percent;
  const seconds = (performance.now() - began) / 1000;
  const speed = seconds ? sent / seconds : 0;
  const figures = [`${sizeOf(sent)} / ${sizeOf(total)}`, `${percent.toFixed(0)} %`];
  if (speed) figures.push(box.dataset.textSpeed.replace("{size}", sizeOf(speed)));
  if (speed && sent < total) figures.push(box.dataset.textLeft.replace("{time}", timeOf((total - sent) / speed)));
  box.querySelector(".upload-figures").textContent = sent < total ? figures.join(" · ") : box.dataset.textWait;
}

function send(box, form, address, file) {
  const request = new XMLHttpRequest();
  const began = performance.now();
  const leaving = (event) => event.preventDefault();
  const button = form.querySelector("[type=submit]");
  const over = () => {
    window.removeEventListener("beforeunload", leaving);
    button.disabled = false;
  };
  request.upload.addEventListener("progress", ({ loaded, total }) => show(box, loaded, total, began));
  request.addEventListener("load", () => {
    over();
    const answer = request.getResponseHeader("content-type")?.includes("json") ? JSON.parse(request.responseText) : {};
    const outcome = answer.outcomes?.[0];
    if (outcome?.status === "done") {
      tell(box, [box.dataset.textDone, outcome.shown?.title, outcome.shown?.text].filter(Boolean).join(" "), { url: outcome.url, good: true });
    } else if (outcome) tell(box, outcome.reason);
    else tell(box, answer.detail?.params ? sentences(answer.detail.params) : String(answer.detail || request.status));
  });
  request.addEventListener("error", () => (over(), tell(box, box.dataset.textBroken)));
  request.addEventListener("abort", () => (over(), tell(box, box.dataset.textStopped)));
  box.querySelector(".upload-stop").onclick = () => request.abort();
  window.addEventListener("beforeunload", leaving);
  button.disabled = true;
  box.querySelector(".upload-result").hidden = true;
  box.querySelector(".upload-progress").hidden = false;
  show(box, 0, file.size, began);
  request.open("PUT", address);
  for (const [name, value] of Object.entries({ ...headers(), "Content-Type": "application/octet-stream" })) {
    request.setRequestHeader(name, value);
  }
  request.send(file);
}

document.addEventListener("submit", async (event) => {
  const box = event.target.querySelector("[data-upload]");
  if (!box) return;
  event.preventDefault();
  const file = box.querySelector("#upload-file").files[0];
  if (!file) return tell(box, box.dataset.textChoose);
  const fields = new FormData(event.target);
  for (const name of ["csrfmiddlewaretoken", "operation"]) fields.delete(name); // neither is a field of the image
  const address = `${box.dataset.upload}?${new URLSearchParams(fields)}`;
  const asked = await fetch(address, { method: "POST", headers: { ...headers(), Accept: "application/json" } }).catch(() => null);
  if (!asked) return tell(box, box.dataset.textBroken);
  const answer = await asked.json().catch(() => ({}));
  if (answer.ready) return send(box, event.target, address, file);
  tell(box, answer.reason || (answer.detail?.params ? sentences(answer.detail.params) : String(answer.detail || asked.status)));
});

document.addEventListener("change", ({ target }) => {
  const box = target.closest("[data-upload]");
  if (!box || target.id !== "upload-file" || !target.files[0]) return;
  const [, stem, ending] = target.files[0].name.match(/^(.*?)(?:\.([a-z0-9]+))?$/i);
  const name = box.querySelector("#id_name");
  const format = box.querySelector("#id_disk_format");
  if (!name.value) name.value = stem;
  const guess = ENDINGS[ending?.toLowerCase()] || ending?.toLowerCase();
  if (FORMATS.includes(guess)) format.value = guess;
});
