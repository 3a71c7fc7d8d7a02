// Somebody's screen of a server as it is now. Nothing can be typed here.

import { post } from "./asking.js";
import { look } from "./looking.js";
import { text } from "./texts.js";

const box = document.getElementById("watch");
const said = box.querySelector("[data-said]");
const tell = (sentence) => (said.textContent = sentence);

try {
  const { ticket } = await post(box.dataset.ticketUrl, {});
  look(box.querySelector(".term-player-screen"), ticket, { notice: tell, over: tell });
  tell(text("watching", { user: box.dataset.user }));
} catch (problem) {
  tell(problem.message);
}
