// Plays the recording of a server's screen: noVNC gets what the screen sent then. What noVNC answers goes nowhere; the
// screen's answers to it are in the recording.

import "./no_video_decoder.js";
import RFB from "../../vendor/novnc/core/rfb.js";
import { playOn } from "./playing.js";

const DARKEST = "rgb(20 23 29)";
const stage = document.querySelector("#player .term-player-screen");

class RecordedChannel {
  binaryType = "arraybuffer";
  protocol = "binary";
  readyState = WebSocket.OPEN;
  onopen = null;
  onmessage = null;
  onerror = null;
  onclose = null;

  send() {}

  close() {
    this.readyState = WebSocket.CLOSED;
    setTimeout(() => this.onclose?.({ code: 1000, reason: "", wasClean: true })); // never before `close` has returned
  }
}

let channel = null;
let rfb = null;

function clear() {
  rfb?.disconnect();
  stage.replaceChildren();
  channel = new RecordedChannel();
  rfb = new RFB(stage, channel, { shared: true });
  rfb.background = DARKEST;
  rfb.viewOnly = true;
  rfb.scaleViewport = true;
}

clear();
playOn({
  apply([, kind, data]) {
    if (kind === "o") channel.onmessage({ data: Uint8Array.from(atob(data), (character) => character.charCodeAt(0)).buffer });
  },
  clear,
  settle: () => new Promise((resolve) => setTimeout(resolve)),
});
