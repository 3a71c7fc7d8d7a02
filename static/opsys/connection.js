// Says when the server cannot be reached or answers with an error, in the words the page carries.

const banner = document.getElementById("connection-lost");
const texts = document.getElementById("toasts").dataset;

function tell(text, status) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { level: "error", text: text.replace("{status}", status) } }));
}

// What asks by itself asks again by itself, so a line on the page is enough; who pressed a button gets an answer.
function asksByItself(element) {
  return element.hasAttribute("data-poll") || ["freshness", "region", "count"].includes(element.id);
}

function lost({ detail }) {
  if (document.querySelector("#freshness, #region[data-poll]")) banner.hidden = false;
  if (!asksByItself(detail.elt)) tell(texts.textUnreachable, "");
}

document.body.addEventListener("htmx:sendError", lost);
document.body.addEventListener("htmx:timeout", lost);
document.body.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (asksByItself(event.detail.elt)) {
    if (status >= 500) banner.hidden = false;
  } else {
    tell(status >= 500 ? texts.textBroken : texts.textRefused, status);
  }
});
document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful) banner.hidden = true;
});

// The session ended while the page was open: the answer is the login page, which must not land inside a table.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (!xhr.responseURL || new URL(xhr.responseURL).pathname !== document.body.dataset.loginUrl) return;
  event.detail.shouldSwap = false;
  location.reload();
});
