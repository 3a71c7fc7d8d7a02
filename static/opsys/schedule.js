// The filters of a schedule are chosen in one form and saved with another: what they say is its text.

document.addEventListener("htmx:afterSettle", () => {
  const said = document.getElementById("which-query");
  const field = said && document.getElementById(said.dataset.into);
  if (field) field.value = said.value;
});
