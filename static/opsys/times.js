// "3 minutes ago" instead of an ISO time, in the page's language; the exact local time is the title.

const language = document.documentElement.lang || "en";
const relative = new Intl.RelativeTimeFormat(language, { style: "short" });
const now = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(0, "second");
const absolute = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
const STEPS = [["second", 60], ["minute", 60], ["hour", 24], ["day", 30], ["month", 12], ["year", Infinity]];

function words(moment) {
  let amount = Math.min(0, (moment - Date.now()) / 1000) || 0; // a cloud's clock may run ahead of ours
  if (amount > -2) return now;
  for (const [unit, size] of STEPS) {
    if (Math.abs(amount) < size) return relative.format(Math.trunc(amount), unit);
    amount /= size;
  }
}

function paint(root) {
  for (const element of root.querySelectorAll("time.ago, time.at")) {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    const exact = absolute.format(moment);
    const text = element.classList.contains("at") ? exact : words(moment);
    if (element.textContent !== text) element.textContent = text;
    if (element.title !== exact) element.title = exact;
  }
}

paint(document);
document.body.addEventListener("htmx:afterSwap", ({ target }) => paint(target.parentElement || document));
setInterval(() => document.hidden || paint(document), 5000);
