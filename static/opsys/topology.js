// Draws the topology from the data in the region, and draws it again when the region was fetched again: what was moved
// stays where it was put. Where each node stands follows from the networks, so that the same cloud looks the same
// tomorrow: networks that lead out on top, below them routers, then each network with its subnets and what hangs on it.
import cytoscape from "../vendor/cytoscape/cytoscape.esm.min.mjs";

const STEP = 74;
const GAP = 110;
const SHAPES = { network: "round-rectangle", subnet: "round-rectangle", router: "ellipse", floatingip: "diamond", port: "ellipse", server: "round-rectangle" };
const SIZES = { network: [54, 20], subnet: [40, 14], router: [34, 34], floatingip: [20, 20], port: [9, 9], server: [26, 26] };
const COLOURS = ["red", "orange", "yellow", "green", "azure", "blue", "purple"];

const container = document.getElementById("topology");
const legend = document.querySelector(".topology-legend");
const search = document.getElementById("topology-search");
let picture = null;

const data = () => JSON.parse(document.getElementById("topology-data")?.textContent ?? '{"nodes":[],"edges":[]}');

// Colours as the page has them now; the canvas knows no CSS variables.
function colours() {
  const probe = document.createElement("span");
  container.append(probe);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (value) => {
    probe.style.color = value;
    canvas.fillStyle = getComputedStyle(probe).color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return `rgb(${red}, ${green}, ${blue})`;
  };
  const found = { text: read("var(--tblr-body-color)"), line: read("var(--quiet)"), surface: read("var(--surface)"), accent: read("var(--accent)"), secondary: read("var(--quiet)") };
  for (const name of COLOURS) found[name] = read(`var(--tblr-${name})`);
  probe.remove();
  return found;
}

// Addresses of one network begin alike: of a long one the end is shown, which tells it from the others.
function label(node) {
  const { type, name } = node.data();
  if (type === "floatingip" && name.length > 10) return name.replace(/^.*?[.:](?=.{1,9}$)/, "…");
  return type === "port" ? "" : name;
}

function style() {
  const known = colours();
  const status = (node) => known[node.data("colour")] ?? known.secondary;
  return [
    {
      selector: "node",
      style: {
        "shape": (node) => SHAPES[node.data("type")],
        "width": (node) => SIZES[node.data("type")][0],
        "height": (node) => SIZES[node.data("type")][1],
        "background-color": known.surface,
        "border-width": 2.5,
        "border-color": status,
        "label": label,
        "font-size": 12,
        "color": known.text,
        "text-valign": "bottom",
        "text-margin-y": 3,
        "text-max-width": `${STEP - 6}px`,
        "text-wrap": "ellipsis",
        "min-zoomed-font-size": 7,
      },
    },
    { selector: "node[type = 'subnet']", style: { "border-style": "dashed" } },
    { selector: "node[type = 'port']", style: { "background-color": status } },
    { selector: "node[?external]", style: { "background-color": known.accent } },
    { selector: "edge", style: { "width": 1.2, "line-color": known.line, "opacity": 0.55, "curve-style": "haystack" } },
    { selector: ".aside", style: { "opacity": 0.15 } },
    { selector: ".found", style: { "border-width": 5, "border-color": known.accent } },
  ];
}

