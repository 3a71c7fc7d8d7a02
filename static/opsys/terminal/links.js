// A link that a host printed: only web addresses, and only after the whole of it was read.

const dialog = document.getElementById("link-dialog");

export function confirmLink(uri) {
  let address;
  try {
    address = new URL(uri);
  } catch {
    return;
  }
  if (!["http:", "https:"].includes(address.protocol)) return;
  // `href` shows the host in punycode, so that letters which look alike cannot pass for others.
  dialog.querySelector("[data-address]").textContent = address.href;
  dialog.querySelector("[data-host]").textContent = address.host;
  dialog.returnValue = "";
  dialog.onclose = () => dialog.returnValue === "open" && window.open(address.href, "_blank", "noopener,noreferrer");
  dialog.showModal();
}
