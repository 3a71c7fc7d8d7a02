// What the scripts of these pages say, in the language of the page: it carries the sentences as JSON.

const texts = JSON.parse(document.getElementById("texts").textContent);

// text("lost", {seconds: 42}): the sentence named `lost`, its {places} filled.
export function text(name, values = {}) {
  return (texts[name] ?? name).replace(/\{(\w+)\}/g, (place, key) => values[key] ?? place);
}

export const has = (name) => name in texts;

// What a host said is shown as it is, but it neither turns the page's text around nor runs off it.
export function harmless(said, longest = 80) {
  const plain = String(said).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "");
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
}
