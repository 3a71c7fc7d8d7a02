// The bar with the keys a phone does not have. Ctrl holds for the next key.

const bar = document.getElementById("keys");
const encoder = new TextEncoder();
const ARROWS = { up: "A", down: "B", right: "C", left: "D" };
const PLAIN = { escape: "\x1b", tab: "\t", dash: "-", slash: "/", pipe: "|" };

export class PhoneKeys {
  #ctrl = bar.querySelector("[data-key=ctrl]");

  constructor(type, tabOf) {
    bar.addEventListener("pointerdown", (event) => event.preventDefault()); // the keyboard of the phone stays open
    bar.addEventListener("click", ({ target }) => {
      const key = target.closest("[data-key]")?.dataset.key;
      if (key === "ctrl") this.hold(this.#ctrl.getAttribute("aria-pressed") !== "true");
      else if (key in ARROWS) type(encoder.encode(`\x1b${tabOf()?.screen.terminal.modes.applicationCursorKeysMode ? "O" : "["}${ARROWS[key]}`));
      else if (key) type(encoder.encode(PLAIN[key]));
      if (key) tabOf()?.screen.terminal.focus();
    });
  }

  hold(held) {
    this.#ctrl.setAttribute("aria-pressed", String(held));
  }

  // With Ctrl held a letter becomes its control character.
  changed(bytes) {
    if (this.#ctrl.getAttribute("aria-pressed") !== "true" || bytes.length !== 1) return bytes;
    this.hold(false);
    const isLetter = (bytes[0] >= 0x40 && bytes[0] < 0x7f) || bytes[0] === 0x20;
    return isLetter ? Uint8Array.of(bytes[0] & 0x1f) : bytes;
  }
}
