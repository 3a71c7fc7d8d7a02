// Font size and colours of all screens. The size is remembered in this browser, the theme is the page's.

const SMALLEST = 9;
const LARGEST = 28;
const KEY = "terminal-font-size";

const LIGHT = {
  background: "#ffffff", foreground: "#1f2430", cursor: "#1f2430", cursorAccent: "#ffffff", selectionBackground: "#b6d2f5",
  black: "#1f2430", red: "#b3261e", green: "#1b6e35", yellow: "#7a5200", blue: "#1d5fb8", magenta: "#8a2fa0", cyan: "#0b6b77", white: "#5a6170",
  brightBlack: "#5a6170", brightRed: "#c4352c", brightGreen: "#237c40", brightYellow: "#8a5f00", brightBlue: "#2a6fd0", brightMagenta: "#9b3fb2", brightCyan: "#107b88", brightWhite: "#1f2430",
};
const DARK = {
  background: "#14171d", foreground: "#d9dde5", cursor: "#d9dde5", cursorAccent: "#14171d", selectionBackground: "#34507a",
  black: "#2b303a", red: "#f0776c", green: "#7ccf8a", yellow: "#e3bd62", blue: "#7bb0f5", magenta: "#d59be6", cyan: "#6fcbd6", white: "#c3c9d4",
  brightBlack: "#7d8594", brightRed: "#ff948a", brightGreen: "#98e0a4", brightYellow: "#f0d080", brightBlue: "#9cc6ff", brightMagenta: "#e6b6f3", brightCyan: "#93e0e9", brightWhite: "#ffffff",
};

export function themeOf() {
  return document.documentElement.dataset.bsTheme === "dark" ? DARK : LIGHT;
}

export function onTheme(change) {
  new MutationObserver(change).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
}

export function fontSize() {
  const kept = Number(localStorage.getItem(KEY));
  return kept >= SMALLEST && kept <= LARGEST ? kept : matchMedia("(max-width: 767.98px)").matches ? 12 : 14;
}

export function changeFontSize(by) {
  localStorage.setItem(KEY, String(Math.max(SMALLEST, Math.min(LARGEST, fontSize() + by))));
}
