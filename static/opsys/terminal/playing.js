// Plays a recording on a stage like the screen it was made on. Seeking backwards draws everything from the start again,
// without the pauses.
//
// A stage has `apply(event)`, `clear()` and `settle()`, which resolves once what was applied is drawn.

import { get } from "./asking.js";
import { Pieces } from "./pieces.js";
import { harmless, text } from "./texts.js";

const LONGEST_PAUSE = 2; // seconds, while pauses are shortened
const FRAME_BYTES = 512 * 1024; // drawn at once at most, so that the page stays awake

const box = document.getElementById("player");
const part = (name) => box.querySelector(`[data-${name}]`);
const icons = part("play").querySelector("use").getAttribute("href").split("#")[0];
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

const pieces = new Pieces(box.dataset.eventsUrl);
let stage = null;
let piece = 0;
let next = 0; // the first event of that piece that is not drawn yet
let drawn = 0; // seconds up to which everything is drawn
let at = 0; // seconds into the recording
let length = Number(box.dataset.seconds);
let playing = false;
let before = 0;
let drawing = null;

const over = () => pieces.isLast(piece) && next >= pieces.at(piece).length;

function draw() {
  part("seek").max = length;
  part("seek").value = at;
  part("time").textContent = `${clock(at)} / ${clock(length)}`;
  part("play").setAttribute("aria-label", text(playing ? "pause" : "play"));
  part("play").querySelector("use").setAttribute("href", `${icons}#${playing ? "player-pause" : "player-play"}`);
}

// Everything up to `at`, in bites; `at` may move meanwhile, and nothing is drawn by two at a time.
function drawUpToIt() {
  drawing ??= drawBites().finally(() => (drawing = null));
  return drawing;
}

async function drawBites() {
  for (;;) {
    if (at < drawn) {
      stage.clear();
      piece = next = 0;
    }
    drawn = at;
    const events = await pieces.get(piece);
    let bytes = 0;
    while (next < events.length && events[next][0] <= at && bytes < FRAME_BYTES) {
      length = Math.max(length, events[next][0]);
      bytes += events[next][2].length;
      stage.apply(events[next++]);
    }
    drawn = at;
    if (next >= events.length && !pieces.isLast(piece)) {
      piece += 1;
      next = 0;
    } else if (bytes < FRAME_BYTES && at >= drawn) {
      break;
    }
    if (bytes) await stage.settle();
  }
  // The next one is here before it is wanted.
  if (!pieces.isLast(piece)) pieces.get(piece + 1).catch(() => {});
}

async function seek(seconds) {
  at = seconds;
  await drawUpToIt();
  draw();
}

async function frame() {
  if (!playing) return;
  const now = performance.now();
  at += ((now - before) / 1000) * Number(part("speed").value);
  before = now;
  const coming = pieces.at(piece)?.[next]?.[0];
  if (part("skip").checked && coming - at > LONGEST_PAUSE) at = coming - LONGEST_PAUSE;
  const wanted = performance.now();
  await drawUpToIt();
  before += performance.now() - wanted; // a piece that came late makes nobody miss anything
  if (over()) {
    at = Math.min(at, length);
    playing = false;
  }
  draw();
  requestAnimationFrame(frame);
}

async function play() {
  if (!playing && over()) await seek(0);
  playing = !playing;
  before = performance.now();
  draw();
  requestAnimationFrame(frame);
}

async function load() {
  const events = await pieces.get(0);
  await seek(events[0]?.[0] ?? 0);
  box.dataset.ready = "1";
}

part("play").onclick = play;
part("seek").oninput = ({ target }) => seek(Number(target.value));
box.querySelector(".term-player-screen").addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -5, ArrowRight: 5 }[event.key];
  if (event.key !== " " && !by) return;
  event.preventDefault();
  if (by) seek(Math.max(0, Math.min(length, at + by)));
  else play();
});
document.addEventListener("click", ({ target }) => {
  const jump = target.closest("[data-jump]");
  if (jump) seek(Number(jump.dataset.jump));
});
const told = (sentence) => (document.getElementById("verdict").textContent = sentence);
const failed = (what) => (problem) => told(text(`player.${what}`, { reason: problem.message }));

document.getElementById("verify").onclick = ({ currentTarget }) =>
  get(currentTarget.dataset.url)
    .then((verdict) => told(verdict.ok ? text("player.verified", verdict) : harmless(verdict.problem, 400)))
    .catch(failed("unverified"));

export function playOn(one) {
  stage = one;
  load().catch(failed("failed"));
  draw();
}
