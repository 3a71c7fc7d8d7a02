// Small questions: a name, or whether one is sure.

async function answerOf(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  return dialog.returnValue === "ok";
}

// The name, or null.
export async function askName(label, value = "") {
  const field = document.getElementById("name-field");
  document.getElementById("name-label").textContent = label;
  field.value = value;
  const opened = answerOf(document.getElementById("name-dialog"));
  field.setSelectionRange(0, value.lastIndexOf(".") > 0 ? value.lastIndexOf(".") : value.length);
  return (await opened) && field.value ? field.value : null;
}

export function askSure(question) {
  document.getElementById("sure-text").textContent = question;
  return answerOf(document.getElementById("sure-dialog"));
}
