// A terminal's connection in the shape of a WebSocket that is already open, for libraries that want one.

export class ConnectionChannel {
  binaryType = "arraybuffer";
  protocol = "binary";
  onopen = null;
  onmessage = null;
  onerror = null;
  onclose = null;
  #connection;

  constructor(connection) {
    this.#connection = connection;
    connection.addEventListener("bytes", ({ detail }) => {
      this.onmessage?.({ data: detail.buffer });
      connection.drawn(detail.length);
    });
    connection.addEventListener("closed", ({ detail }) => this.onclose?.({ code: detail.code, reason: detail.reason, wasClean: true }));
  }

  // While the network is lost the connection keeps what is sent, and resumes: for the library nothing happens.
  get readyState() {
    return this.#connection.state === "closed" ? WebSocket.CLOSED : WebSocket.OPEN;
  }

  send(data) {
    this.#connection.type(new Uint8Array(data).slice());
  }

  close() {
    this.#connection.close();
  }
}
