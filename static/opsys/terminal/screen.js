// The screen of one session: xterm.js as we want it. What a host sends is hostile text. It cannot reach the clipboard,
// its links are opened only by a press and after the whole address was shown, its titles are cleaned.

import "./styles.js";
import { Terminal } from "../../vendor/xterm/xterm.mjs";
import { FitAddon } from "../../vendor/xterm/addon-fit.mjs";
import { SearchAddon } from "../../vendor/xterm/addon-search.mjs";
import { Unicode11Addon } from "../../vendor/xterm/addon-unicode11.mjs";
import { WebLinksAddon } from "../../vendor/xterm/addon-web-links.mjs";
import { fontSize, themeOf } from "./looks.js";
import { confirmLink } from "./links.js";
import { text } from "./texts.js";

const encoder = new TextEncoder();
const CLIPBOARD = 52; // the OSC number with which a host would write the clipboard

const SMALLEST = 6;
const TALLEST = 0.62; // of the window, for screens that are only shown

// Each byte of a mouse report is one character.
const rawBytes = (data) => Uint8Array.from(data, (character) => character.charCodeAt(0));

export class Screen {
  search = new SearchAddon();
  #fit = new FitAddon();

  // `typed` gets bytes, `keys` may take a key for itself by returning false. Without `typed` nothing can be typed.
  constructor({ typed = null, keys = () => true, scrollback = 10_000, size = {} } = {}) {
    const linkHandler = { activate: (_event, uri) => confirmLink(uri), allowNonHttpProtocols: false };
    this.terminal = new Terminal({
      ...size,
      allowProposedApi: true, // the Unicode versions and the search's marks are behind it
      cursorBlink: typed !== null,
      disableStdin: typed === null,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--tblr-font-monospace"),
      fontSize: fontSize(),
      linkHandler,
      minimumContrastRatio: 4.5,
      rightClickSelectsWord: false,
      scrollback,
      theme: themeOf(),
    });
    this.terminal.loadAddon(this.#fit);
    this.terminal.loadAddon(this.search);
    this.terminal.loadAddon(new WebLinksAddon((_event, uri) => confirmLink(uri)));
    this.terminal.loadAddon(new Unicode11Addon());
    this.terminal.unicode.activeVersion = "11";
    this.terminal.parser.registerOscHandler(CLIPBOARD, () => true);
    this.terminal.attachCustomKeyEventHandler(keys);
    if (typed) {
      this.terminal.onData((data) => typed(encoder.encode(data)));
      this.terminal.onBinary((data) => typed(rawBytes(data)));
    }
  }

  attach(box) {
    this.box = box;
    this.terminal.open(box);
    this.terminal.textarea.setAttribute("aria-label", text("input"));
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(box);
    this.fit();
  }

  fit() {
    if (this.box?.clientWidth && this.box.clientHeight) this.#fit.fit();
  }

  // Somebody else's size is kept: the letters become as large as the box and the window allow.
  shrink(box) {
    const { terminal } = this;
    const drawn = box.querySelector(".xterm-screen");
    if (!drawn?.offsetWidth) return;
    const room = Math.min(box.clientWidth / drawn.offsetWidth, (innerHeight * TALLEST) / drawn.offsetHeight);
    const size = Math.max(SMALLEST, Math.min(fontSize(), Math.floor(terminal.options.fontSize * room * 2) / 2));
    if (Math.abs(size - terminal.options.fontSize) >= 0.5) terminal.options.fontSize = size;
  }

  write(bytes, drawn) {
    this.terminal.write(bytes, drawn);
  }

  look() {
    this.terminal.options.theme = themeOf();
    this.terminal.options.fontSize = fontSize();
    this.fit();
  }

  dispose() {
    this.resizing?.disconnect();
    this.terminal.dispose();
  }
}
