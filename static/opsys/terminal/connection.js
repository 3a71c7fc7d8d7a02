// One terminal session's socket. Bytes go both ways as they are; JSON says the rest (docs/terminal.md). When the
// network is lost the session lives on for a while, and both sides count bytes: what the other side has not received
// is sent again from there, so nothing is lost and nothing comes twice.
//
// Events: `progress`, `ask` (detail: the question), `opened`, `bytes` (detail: Uint8Array), `replayed`, `resized`,
// `skipped`, `notice`, `state`, `closed` (detail: {code, cause, reason}).

import { Outbox } from "./outbox.js";

const ACK_BYTES = 64 * 1024;
const ACK_MS = 2000;
const LONGEST_WAIT_MS = 5000;
const OWN_CODES = 4400; // from here on the server says itself why it closed: there is nothing to resume

export class Connection extends EventTarget {
  state = "connecting"; // asking, open, lost, closed
  facts = {}; // what the server said when it opened: session, title, address, login_name …
  deadline = 0; // while lost: when the server gives the session up
  #socket = null;
  #secret = null;
  #received = 0; // bytes of output that arrived
  #shown = 0; // bytes of output that are on the screen
  #told = 0; // how many of those the server knows of
  #ackTimer = 0;
  #retryTimer = 0;
  #failures = 0;
  #size;
  #ended = null;
  #outbox = new Outbox((bytes) => this.#socket.send(bytes), () => this.#socket?.bufferedAmount ?? 0);

  constructor(address, { columns, rows, resumeSeconds = 0 }) {
    super();
    this.address = address;
    this.#size = { columns, rows };
    this.resumeMs = resumeSeconds * 1000;
    this.online = () => this.state === "lost" && this.#resume();
    addEventListener("online", this.online);
  }

  open(ticket) {
    this.#connect({ type: "open", ticket, ...this.#size });
  }

  watch(ticket) {
    this.#connect({ type: "watch", ticket });
  }

  // A session of before the page was loaded again: what the server still keeps of its output comes once more.
  takeUp({ session, secret }) {
    this.facts = { session };
    this.#secret = secret;
    this.#received = null;
    this.deadline = performance.now() + this.resumeMs;
    this.#become("lost");
    this.#resume();
  }

  get key() {
    return { session: this.facts.session, secret: this.#secret };
  }

  type(bytes) {
    if (this.state === "closed") return;
    this.#outbox.put(bytes);
    if (this.state === "open") this.#outbox.pump();
  }

  answer(body) {
    this.#become("connecting");
    this.#say({ type: "answer", ...body });
  }

  // Whoever reads the audit sees that the same was typed into several terminals.
  broadcast(on, count) {
    if (this.state === "open") this.#say({ type: "broadcast", on, count });
  }

  // How the host writes, from here on.
  writeIn(encoding) {
    this.facts.encoding = encoding;
    if (this.state === "open") this.#say({ type: "encoding", encoding });
  }

  resize(columns, rows) {
    if (columns === this.#size.columns && rows === this.#size.rows) return;
    this.#size = { columns, rows };
    if (this.state === "open") this.#say({ type: "resize", columns, rows });
  }

  // The screen has drawn so many bytes more.
  drawn(count) {
    this.#shown += count;
    if (this.#shown - this.#told >= ACK_BYTES) this.#acknowledge();
    else this.#ackTimer ||= setTimeout(() => this.#acknowledge(), ACK_MS);
  }

  get waiting() {
    return this.#outbox.waiting;
  }

  close() {
    if (this.state === "closed") return;
    if (this.state === "open") this.#say({ type: "close" });
    this.#end({ code: 1000, cause: "closed", reason: "" });
  }

  #acknowledge() {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = 0;
    if (this.state !== "open" || this.#shown === this.#told) return;
    this.#told = this.#shown;
    this.#say({ type: "ack", received: this.#told });
  }

  #say(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #connect(first) {
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.addEventListener("open", () => socket === this.#socket && this.#say(first));
    socket.addEventListener("message", ({ data }) => socket === this.#socket && this.#hear(data));
    socket.addEventListener("close", ({ code, reason }) => socket === this.#socket && this.#lost(code, reason));
  }

  #hear(data) {
    if (data instanceof ArrayBuffer) {
      this.#received += data.byteLength;
      this.#tell("bytes", new Uint8Array(data));
      return;
    }
    const message = JSON.parse(data);
    this.#heard[message.type]?.(message);
  }

  #heard = {
    progress: (message) => this.#tell("progress", message),
    opened: (message) => this.#opened(message),
    watching: (message) => {
      this.#received = this.#shown = this.#told = message.from;
      this.#opened(message);
    },
    ask: (message) => {
      this.#become("asking");
      this.#tell("ask", message);
    },
    resumed: (message) => {
      this.#failures = 0;
      if (this.#received === null) {
        this.#shown = message.from;
        this.#outbox.startAt(message.input_received);
        this.#tell("replayed", message);
      } else {
        this.#outbox.rewind(message.input_received);
      }
      this.#received = message.from;
      this.#told = -1;
      this.#opened(message);
      this.#acknowledge();
    },
    input_ack: (message) => {
      this.#outbox.confirm(message.input);
      this.#outbox.pump();
    },
    resized: (message) => this.#tell("resized", message),
    skipped: (message) => {
      this.#received = this.#shown = message.from;
      this.#tell("skipped", message);
    },
    notice: (message) => this.#tell("notice", message),
    closed: (message) => {
      this.#ended = message;
    },
  };

  #opened(message) {
    this.facts = { ...this.facts, ...message };
    this.#secret = message.secret ?? this.#secret;
    this.#become("open");
    this.#tell("opened", this.facts);
    this.#outbox.pump();
  }

  #lost(code, reason) {
    this.#socket = null;
    if (this.state === "closed") return;
    if (this.#ended) this.#end(this.#ended);
    else if (code >= OWN_CODES || code === 1000 || !this.#secret) this.#end({ code, cause: "", reason });
    else this.#tryAgain();
  }

  #tryAgain() {
    if (this.state !== "lost") {
      this.deadline = performance.now() + this.resumeMs;
      this.#become("lost");
    }
    const wait = Math.min(LONGEST_WAIT_MS, 300 * 2 ** this.#failures++);
    this.#retryTimer = setTimeout(() => this.#resume(), wait);
  }

  #resume() {
    clearTimeout(this.#retryTimer);
    if (this.#socket || this.state !== "lost") return;
    if (performance.now() > this.deadline) this.#end({ code: 4408, cause: "lost", reason: "" });
    else this.#connect({ type: "resume", ...this.key, received: this.#received, ...this.#size });
  }

  #end(how) {
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#ackTimer);
    removeEventListener("online", this.online);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
    this.#become("closed");
    this.#tell("closed", how);
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.#tell("state", state);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
