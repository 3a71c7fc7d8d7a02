// What lies over a screen: a question of the server, the wait for it, or how a session ended. Everything a host said
// is put in as text.

import { has, harmless, text } from "./texts.js";

const NOTICE_LINES = 100;
const NOTICE_COLUMNS = 300;

function made(kind) {
  const card = document.getElementById(`card-${kind}`).content.firstElementChild.cloneNode(true);
  const title = card.querySelector("#card-title");
  if (!title) return card;
  title.id = `card-title-${crypto.getRandomValues(new Uint32Array(1))[0]}`; // each tab may have one
  card.setAttribute("aria-labelledby", title.id);
  return card;
}

function set(card, name, value) {
  card.querySelector(`[data-${name}]`).textContent = value;
}

function show(card, name, value) {
  const element = card.querySelector(`[data-${name}]`);
  element.hidden = !value;
  if (value) card.querySelector(`[data-${name}-text]`)?.replaceChildren(value);
}

// What a host says before the log-in: line by line, and nothing but text.
function showNotice(card, said) {
  const element = card.querySelector("[data-notice]");
  element.hidden = !said;
  element.textContent = (said ?? "").split("\n").slice(0, NOTICE_LINES).map((line) => harmless(line, NOTICE_COLUMNS)).join("\n").trimEnd();
}

function onSubmit(card, act) {
  card.addEventListener("submit", (event) => {
    event.preventDefault();
    act(new FormData(card));
  });
}

export function progress(step, cancel) {
  const card = made("progress");
  set(card, "text", text(`step.${step}`));
  card.querySelector("[data-cancel]").onclick = cancel;
  return card;
}

// answer(body): what goes back to the server. Each of these gets the server's `ask` as it is.
export const questions = {
  "host-key": (ask, answer) => {
    const card = made("host-key");
    set(card, "host", harmless(ask.host));
    set(card, "address", `${ask.address}:${ask.port}`);
    set(card, "type", ask.key_type);
    set(card, "key-file", ask.key_type.includes("ed25519") ? "ed25519" : ask.key_type.includes("ecdsa") ? "ecdsa" : "rsa");
    set(card, "fingerprint", ask.fingerprint);
    show(card, "verified", ask.verified);
    show(card, "unverified", !ask.verified);
    show(card, "others", ask.others?.length ? text("key.others", { hosts: ask.others.map((host) => harmless(host.name ?? host)).join(", ") }) : "");
    card.querySelector("[data-refuse]").onclick = () => answer({ accept: false });
    onSubmit(card, () => answer({ accept: true }));
    return card;
  },

  login: (ask, answer) => {
    const card = made("login");
    const { credentials = [] } = ask;
    showNotice(card, ask.notice);
    set(card, "title", text("login.title", { host: harmless(ask.host) }));
    show(card, "failed", ask.failed ? text(ask.methods?.length ? "login.failed.methods" : "login.failed", { methods: (ask.methods ?? []).join(", ") }) : "");
    const { credential, username } = card.elements;
    credential.append(...credentials.map(({ id, name, username: user }) => new Option(user ? `${name} (${user})` : name, id)));
    username.value = ask.username ?? "";
    card.querySelector("[data-kind=credential]").hidden = !credentials.length;
    const first = credentials.length ? "credential" : ask.methods?.length && !ask.methods.includes("password") && !ask.methods.includes("keyboard-interactive") ? "key" : "password";
    card.querySelector(`[name=kind][value=${first}]`).checked = true;
    const fit = () => {
      const kind = card.elements.kind.value;
      for (const part of card.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== kind;
      const own = kind === "credential" && credentials.find(({ id }) => String(id) === credential.value)?.username;
      if (own) username.value = own;
    };
    card.addEventListener("change", fit);
    fit();
    card.querySelector("[data-cancel]").onclick = () => answer({ cancel: true });
    onSubmit(card, (form) => {
      const kind = form.get("kind");
      const body = { username: form.get("username").trim() };
      if (kind === "credential") body.credential = Number(form.get("credential"));
      if (kind === "password") body.password = form.get("password");
      if (kind === "key") Object.assign(body, { key: form.get("key"), passphrase: form.get("passphrase") });
      answer(body);
    });
    return card;
  },

  prompts: (ask, answer) => {
    const card = made("prompts");
    set(card, "title", text("prompts.title", { host: harmless(ask.host) }));
    showNotice(card, ask.notice);
    set(card, "said", [ask.title, ask.text].filter(Boolean).map((said) => harmless(said, 500)).join(" "));
    const fields = ask.prompts.map((prompt) => {
      const label = document.createElement("label");
      label.className = "form-label";
      const field = document.createElement("input");
      field.className = "form-control";
      field.type = prompt.echo ? "text" : "password";
      field.autocomplete = "off";
      label.append(harmless(prompt.text, 200) || text("prompts.nameless"), field);
      card.querySelector("[data-prompts]").append(label);
      return field;
    });
    card.querySelector("[data-cancel]").onclick = () => answer({ cancel: true });
    onSubmit(card, () => answer({ answers: fields.map((field) => field.value) }));
    return card;
  },
};

// Which address, which credential: before anything is opened.
export function choice(offer, { open, cancel }) {
  const card = made("choice");
  set(card, "title", text("choice.title", { name: harmless(offer.name) }));
  const { address, port, credential, username } = card.elements;
  address.append(...offer.addresses.map(({ address: value, kind }) => new Option(`${value} · ${kind}`, value, false, value === offer.address)));
  for (const part of card.querySelectorAll("[data-for=address]")) part.hidden = !offer.addresses.length;
  port.value = offer.port ?? "";
  credential.append(new Option(text("choice.ask"), ""), ...offer.credentials.map(({ id, name, username: user }) => new Option(user ? `${name} (${user})` : name, id, false, id === offer.credential)));
  username.value = offer.username ?? "";
  credential.onchange = () => {
    const own = offer.credentials.find(({ id }) => String(id) === credential.value)?.username;
    if (own) username.value = own;
  };
  card.querySelector("[data-cancel]").onclick = cancel;
  onSubmit(card, (form) => {
    const chosen = { username: form.get("username").trim(), credential: Number(form.get("credential")) || null };
    if (offer.addresses.length) Object.assign(chosen, { address: form.get("address"), port: Number(form.get("port")) || null });
    open(chosen);
  });
  return card;
}

export function ended({ code, cause, reason }, { again, close, choose }) {
  const changed = cause === "host_key";
  const card = made(changed ? "changed-key" : "ended");
  const fallback = has(`code.${code}`) ? text(`code.${code}`) : text("code.other", { code });
  set(card, "text", reason ? harmless(reason, 600) : fallback);
  if (!changed) {
    set(card, "title", text(code === 1000 ? "ended.quietly" : "ended.title"));
    const advice = [`advice.${cause}`, `advice.${code}`].find(has);
    set(card, "advice", advice ? text(advice) : "");
    card.querySelector("[data-choose]").onclick = choose;
    card.querySelector("[data-choose]").hidden = code === 1000 || code === 4401 || !choose;
  }
  card.querySelector("[data-again]").onclick = again;
  card.querySelector("[data-close]").onclick = close;
  return card;
}
