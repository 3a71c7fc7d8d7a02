// A form whose field "source" says what something new is made of: fields of the other sources are hidden. Without this
// script the page is simply longer; the server passes over what does not belong to the source.

function show() {
  const page = document.querySelector("[data-choose-source]");
  const chosen = page?.closest("form").elements.source.value;
  for (const part of page?.querySelectorAll("[data-for-source]") ?? []) {
    part.hidden = !part.dataset.forSource.split(" ").includes(chosen);
  }
}

document.addEventListener("change", ({ target }) => target.name === "source" && show());
// Another cluster or project brings the form anew.
document.addEventListener("htmx:afterSettle", show);
show();
