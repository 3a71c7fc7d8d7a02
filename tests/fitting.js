// What of a page's text cannot be read, one line each: cut off by a box that cannot be scrolled, beyond the window, or
// under something else. Text that ends in an ellipsis on purpose says all of it in a title, or is an id.
() => {
  const found = [];
  const told = (kind, node, text) => found.push(`${kind}: “${text.trim().slice(0, 60)}” in ${node.parentElement.outerHTML.slice(0, 120)}`);
  const shown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true, contentVisibilityAuto: true });
  const meant = (element) => element.closest(".visually-hidden, [title], code, .filter-value, option, svg, [aria-hidden=true], .skip-link, .filter-panel, .dropdown-menu");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!node.nodeValue.trim() || !element || !shown(element) || meant(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    if (box.right > document.documentElement.clientWidth + 1 || box.left < -1) {
      told("beyond the window", node, node.nodeValue);
      continue;
    }
    for (let around = element; around && around !== document.body; around = around.parentElement) {
      const style = getComputedStyle(around);
      if (style.overflowX === "visible" && style.textOverflow !== "ellipsis") continue;
      const edge = around.getBoundingClientRect();
      if (box.right > edge.right + 1 || box.left < edge.left - 1) {
        told("cut", node, node.nodeValue);
        break;
      }
    }
    const [x, y] = [box.left + Math.min(box.width, 8) / 2, box.top + Math.min(box.height, 12) / 2];
    if (y < 0 || y >= innerHeight || element.closest(".bulk-bar, .toasts") === null && floating(y)) continue;
    const above = document.elementFromPoint(x, y);
    if (above && !element.contains(above) && !above.contains(element) && !above.closest("label")) told("covered", node, node.nodeValue);
  }
  // The bulk bar and the top bar float over what can be scrolled from under them.
  function floating(y) {
    return [...document.querySelectorAll("#bulk-bar, .topbar, .sidebar-head, #connection-lost")].some((bar) => {
      const edge = bar.getBoundingClientRect();
      return edge.height && y >= edge.top - 1 && y <= edge.bottom + 1;
    });
  }
  return found;
}
