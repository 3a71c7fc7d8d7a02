// Forms that a passkey answers: to make one (create), to confirm with one (get), and to log in with one (login).

const known = window.PublicKeyCredential?.parseRequestOptionsFromJSON && window.isSecureContext;

async function optionsOf(form) {
  if (form.dataset.passkey !== "login") return JSON.parse(document.getElementById("passkey-options").textContent);
  const answer = await fetch(form.action, { headers: { "X-Requested-With": "XMLHttpRequest" } });
  return answer.json();
}

async function ask(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.creation_options.publicKey);
    // Where the device can, the key also logs in by itself.
    publicKey.authenticatorSelection = { residentKey: "preferred", userVerification: "preferred" };
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.request_options.publicKey);
  return navigator.credentials.get({ publicKey });
}

async function answer(event) {
  const form = event.currentTarget;
  event.preventDefault();
  const error = form.querySelector("[data-passkey-error]");
  error.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify(await ask(form));
    form.submit();
  } catch {
    error.textContent = form.dataset.textFailed;
    error.hidden = false;
  }
}

if (known) {
  for (const form of document.querySelectorAll("[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", answer);
  }
  for (const note of document.querySelectorAll("[data-passkey-missing]")) note.hidden = true;
}
