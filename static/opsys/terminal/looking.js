// A server's screen to look at. The server drops whatever would do something on it.

import "./no_video_decoder.js";
import RFB from "../../vendor/novnc/core/rfb.js";
import { ConnectionChannel } from "./channel.js";
import { Connection } from "./connection.js";
import { harmless, has, text } from "./texts.js";

const SOCKET = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/terminal/socket/`;
const DARKEST = "rgb(20 23 29)";

// `drawn`: a picture came; `notice(sentence)`; `over(sentence)`: it ended. Returns what closes it.
export function look(box, ticket, { drawn = () => {}, notice = () => {}, over }) {
  const connection = new Connection(SOCKET, { columns: 80, rows: 24 });
  const on = (name, act) => connection.addEventListener(name, ({ detail }) => act(detail));
  let rfb = null;
  on("opened", () => {
    rfb = new RFB(box, new ConnectionChannel(connection), { shared: true });
    rfb.background = DARKEST;
    rfb.viewOnly = true;
    rfb.scaleViewport = true;
    rfb.focusOnClick = false;
    rfb.addEventListener("disconnect", () => {
      rfb = null;
      connection.close();
    });
  });
  on("bytes", drawn);
  on("notice", ({ text: sentence }) => notice(sentence));
  on("closed", ({ code, reason }) => {
    rfb?.disconnect();
    over(reason ? harmless(reason, 600) : text(has(`code.${code}`) ? `code.${code}` : "code.other", { code }));
  });
  connection.open(ticket);
  addEventListener("pagehide", () => connection.close());
  return () => connection.close();
}
