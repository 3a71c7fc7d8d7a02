// Somebody's screen as it is now. Nothing can be typed here.

import { post } from "./asking.js";
import { Connection } from "./connection.js";
import { onTheme } from "./looks.js";
import { Screen } from "./screen.js";
import { harmless, has, text } from "./texts.js";

const box = document.getElementById("watch");
const said = box.querySelector("[data-said]");
const screen = new Screen();
const stage = box.querySelector(".term-player-screen");
screen.terminal.open(stage);
onTheme(() => screen.look());
const shrink = () => requestAnimationFrame(() => screen.shrink(stage));
new ResizeObserver(shrink).observe(stage);
screen.terminal.onResize(shrink);

const connection = new Connection(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/terminal/socket/`, { columns: 80, rows: 24 });
const on = (name, act) => connection.addEventListener(name, ({ detail }) => act(detail));

on("opened", ({ columns, rows }) => {
  screen.terminal.resize(columns, rows);
  said.textContent = text("watching", { user: box.dataset.user });
});
on("resized", ({ columns, rows }) => screen.terminal.resize(columns, rows));
on("bytes", (bytes) => screen.write(bytes, () => connection.drawn(bytes.length)));
on("skipped", () => {
  screen.terminal.reset();
  said.textContent = text("skipped");
});
on("notice", ({ text: sentence }) => (said.textContent = sentence));
on("closed", ({ code, reason }) => (said.textContent = reason ? harmless(reason, 600) : text(has(`code.${code}`) ? `code.${code}` : "code.other", { code })));

try {
  const { ticket } = await post(box.dataset.ticketUrl, {});
  connection.watch(ticket);
} catch (problem) {
  said.textContent = problem.message;
}
