// A long job's end, told by the browser to somebody who has gone to another tab. Browsers allow the question only as
// the answer to a press, so there is a button; it is not offered where notifications are impossible or refused.

const key = "opsys-notify";
const region = () => document.querySelector("#region[data-job]");
const wished = () => localStorage.getItem(key) === "yes" && Notification.permission === "granted";

function offer() {
  const button = document.getElementById("notify-me");
  if (button) button.hidden = !("Notification" in window) || Notification.permission === "denied" || wished();
}

document.addEventListener("click", async ({ target }) => {
  if (!target.closest("#notify-me")) return;
  if ((await Notification.requestPermission()) === "granted") localStorage.setItem(key, "yes");
  offer();
});

let state = region()?.dataset.jobState;
document.body.addEventListener("htmx:afterSwap", () => {
  const now = region()?.dataset.jobState;
  const ended = now !== state && ["done", "failed", "cancelled"].includes(now);
  state = now;
  offer();
  if (ended && document.hidden && "Notification" in window && wished()) new Notification(region().dataset.jobEnded);
});
offer();
