// The overview as a whole screen. The address says so too, so that a screen on a wall can be started with it; only the
// browser's own full screen needs somebody's click.

const button = document.getElementById("wall");

function show(wall) {
  document.documentElement.classList.toggle("wall", wall);
  const address = new URL(location.href);
  if (wall) address.searchParams.set("wall", "1");
  else address.searchParams.delete("wall");
  history.replaceState(history.state, "", address);
}

button?.addEventListener("click", (event) => {
  event.preventDefault();
  const wall = !document.documentElement.classList.contains("wall");
  show(wall);
  if (wall) document.documentElement.requestFullscreen?.().catch(() => {}); // refused: the page alone is large
  else if (document.fullscreenElement) document.exitFullscreen();
});

document.addEventListener("fullscreenchange", () => document.fullscreenElement || show(false));
if (new URLSearchParams(location.search).get("wall") === "1") show(true);
