// Evaluated in the page by legible.py; its value is the list of what was found.
(() => {
  const found = [], EDGE = 1.5;
  const style = new Map(), styleOf = (e) => style.get(e) ?? style.set(e, getComputedStyle(e)).get(e);
  const ancestors = function* (e) { for (; e && e !== document.documentElement; e = e.parentElement) yield e; };
  const say = (kind, e, text, by) => {
    const name = (x) => x.tagName.toLowerCase() + (x.id ? "#" + x.id : "") + [...x.classList].map((c) => "." + c).join("");
    found.push(`${kind}: "${text.trim().slice(0, 60)}" in ${name(e)}${by ? " by " + name(by) : ""}`);
  };
  const hidden = (e) => e.closest("[inert], dialog:not([open]), svg, script, style, template") ||
    [...ancestors(e)].some((a) => styleOf(a).clipPath !== "none" || styleOf(a).clip !== "auto" || styleOf(a).opacity === "0") ||
    !e.checkVisibility({ visibilityProperty: true });
  const modal = document.querySelector("dialog[open]");
  const walker = document.createTreeWalker(modal ?? document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode, e = node.parentElement;
    if (!node.data.trim() || hidden(e)) continue;
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    let scrolls = false, cut = null;
    for (const a of ancestors(e)) {
      const s = styleOf(a);
      if (/auto|scroll/.test(s.overflowX + s.overflowY)) { scrolls = true; break; }
      if (s.position === "fixed") break;
      if (!/hidden|clip/.test(s.overflowX + s.overflowY)) continue;
      const room = a.getBoundingClientRect();
      const over = boxes.some((box) => box.right > room.right + EDGE || box.left < room.left - EDGE || box.bottom > room.bottom + 4 || box.top < room.top - 4);
      if (over && s.textOverflow !== "ellipsis" && !a.closest("[title]")) { cut = a; break; }
      if (over) { scrolls = true; break; }
    }
    if (cut) { say("cut", e, node.data, cut); continue; }
    if (!scrolls && boxes.some((box) => box.right > innerWidth + EDGE || box.left < -EDGE)) { say("beyond the window", e, node.data); continue; }
    if (styleOf(e).pointerEvents === "none") continue; // nothing hits it, whatever lies there
    for (const box of boxes) {
      const y = box.top + box.height / 2;
      const covering = [box.left + 2, box.left + box.width / 2, box.right - 2].map((x) => {
        if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return null;
        if ([...ancestors(e)].some((a) => { const r = a.getBoundingClientRect(), s = styleOf(a); return s.overflowX + s.overflowY !== "visiblevisible" && (x > r.right || x < r.left || y > r.bottom || y < r.top); })) return null;
        const top = document.elementFromPoint(x, y);
        if (!top || top.contains(e) || e.contains(top)) return null;
        const floats = (a) => [...ancestors(a)].find((one) => /fixed|sticky/.test(styleOf(one).position));
        const [above, below] = [floats(top), floats(e)];
        const scrollsFree = !below || styleOf(below).position !== "fixed";
        return above && above !== below && scrollsFree ? null : top;
      }).find(Boolean);
      if (covering) { say("covered", e, node.data, covering); break; }
    }
  }
  return [...new Set(found)];
})()
