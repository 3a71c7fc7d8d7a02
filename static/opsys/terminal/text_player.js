// Plays the recording of a terminal.

import { onTheme } from "./looks.js";
import { playOn } from "./playing.js";
import { Screen } from "./screen.js";

const box = document.getElementById("player");
const stage = box.querySelector(".term-player-screen");
const screen = new Screen({ scrollback: 0, size: { cols: Number(box.dataset.columns), rows: Number(box.dataset.rows) } });
screen.terminal.open(stage);
onTheme(() => screen.look());
const shrink = () => requestAnimationFrame(() => screen.shrink(stage));
new ResizeObserver(shrink).observe(stage);
screen.terminal.onResize(shrink);

playOn({
  apply([, kind, data]) {
    if (kind === "o") screen.write(data);
    if (kind === "r") screen.terminal.resize(...data.split("x").map(Number));
    if (kind === "h") screen.terminal.resize(JSON.parse(data).width, JSON.parse(data).height);
  },
  clear: () => screen.terminal.reset(),
  settle: () => new Promise((resolve) => screen.write("", resolve)),
});
