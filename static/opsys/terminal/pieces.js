// The events of a recording, a piece at a time. What is kept is bounded, however long the recording is: pieces that were
// not used for longest are dropped, and asked for again when somebody seeks back to them.

const KEPT_BYTES = 24 * 1024 * 1024;

export class Pieces {
  kept = 0;
  #addresses; // of the pieces that are known, one after the other
  #loaded = new Map(); // number → {events, bytes}; used last comes last
  #loading = new Map();

  constructor(address) {
    this.#addresses = [address];
  }

  isLast(number) {
    return this.#loaded.has(number) && number === this.#addresses.length - 1;
  }

  // Its events, as far as it is here already.
  at(number) {
    return this.#loaded.get(number)?.events;
  }

  async get(number) {
    const here = this.#loaded.get(number);
    if (here) {
      this.#loaded.delete(number);
      this.#loaded.set(number, here);
      return here.events;
    }
    if (!this.#loading.has(number)) this.#loading.set(number, this.#load(number).finally(() => this.#loading.delete(number)));
    return this.#loading.get(number);
  }

  async #load(number) {
    const answer = await fetch(this.#addresses[number]);
    if (!answer.ok) throw new Error((await answer.json()).error);
    const said = await answer.text();
    const events = said.trimEnd().split("\n").filter(Boolean).map((line) => JSON.parse(line));
    const following = answer.headers.get("X-Following");
    if (following) this.#addresses[number + 1] ??= following;
    this.#loaded.set(number, { events, bytes: said.length });
    this.kept += said.length;
    for (const [other, { bytes }] of this.#loaded) {
      if (this.kept <= KEPT_BYTES || other === number) break;
      this.#loaded.delete(other);
      this.kept -= bytes;
    }
    return events;
  }
}
