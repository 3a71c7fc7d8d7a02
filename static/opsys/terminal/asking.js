// Requests to our own server.

const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

export const headers = { "X-CSRFToken": token, Accept: "application/json" };

export class Refused extends Error {}

// The JSON answer to a POST; a Refused with the server's own words when it says no.
export async function post(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return read(answer);
}

export async function get(address) {
  return read(await fetch(address, { headers: { Accept: "application/json" } }));
}

async function read(answer) {
  if (answer.redirected && new URL(answer.url).pathname === document.body.dataset.loginUrl) location.reload();
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  const said = isJson ? await answer.json() : {};
  if (!answer.ok || !isJson) throw new Refused(said.error ?? String(answer.status));
  return said;
}