// Rows of blocks: a block is a network with its subnets above a grid of what is in them.
function positions({ nodes, edges }) {
  const types = new Map(nodes.map((node) => [node.id, node]));
  const ends = new Map(nodes.map((node) => [node.id, []]));
  for (const { source, target } of edges) {
    ends.get(source).push(target);
    ends.get(target).push(source);
  }
  const of = (type) => nodes.filter((node) => node.type === type);
  const home = new Map(); // which network's block a node stands in
  const towards = (id, ...kinds) => ends.get(id).map((end) => types.get(end)).find((end) => kinds.includes(end.type));
  for (const network of of("network")) home.set(network.id, network.id);
  for (const subnet of of("subnet")) home.set(subnet.id, towards(subnet.id, "network")?.id);
  for (const port of of("port")) {
    const place = towards(port.id, "subnet", "network");
    home.set(port.id, place && home.get(place.id));
  }
  const inner = new Map(of("network").map((network) => [network.id, { subnets: [], pairs: [], loose: [] }]));
  const stray = [];
  const block = (id) => inner.get(home.get(id));
  for (const subnet of of("subnet")) (block(subnet.id)?.subnets ?? stray).push(subnet.id);
  const held = new Set();
  for (const server of of("server")) {
    const port = ends.get(server.id).find((end) => types.get(end).type === "port" && home.get(end));
    if (port) (held.add(port), inner.get(home.get(port)).pairs.push([port, server.id]));
    else stray.push(server.id);
  }
  const leading = new Set();
  for (const port of of("port")) {
    if (held.has(port.id)) continue;
    const router = towards(port.id, "router");
    if (router) leading.add(port.id);
    else (block(port.id)?.loose ?? stray).push(port.id);
  }

  const found = new Map();
  const put = (id, x, y) => found.set(id, { x, y });
  const outer = of("network").filter((network) => network.external || ends.get(network.id).some((end) => types.get(end).type === "router"));
  const inside = of("network").filter((network) => !outer.includes(network));
  let x = 0;
  const centres = new Map();
  for (const network of inside) {
    const { subnets, pairs, loose } = inner.get(network.id);
    const columns = Math.max(1, subnets.length, Math.ceil(Math.sqrt(pairs.length * 1.4)));
    const width = columns * STEP;
    const middle = x + width / 2;
    centres.set(network.id, middle);
    put(network.id, middle, 360);
    subnets.forEach((id, number) => put(id, middle + (number - (subnets.length - 1) / 2) * STEP, 430));
    pairs.forEach(([port, server], number) => {
      const [column, row] = [number % columns, Math.floor(number / columns)];
      put(port, x + (column + 0.5) * STEP, 490 + row * 92);
      put(server, x + (column + 0.5) * STEP, 526 + row * 92);
    });
    const below = 500 + Math.ceil(pairs.length / columns) * 92;
    loose.forEach((id, number) => put(id, x + ((number % columns) + 0.5) * STEP, below + Math.floor(number / columns) * 24));
    x += width + GAP;
  }
  const average = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const spread = (placed, y, step) => {
    placed.sort((one, other) => one.x - other.x);
    let least = -Infinity;
    for (const one of placed) {
      least = Math.max(one.x, least + step);
      put(one.id, least, y);
    }
  };
  // Routers above the networks they join, each with its ports below.
  const routed = of("router").map((router) => {
    const ports = ends.get(router.id).filter((end) => leading.has(end));
    const below = ports.map((port) => centres.get(home.get(port))).filter((number) => number !== undefined);
    return { id: router.id, ports, x: below.length ? average(below) : x };
  });
  spread(routed, 200, STEP);
  for (const { id, ports } of routed) {
    const { x: middle } = found.get(id);
    ports.forEach((port, number) => put(port, middle + (number - (ports.length - 1) / 2) * 22, 270));
  }
  const floating = of("floatingip").map(({ id }) => {
    const port = ends.get(id).find((end) => types.get(end).type === "port");
    return { id, x: found.get(port)?.x ?? x };
  });
  spread(floating, 90, STEP * 0.9);
  spread(
    outer.map((network) => {
      const beneath = ends.get(network.id).map((end) => found.get(end)?.x).filter((number) => number !== undefined);
      return { id: network.id, x: beneath.length ? average(beneath) : 0 };
    }),
    0,
    2 * STEP,
  );
  for (const network of outer) {
    const { x: middle } = found.get(network.id);
    const { subnets, pairs, loose } = inner.get(network.id);
    [...subnets, ...pairs.flat(), ...loose].forEach((id, number) => put(id, middle + (number % 8) * STEP * 0.6, -50 - Math.floor(number / 8) * 50));
  }
  const rest = [...stray, ...nodes.map((node) => node.id)].filter((id) => !found.has(id));
  rest.forEach((id, number) => put(id, x + (number % 8) * STEP, 360 + Math.floor(number / 8) * STEP));
  return found;
}

function elements(given, places) {
  return [
    ...given.nodes.map((node) => ({ group: "nodes", data: node, position: places.get(node.id) })),
    ...given.edges.map(({ source, target }) => ({ group: "edges", data: { id: `${source}>${target}`, source, target } })),
  ];
}

// Without nodes the region says why, and an empty sheet would stand above it. A hidden one has no size.
function show({ nodes }) {
  const hidden = nodes.length === 0;
  if (container.hidden === hidden) return;
  container.hidden = legend.hidden = hidden;
  if (!hidden) picture?.resize();
}

function draw() {
  const given = data();
  show(given);
  if (container.hidden) return;
  const began = performance.now();
  picture = cytoscape({
    container,
    elements: elements(given, positions(given)),
    style: style(),
    layout: { name: "preset", fit: true, padding: 24 },
    minZoom: 0.05,
    maxZoom: 4,
    boxSelectionEnabled: false,
    textureOnViewport: true,
    pixelRatio: Math.min(2, devicePixelRatio),
  });
  picture.on("tap", "node", ({ target }) => location.assign(target.data("url")));
  picture.on("mouseover", "node", () => (container.style.cursor = "pointer"));
  picture.on("mouseout", "node", () => (container.style.cursor = ""));
  picture.one("render", () => (container.dataset.drawnMs = String(Math.round(performance.now() - began))));
}

// New nodes come where a first drawing would have put them; the others stay where they are.
function update() {
  const given = data();
  if (!picture) return draw();
  show(given);
  const wanted = elements(given, positions(given));
  const ids = new Set(wanted.map((one) => one.data.id));
  picture.batch(() => {
    picture.elements().filter((one) => !ids.has(one.id())).remove();
    for (const one of wanted) {
      const known = picture.getElementById(one.data.id);
      if (known.empty()) picture.add(one);
      else known.data(one.data);
    }
  });
  find();
}

function find() {
  const text = search?.value.trim().toLowerCase();
  picture.batch(() => {
    picture.elements().removeClass("aside found");
    if (!text) return;
    const hits = picture.nodes().filter((node) => `${node.data("name")} ${node.id()}`.toLowerCase().includes(text));
    hits.addClass("found");
    picture.elements().difference(hits.union(hits.neighborhood())).addClass("aside");
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom]");
  if (!button || !picture) return;
  if (button.dataset.zoom === "fit") return picture.fit(undefined, 24);
  const middle = { x: container.clientWidth / 2, y: container.clientHeight / 2 };
  picture.zoom({ level: picture.zoom() * (button.dataset.zoom === "in" ? 1.4 : 1 / 1.4), renderedPosition: middle });
});
search?.addEventListener("input", () => picture && find());
search?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  const hits = picture?.nodes(".found");
  if (hits?.length) picture.animate({ fit: { eles: hits, padding: 120 }, duration: 200 });
});
document.body.addEventListener("htmx:afterSwap", ({ target }) => target.id === "region" && update());
new MutationObserver(() => picture?.style(style())).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
draw();
