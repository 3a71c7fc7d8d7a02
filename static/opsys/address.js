// Filters, sort and page change the address without a new page; the links and forms of the frame were drawn with
// the old one. This keeps the other parameters in them current.

function refresh() {
  const current = new URLSearchParams(location.search);
  for (const link of document.querySelectorAll("a[data-scope]")) {
    const own = new URLSearchParams(link.search);
    const query = new URLSearchParams(current);
    for (const name of ["cluster", "group", "page"]) query.delete(name);
    for (const name of ["cluster", "group"]) if (own.has(name)) query.set(name, own.get(name));
    link.search = query.toString();
  }
  for (const link of document.querySelectorAll("a[data-export]")) {
    const own = new URLSearchParams(link.search);
    const query = new URLSearchParams(current);
    for (const name of ["page", "view"]) query.delete(name);
    query.set("format", own.get("format"));
    if (own.get("columns") === "all") query.set("columns", "all");
    link.search = query.toString();
  }
  for (const field of document.querySelectorAll("[data-current-address]")) field.value = location.pathname + location.search;
}

for (const name of ["htmx:pushedIntoHistory", "htmx:replacedInHistory"]) document.body.addEventListener(name, refresh);
