// A form in which one field, "source" or the one that data-choose-source names, says what else is asked: fields of its
// other values are hidden. Without this script the page is simply longer; the server passes over what does not belong.

function show() {
  for (const page of document.querySelectorAll("[data-choose-source]")) {
    const chosen = page.closest("form").elements[page.dataset.chooseSource || "source"].value;
    for (const part of page.querySelectorAll("[data-for-source]")) {
      part.hidden = !part.dataset.forSource.split(" ").includes(chosen);
    }
  }
}

document.addEventListener("change", show);
// Another cluster or project brings the form anew.
document.addEventListener("htmx:afterSettle", show);
show();
