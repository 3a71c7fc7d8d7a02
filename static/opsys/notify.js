// A long job's end, told to somebody who has gone to another tab: in the title of the page, and by the browser where
// that is wished. Browsers allow the question only as the answer to a press, so there is a button; it is not offered
// where notifications are impossible or refused.

const key = "opsys-notify";
const site = document.title.split(" · ").at(-1);
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

function tell({ job, jobEnded }) {
  document.title = `${jobEnded} · ${site}`;
  if (!document.hidden || !("Notification" in window) || !wished()) return;
  const notice = new Notification(jobEnded, { tag: `job-${job}` });
  notice.onclick = () => {
    window.focus();
    notice.close();
  };
}

let state = region()?.dataset.jobState;
document.body.addEventListener("htmx:afterSwap", () => {
  const now = region()?.dataset.jobState;
  const ended = now !== state && ["done", "partly", "failed", "cancelled"].includes(now);
  state = now;
  offer();
  if (ended) tell(region().dataset);
});
offer();
