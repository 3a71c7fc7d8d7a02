// One terminal: a tab, a pane with its screen, and the session behind them.

import * as cards from "./card.js";
import { post } from "./asking.js";
import { Connection } from "./connection.js";
import { Screen } from "./screen.js";
import { harmless, text } from "./texts.js";

const SOCKET = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/terminal/socket/`;
const STRIP_MS = 12_000;

const copyOf = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

// Events: `changed` (its name, state or session), `closed` (it is to go away).
export class Tab extends EventTarget {
  name = "";
  title = "";
  connection = null;
  ended = false;
  news = false; // something came while nobody looked

  // `typed(bytes, tab)`: what was typed here. `keys(event)` may keep a key from the terminal by returning false.
  constructor(target, { typed, keys, ticketUrl, resumeSeconds }) {
    super();
    this.target = target;
    this.name = target.name;
    this.ticketUrl = ticketUrl;
    this.resumeSeconds = resumeSeconds;
    this.item = copyOf("tab-template");
    this.pane = copyOf("pane-template");
    this.veil = this.pane.querySelector(".term-veil");
    this.strip = this.pane.querySelector(".term-strip");
    this.strip.querySelector("[data-strip-close]").onclick = () => (this.strip.hidden = true);
    this.encoding = this.pane.querySelector("[data-encoding]");
    this.encoding.onchange = () => {
      this.connection?.writeIn(this.encoding.value);
      this.focus();
    };
    this.screen = new Screen({ typed: (bytes) => this.quiet || typed(bytes, this), keys });
    this.screen.terminal.onResize(({ cols, rows }) => {
      this.connection?.resize(cols, rows);
      this.#tellSize();
    });
    this.screen.terminal.onTitleChange((title) => {
      this.title = harmless(title, 60);
      this.changed();
    });
    this.screen.terminal.onBell(() => this.item.classList.add("term-tab-bell"));
    // A screen that is drawn again from what was kept answers the questions of then; nobody waits for that any more.
    for (const name of ["keydown", "paste", "pointerdown"]) this.pane.addEventListener(name, () => (this.quiet = false), true);
  }

  get state() {
    return this.ended ? "closed" : (this.connection?.state ?? "connecting");
  }

  get live() {
    return ["open", "lost", "asking"].includes(this.state);
  }

  attach() {
    this.screen.attach(this.pane.querySelector(".term-screen"));
  }

  changed() {
    this.dispatchEvent(new Event("changed"));
  }

  // Get a ticket and go. `chosen` is what the person chose; without it the server takes what suits, or asks.
  async open(chosen = null) {
    this.chosen = chosen;
    this.ended = false;
    this.cover(cards.progress("ticket", () => this.close()));
    try {
      const answer = await post(this.ticketUrl, { target: this.target.key, ...(chosen ?? {}) });
      this.name = this.target.name = answer.name;
      if (answer.choice) this.choose(answer.choice);
      else this.#connect((connection) => connection.open(answer.ticket));
    } catch (problem) {
      this.#over({ code: problem instanceof TypeError ? 1006 : 4403, cause: "", reason: problem instanceof TypeError ? "" : problem.message });
    }
    this.changed();
  }

  async choose(offer = null) {
    try {
      const shown = offer ?? (await post(this.ticketUrl, { target: this.target.key, choose: true })).choice;
      this.cover(cards.choice(shown, { open: (chosen) => this.open(chosen), cancel: () => this.close() }));
    } catch (problem) {
      this.#over({ code: 4403, cause: "", reason: problem.message });
    }
  }

  takeUp(key) {
    this.#connect((connection) => connection.takeUp(key));
    this.quiet = true;
  }

  type(bytes) {
    this.connection?.type(bytes);
  }

  #connect(start) {
    const { cols, rows } = this.screen.terminal;
    const connection = new Connection(SOCKET, { columns: cols, rows, resumeSeconds: this.resumeSeconds });
    this.connection = connection;
    const on = (name, act) => connection.addEventListener(name, ({ detail }) => connection === this.connection && act(detail));
    on("progress", ({ step }) => this.cover(cards.progress(step, () => this.close())));
    on("ask", (ask) => this.cover(cards.questions[ask.kind](ask, (body) => this.#answer({ id: ask.id, ...body }))));
    on("opened", (facts) => this.#opened(facts));
    on("replayed", () => this.screen.terminal.reset());
    on("bytes", (bytes) => this.#arrived(bytes));
    on("notice", ({ text: said }) => this.tell(said));
    on("state", (state) => {
      if (state === "lost") this.#countDown();
      this.changed();
    });
    on("closed", (how) => this.#over(how));
    start(connection);
  }

  #answer(body) {
    this.cover(cards.progress("answering", () => this.close()));
    this.connection.answer(body);
  }

  #arrived(bytes) {
    const { connection } = this;
    if (this.pane.hidden && !this.news) {
      this.news = true;
      this.changed();
    }
    this.screen.write(bytes, () => connection.drawn(bytes.length));
  }

  #opened(facts) {
    clearInterval(this.counting);
    this.strip.hidden = true;
    this.cover(null);
    const login = facts.login_name ? `${harmless(facts.login_name)}@` : "";
    const who = `${login}${facts.address ?? ""}${facts.port && facts.port !== 22 ? `:${facts.port}` : ""}`;
    const state = text(facts.recorded ? "recorded" : "not_recorded", { who });
    const weak = facts.weak?.length > 0;
    this.pane.querySelector("[data-facts]").textContent = weak ? text("weak", { who: state, algorithms: facts.weak.join(", ") }) : state;
    this.pane.classList.toggle("term-pane-weak", weak);
    this.pane.querySelector(".term-foot").classList.toggle("term-foot-recorded", Boolean(facts.recorded));
    this.encoding.value = facts.encoding;
    this.encoding.hidden = false;
    this.screen.fit();
    const { cols, rows } = this.screen.terminal;
    this.connection.resize(cols, rows);
    this.#tellSize();
    if (!this.pane.hidden) this.screen.terminal.focus();
    this.changed();
  }

  // Nobody can tell a serial line its size but whoever is logged in there.
  #tellSize() {
    if (!this.target.key.startsWith("serial:") || this.state !== "open") return;
    const { cols, rows } = this.screen.terminal;
    const command = `stty cols ${cols} rows ${rows}`;
    const act = () => {
      this.strip.hidden = true;
      this.type(new TextEncoder().encode(command)); // Enter is the person's
      this.focus();
    };
    this.tell(text("serial.size", { command }), { act });
  }

  #countDown() {
    const tick = () => this.tell(text("lost", { seconds: Math.max(0, Math.ceil((this.connection.deadline - performance.now()) / 1000)) }), { stays: true });
    clearInterval(this.counting);
    this.counting = setInterval(tick, 1000);
    tick();
  }

  #over(how) {
    clearInterval(this.counting);
    this.ended = true;
    this.strip.hidden = true;
    const choose = this.target.key.startsWith("server:") || this.target.key.startsWith("host:") ? () => this.choose() : null;
    this.cover(cards.ended(how, { again: () => this.open(this.chosen), close: () => this.close(), choose }));
    this.changed();
  }

  // Put a card over the screen, or with null take it away.
  cover(card) {
    const inside = this.veil.contains(document.activeElement);
    this.veil.replaceChildren(...(card ? [card] : []));
    this.veil.hidden = !card;
    this.veil.classList.toggle("term-veil-over", this.ended);
    if (card && (!this.pane.hidden || inside)) this.focus();
  }

  // `act`: what the button beside it does.
  tell(said, { stays = false, act = null } = {}) {
    clearTimeout(this.stripTimer);
    const button = this.strip.querySelector("[data-strip-act]");
    button.hidden = !act;
    button.onclick = act;
    this.strip.querySelector("[data-strip]").textContent = said;
    this.strip.classList.toggle("term-strip-bad", stays);
    this.strip.hidden = false;
    if (!stays) this.stripTimer = setTimeout(() => (this.strip.hidden = true), STRIP_MS);
  }

  focus() {
    if (this.veil.hidden) this.screen.terminal.focus();
    else (this.veil.querySelector("[data-prompts] input, [name=password]:not(:disabled)") ?? this.veil.querySelector("h2[tabindex], button"))?.focus();
  }

  show(visible) {
    this.pane.hidden = !visible;
    if (!visible) return;
    this.news = false;
    this.item.classList.remove("term-tab-bell");
    this.screen.fit();
    this.focus();
  }

  close() {
    clearInterval(this.counting);
    this.connection?.close();
    this.connection = null;
    this.ended = true;
    this.screen.dispose();
    this.dispatchEvent(new Event("closed"));
  }
}
