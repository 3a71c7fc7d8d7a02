// What was typed and pasted, until the server has it. A paste of a megabyte goes out in pieces, no faster than the
// other side takes them; after a lost connection it goes on exactly where the server stopped receiving.

const PIECE = 16 * 1024;
const WINDOW = 256 * 1024; // sent, but not yet known to be received
const MOST_BUFFERED = 128 * 1024; // in the browser's own buffer
const LATER_MS = 20;

export class Outbox {
  #pieces = []; // not yet known to be received, in order
  #confirmed = 0; // how many bytes the server has
  #sent = 0; // how many were given to the present socket
  #end = 0; // how many there are in all
  #timer = 0;

  constructor(send, buffered) {
    this.send = send;
    this.buffered = buffered;
  }

  get waiting() {
    return this.#end - this.#confirmed;
  }

  put(bytes) {
    for (let start = 0; start < bytes.length; start += PIECE) this.#pieces.push(bytes.slice(start, start + PIECE));
    this.#end += bytes.length;
  }

  pump() {
    clearTimeout(this.#timer);
    let at = this.#confirmed;
    for (const piece of this.#pieces) {
      if (at >= this.#sent) {
        if (at + piece.length - this.#confirmed > WINDOW) return;
        if (this.buffered() > MOST_BUFFERED) {
          this.#timer = setTimeout(() => this.pump(), LATER_MS);
          return;
        }
        this.send(piece);
        this.#sent = at + piece.length;
      }
      at += piece.length;
    }
  }

  // The server has so many bytes by now.
  confirm(count) {
    while (this.#pieces.length && this.#confirmed + this.#pieces[0].length <= count) this.#confirmed += this.#pieces.shift().length;
    const more = count - this.#confirmed;
    if (more <= 0 || !this.#pieces.length) return;
    this.#pieces[0] = this.#pieces[0].subarray(more); // it stopped inside a piece
    this.#confirmed = count;
  }

  // A new socket: what the server does not have goes out again.
  rewind(count) {
    clearTimeout(this.#timer);
    this.confirm(count);
    this.#sent = this.#confirmed;
  }

  // The page was loaded again: the server has so many bytes that this outbox never saw.
  startAt(count) {
    this.#end += count - this.#confirmed;
    this.#confirmed = this.#sent = count;
  }
}
