// Warns before the session ends, offers to stay, and keeps what was typed when it ended all the same: logging in
// happens in a second tab, and the page goes on with a fresh token for its forms.

const dialog = document.getElementById("session-end");
const tabs = new BroadcastChannel("session");
const WARN_SECONDS = 120;
let timer = 0;
let over = false;

if (document.querySelector("[data-session-back]")) tabs.postMessage("back");
if (dialog) start();

function start() {
  schedule(Number(document.querySelector("[data-session-seconds]").dataset.sessionSeconds));
  tabs.addEventListener("message", () => look(true));
  dialog.querySelector("[data-session-stay]").addEventListener("click", stay);
  dialog.querySelector("[data-session-close]").addEventListener("click", () => dialog.close());
  const again = dialog.querySelector("[data-session-again]");
  again.href = `${dialog.dataset.loginUrl}?next=${encodeURIComponent(dialog.dataset.backUrl)}`;
  document.body.addEventListener("htmx:beforeOnLoad", keepWhatWasTyped);
  document.addEventListener("visibilitychange", () => document.hidden || look(false));
}

function schedule(seconds) {
  clearTimeout(timer);
  // Never beyond what a timer can hold, and never in a hurry.
  timer = setTimeout(() => look(false), Math.min(Math.max(seconds - WARN_SECONDS, 1), 3600) * 1000);
}

async function ask(url, options) {
  const answer = await fetch(url, { ...options, redirect: "manual", headers: { "X-Poll": "1", ...options?.headers } });
  return answer.ok ? answer.json() : null;
}

async function look(back) {
  let left;
  try {
    left = await ask(dialog.dataset.sessionUrl);
  } catch {
    return schedule(WARN_SECONDS + 10); // the server cannot be reached; connection.js says so
  }
  if (!left) return ended();
  over = false;
  if (back) renew(left.token);
  if (left.seconds > WARN_SECONDS) {
    dialog.close();
    return schedule(left.seconds);
  }
  show(dialog.dataset[left.limit === "age" ? "textAge" : "textIdle"].replace("{time}", clock(left.seconds)), left.limit === "age");
  timer = setTimeout(() => look(false), Math.min(5, left.seconds + 1) * 1000);
}

function ended() {
  over = true;
  if (!typed()) return location.reload();
  document.getElementById("session-end-title").textContent = dialog.dataset.textTitleOver;
  show(dialog.dataset.textOver, true);
}

async function stay() {
  const headers = document.body.getAttribute("hx-headers");
  const token = headers ? JSON.parse(headers)["X-CSRFToken"] : document.querySelector("[name=csrfmiddlewaretoken]").value;
  const left = await ask(dialog.dataset.stayUrl, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!left) return ended();
  dialog.close();
  schedule(left.seconds);
}

function show(text, again) {
  dialog.querySelector("[data-session-text]").textContent = text;
  dialog.querySelector("[data-session-again]").hidden = !again;
  dialog.querySelector("[data-session-stay]").hidden = again;
  if (!dialog.open) dialog.showModal();
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// After a login the old tokens are no longer good.
function renew(token) {
  if (document.body.hasAttribute("hx-headers")) document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
}

function typed() {
  const fields = document.querySelectorAll("form:not([role=search]) :is(input:not([type=hidden]), textarea, select)");
  return [...fields].some((field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected);
    return field.value !== field.defaultValue;
  });
}

// Otherwise htmx would follow to the login page, or find itself there, and what was typed would be gone.
function keepWhatWasTyped(event) {
  const { xhr } = event.detail;
  const to = xhr.getResponseHeader("HX-Redirect") ?? (xhr.responseURL && new URL(xhr.responseURL).pathname);
  if (!to?.startsWith(dialog.dataset.loginUrl) || !typed()) return;
  event.preventDefault();
  ended();
}
