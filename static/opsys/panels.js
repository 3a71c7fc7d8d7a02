// The tabs of a detail page. Each is fetched when it is opened for the first time, and again after one's own actions.

const panels = document.getElementById("panels");

function open(pane) {
  if (!pane || pane.dataset.fresh) return;
  pane.dataset.fresh = "yes";
  htmx.trigger(pane, "panel-open");
}

function begin() {
  panels.addEventListener("shown.bs.tab", ({ target }) => {
    history.replaceState(history.state, "", `#${target.id.slice("tab-".length)}`);
    open(panels.querySelector(target.dataset.bsTarget));
  });
  document.body.addEventListener("acted", () => {
    panels.querySelectorAll(".tab-pane").forEach((pane) => delete pane.dataset.fresh);
    open(panels.querySelector(".tab-pane.active"));
  });
  const named = location.hash && panels.querySelector(`#tab-${CSS.escape(location.hash.slice(1))}`);
  if (named) named.click();
  else open(panels.querySelector(".tab-pane.active"));
}

// Not before htmx has seen the page: it would not hear what we ask for.
if (panels) document.addEventListener("DOMContentLoaded", begin);
