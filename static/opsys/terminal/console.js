// The screen of a server. noVNC draws it and makes messages of keys; the way to the server is that of a terminal.

import "./no_video_decoder.js";
import RFB from "../../vendor/novnc/core/rfb.js";
import keysyms from "../../vendor/novnc/core/input/keysymdef.js";
import { post } from "./asking.js";
import * as cards from "./card.js";
import { Connection } from "./connection.js";
import { ConnectionChannel } from "./channel.js";
import { harmless, has, text } from "./texts.js";

const SOCKET = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/terminal/socket/`;
const RETURN = 0xff0d;
const TAB = 0xff09;
const BACKSPACE = 0xff08;
const SHIFT = 0xffe1;
const SHIFTED = /^[A-Z~!@#$%^&*()_+{}|:"<>?]$/; // on the layout that QEMU assumes
const TYPED_AT_ONCE = 16; // keys; a slow guest loses what comes faster than it looks
const TYPING_MS = 30;
const PAUSES_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];
const STEADY_MS = 30_000; // a screen that was there so long counts as one that works
// The way to the screen broke, and not the right to it: another console is asked for, with a new token.
const BROKEN = new Set(["lost_host", "lost", "gone", "stopped", "exit"]);
const OTHER_KINDS = new Set(["spice", "no_console"]); // the cloud may have a page of its own for it
const PASSING = new Set(["refused", "timeout", "unreachable", "cloud"]);
const DARKEST = "rgb(20 23 29)";

const app = document.getElementById("console");
const box = app.querySelector(".console-screen");
const veil = app.querySelector(".term-veil");
const strip = app.querySelector(".term-strip");
const keyboard = app.querySelector(".console-keyboard");
const pasteDialog = document.getElementById("paste-dialog");
const tool = (name) => app.querySelector(`[data-tool=${name}]`);
const needsScreen = ["ctrl-alt-del", "paste", "screenshot"].map(tool);

let rfb = null;
let connection = null;
let fits = true;
let had = false; // since somebody opened it there was a picture
let shownAt = 0; // when this one came
let tries = 0;
let waiting = 0;

function cover(card) {
  veil.replaceChildren(...(card ? [card] : []));
  veil.hidden = !card;
  card?.querySelector("h2[tabindex], button")?.focus();
}

function tell(said) {
  strip.querySelector("[data-strip]").textContent = said;
  strip.hidden = !said;
}

const stop = () => ended({ code: 1000, reason: "" });

async function open() {
  tell("");
  cover(cards.progress(tries ? "again" : "ticket", stop));
  try {
    const { ticket } = await post(app.dataset.ticketUrl, { target: app.dataset.target });
    connect(ticket);
  } catch (problem) {
    if (problem instanceof TypeError) ended({ code: 1006, reason: "" });
    else ended({ code: 4403, reason: problem.message });
  }
}

function connect(ticket) {
  const own = new Connection(SOCKET, { columns: 80, rows: 24, resumeSeconds: Number(app.dataset.resumeSeconds) });
  connection = own;
  const channel = new ConnectionChannel(own);
  const on = (name, act) => own.addEventListener(name, ({ detail }) => own === connection && act(detail));
  on("progress", ({ step }) => cover(cards.progress(step === "opening" ? "screen" : step, () => own.close())));
  on("opened", (facts) => (rfb ? tell("") : show(channel, facts)));
  on("notice", ({ text: said }) => tell(said));
  on("state", (state) => state === "lost" && tell(text("console.lost")));
  on("closed", ended);
  own.open(ticket);
}

function show(channel, facts) {
  rfb = new RFB(box, channel, { shared: true });
  rfb.background = DARKEST;
  rfb.scaleViewport = fits;
  rfb.clipViewport = false;
  rfb.addEventListener("connect", () => {
    cover(null);
    had = true;
    shownAt = performance.now();
    for (const button of needsScreen) button.disabled = false;
    rfb.focus();
  });
  // The server chose a way of logging in that needs a password: of consoles, nobody has one.
  rfb.addEventListener("credentialsrequired", () => ended({ code: 4500, reason: text("console.password") }));
  rfb.addEventListener("securityfailure", ({ detail }) => ended({ code: 4500, reason: harmless(detail.reason ?? "", 300) }));
  rfb.addEventListener("disconnect", () => {
    rfb = null;
    connection?.close();
  });
  app.querySelector("[data-facts]").textContent = text(facts.recorded ? "console.facts.recorded" : "console.facts", { address: facts.address, port: facts.port });
}

// Of what ended a screen that was there: whether another may be asked for without a word.
function passes({ code, cause }) {
  if (!had || tries >= PAUSES_MS.length) return false;
  return BROKEN.has(cause) || (code < 4400 && code !== 1000) || (tries > 0 && PASSING.has(cause));
}

function ended(how) {
  clearTimeout(waiting);
  const own = connection;
  connection = null; // what it says from here on is not heard
  own?.close();
  rfb?.disconnect();
  box.replaceChildren();
  tell("");
  for (const button of needsScreen) button.disabled = true;
  if (shownAt && performance.now() - shownAt > STEADY_MS) tries = 0;
  shownAt = 0;
  if (passes(how)) {
    cover(cards.progress("again", stop));
    waiting = setTimeout(open, PAUSES_MS[tries++]);
    return;
  }
  had = false;
  tries = 0;
  const card = document.getElementById("card-console-ended").content.firstElementChild.cloneNode(true);
  const { code, cause, reason } = how;
  card.querySelector("[data-text]").textContent = reason ? harmless(reason, 600) : text(has(`code.${code}`) ? `code.${code}` : "code.other", { code });
  card.querySelector("[data-link]").hidden = !OTHER_KINDS.has(cause);
  card.querySelector("[data-again]").onclick = open;
  cover(card);
  htmx.process(card);
}

function symbolOf(character) {
  if (character === "\n") return RETURN;
  if (character === "\t") return TAB;
  return keysyms.lookup(character.codePointAt(0));
}

// QEMU takes the name of a character for the key it is on, and what Shift does for the person's business; other screens
// hold Shift themselves where it is needed, and are not troubled by one that is held.
function press(character) {
  const shifted = SHIFTED.test(character);
  if (shifted) rfb.sendKey(SHIFT, "ShiftLeft", true);
  rfb.sendKey(symbolOf(character));
  if (shifted) rfb.sendKey(SHIFT, "ShiftLeft", false);
}

// Key by key: the name of the character is sent, not the place of a key on this keyboard.
async function type(said) {
  const characters = [...said.replaceAll("\r\n", "\n")];
  for (let at = 0; at < characters.length && rfb; at += TYPED_AT_ONCE) {
    for (const character of characters.slice(at, at + TYPED_AT_ONCE)) press(character);
    await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
  }
}

function save() {
  rfb.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${app.dataset.name.replace(/[^\p{L}\p{N}._-]+/gu, "_")}-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}

const tools = {
  "ctrl-alt-del": () => rfb.sendCtrlAltDel(),
  paste: () => {
    pasteDialog.returnValue = "";
    pasteDialog.showModal();
  },
  screenshot: save,
  fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : app.requestFullscreen()),
  scale: (button) => {
    fits = !fits;
    button.setAttribute("aria-pressed", fits);
    if (rfb) rfb.scaleViewport = fits;
  },
  keyboard: () => keyboard.focus(),
};

app.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tool]");
  if (!button) return;
  tools[button.dataset.tool](button);
  if (!["paste", "keyboard"].includes(button.dataset.tool)) rfb?.focus();
});
strip.querySelector("[data-strip-close]").onclick = () => (strip.hidden = true);

pasteDialog.addEventListener("close", () => {
  const field = pasteDialog.querySelector("textarea");
  if (pasteDialog.returnValue === "type") type(field.value);
  field.value = "";
  rfb?.focus();
});

// A phone's keyboard writes into a field; what comes into it is typed, and the field stays empty.
keyboard.addEventListener("input", () => {
  type(keyboard.value);
  keyboard.value = "";
});
keyboard.addEventListener("keydown", (event) => {
  const symbol = { Backspace: BACKSPACE, Enter: RETURN, Tab: TAB }[event.key];
  if (!symbol || !rfb) return;
  event.preventDefault();
  rfb.sendKey(symbol);
});

addEventListener("pagehide", () => connection?.close());

if (app.dataset.refusal) ended({ code: 4403, reason: app.dataset.refusal });
else open();
