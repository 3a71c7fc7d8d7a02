// Pasting. A program that knows about pasting (bracketed paste) gets it marked, and nothing runs. Where it does not,
// several lines would run one after the other: that is asked first.

const dialog = document.getElementById("paste-dialog");
const SHOWN = 4000;

export function paste(event, tab) {
  const given = event.clipboardData?.getData("text/plain");
  const { terminal } = tab.screen;
  if (!given || terminal.modes.bracketedPasteMode || !/[\r\n]./.test(given) || !tab.veil.hidden) return;
  event.preventDefault();
  event.stopPropagation();
  dialog.querySelector("[data-text]").textContent = given.slice(0, SHOWN);
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue === "paste") terminal.paste(given);
    terminal.focus();
  };
  dialog.showModal();
}
