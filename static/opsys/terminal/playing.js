// Plays a recording on a stage like the screen it was made on. Seeking backwards draws everything from the start again,
// without the pauses.
//
// A stage has `apply(event)`, `clear()` and `settle()`, which resolves once what was applied is drawn.

import { get } from "./asking.js";
import { harmless, text } from "./texts.js";

const LONGEST_PAUSE = 2; // seconds, while pauses are shortened
const FRAME_BYTES = 512 * 1024; // drawn at once at most, so that the page stays awake

const box = document.getElementById("player");
const part = (name) => box.querySelector(`[data-${name}]`);
const icons = part("play").querySelector("use").getAttribute("href").split("#")[0];
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

let stage = null;
let events = [];
let next = 0; // the first event that is not drawn yet
let at = 0; // seconds into the recording
let playing = false;
let before = 0;

const length = () => events.at(-1)?.[0] ?? 0;

function draw() {
  part("seek").value = at;
  part("time").textContent = `${clock(at)} / ${clock(length())}`;
  part("play").setAttribute("aria-label", text(playing ? "pause" : "play"));
  part("play").querySelector("use").setAttribute("href", `${icons}#${playing ? "player-pause" : "player-play"}`);
}

// Everything up to `seconds`, in bites.
async function drawTo(seconds) {
  let bytes = 0;
  while (next < events.length && events[next][0] <= seconds) {
    bytes += events[next][2].length;
    stage.apply(events[next++]);
    if (bytes < FRAME_BYTES) continue;
    bytes = 0;
    await stage.settle();
  }
}

async function seek(seconds) {
  if (seconds < at) {
    stage.clear();
    next = 0;
  }
  at = seconds;
  await drawTo(at);
  draw();
}

async function frame(now) {
  if (!playing) return;
  at += ((now - before) / 1000) * Number(part("speed").value);
  before = now;
  const coming = events[next]?.[0];
  if (part("skip").checked && coming - at > LONGEST_PAUSE) at = coming - LONGEST_PAUSE;
  await drawTo(at);
  if (next >= events.length) {
    at = length();
    playing = false;
  }
  draw();
  requestAnimationFrame(frame);
}

async function play() {
  if (!playing && next >= events.length) await seek(0);
  playing = !playing;
  before = performance.now();
  draw();
  requestAnimationFrame(frame);
}

// One JSON line an event, read as they come: a whole recording may be longer than a string can be.
async function read(answer) {
  let rest = "";
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop();
    for (const line of lines) events.push(JSON.parse(line));
  }
}

async function load() {
  const answer = await fetch(box.dataset.eventsUrl);
  if (!answer.ok) throw new Error((await answer.json()).error);
  await read(answer);
  part("seek").max = length();
  await seek(events[0]?.[0] ?? 0);
  box.dataset.ready = "1";
}

part("play").onclick = play;
part("seek").oninput = ({ target }) => seek(Number(target.value));
box.querySelector(".term-player-screen").addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -5, ArrowRight: 5 }[event.key];
  if (event.key !== " " && !by) return;
  event.preventDefault();
  if (by) seek(Math.max(0, Math.min(length(), at + by)));
  else play();
});
document.addEventListener("click", ({ target }) => {
  const jump = target.closest("[data-jump]");
  if (jump) seek(Number(jump.dataset.jump));
});
document.getElementById("verify").onclick = async ({ currentTarget }) => {
  const verdict = await get(currentTarget.dataset.url);
  document.getElementById("verdict").textContent = verdict.ok ? text("player.verified", verdict) : harmless(verdict.problem, 400);
};

export function playOn(one) {
  stage = one;
  load().catch((problem) => (document.getElementById("verdict").textContent = text("player.failed", { reason: problem.message })));
  draw();
}
