// Draws every figure with data-chart, also those that are fetched later and again. The library is large and is fetched
// only where there is one. Colours are those of the page; a canvas knows no CSS variables.

const KNOWN = ["green", "red", "orange", "yellow", "azure", "blue", "purple", "secondary"];
const ORDER = ["blue", "orange", "green", "purple", "azure", "red", "yellow", "secondary"];
const drawn = new Map(); // element → chart
let library = null;

function colours() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (property, value) => {
    if (property === "fill") probe.className = value;
    else probe.style.color = value;
    canvas.fillStyle = getComputedStyle(probe)[property];
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return `rgb(${red}, ${green}, ${blue})`;
  };
  const found = { text: read("color", "var(--tblr-body-color)"), quiet: read("color", "var(--quiet)"), line: read("color", "var(--line)"), surface: read("color", "var(--surface)") };
  for (const name of KNOWN) found[name] = read("fill", `fill-${name}`);
  probe.remove();
  return found;
}

const language = document.documentElement.lang || "en";
const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

function said(points, chart) {
  if (!points.length) return "";
  const lines = points.filter((point) => point.seriesIndex < chart.lines.length && point.value[1] !== null).map((point) => `${point.marker}${point.seriesName}: ${number.format(point.value[1])} ${chart.unit}`);
  return [moment.format(points[0].value[0]), ...lines].join("\n");
}

// The line ahead with its bounds: an invisible line to the lower one, and on it the band up to the upper one.
function ahead(forecast, colour, palette) {
  if (!forecast) return [];
  const line = (values) => values.map((value, place) => [forecast.times[place] * 1000, value]);
  const silent = { type: "line", showSymbol: false, silent: true, tooltip: { show: false } };
  return [
    { ...silent, stack: "ahead", lineStyle: { opacity: 0 }, data: line(forecast.least) },
    { ...silent, stack: "ahead", lineStyle: { opacity: 0 }, areaStyle: { color: colour, opacity: 0.18 }, data: line(forecast.most.map((value, place) => value - forecast.least[place])) },
    { ...silent, lineStyle: { width: 2, type: "dashed", color: colour }, itemStyle: { color: colour }, data: line(forecast.expected) },
    { ...silent, data: [], markLine: { symbol: "none", label: { show: false }, lineStyle: { color: palette.quiet, type: "dotted" }, data: [{ xAxis: forecast.times[0] * 1000 }] } },
  ];
}

function option(chart) {
  const palette = colours();
  const used = new Set();
  const colourOf = (line) => {
    const name = line.colour && !used.has(line.colour) ? line.colour : ORDER.find((one) => !used.has(one)) ?? "secondary";
    used.add(name);
    return palette[name];
  };
  const text = { color: palette.quiet };
  const lineColours = chart.lines.map(colourOf);
  const end = chart.forecast ? chart.forecast.times.at(-1) : chart.times.at(-1) + chart.step;
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: 16, top: 12, bottom: chart.lines.length > 1 ? 34 : 8, containLabel: true },
    legend: chart.lines.length > 1 ? { type: "scroll", bottom: 0, data: chart.lines.map((line) => line.label), itemWidth: 14, itemHeight: 8, textStyle: text, pageTextStyle: text } : undefined,
    // Rich text, since HTML would need inline styles.
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: palette.surface, borderColor: palette.line, textStyle: { color: palette.text, fontSize: 12 }, formatter: (points) => said(points, chart) },
    xAxis: { type: "time", min: chart.times[0] * 1000, max: end * 1000, axisLabel: { ...text, hideOverlap: true }, axisLine: { lineStyle: { color: palette.line } }, splitLine: { show: false } },
    yAxis: { type: "value", min: (value) => Math.min(0, value.min), axisLabel: { ...text, formatter: (value) => compact.format(value) }, splitLine: { lineStyle: { color: palette.line } } },
    series: [...chart.lines.map((line, index) => {
      const colour = lineColours[index];
      return {
        name: line.label,
        type: "line",
        showSymbol: false,
        symbolSize: 5,
        connectNulls: false,
        stack: chart.stacked ? "all" : undefined,
        areaStyle: chart.stacked ? { color: colour, opacity: 0.55 } : undefined,
        lineStyle: { width: chart.stacked ? 1 : 2, color: colour },
        itemStyle: { color: colour },
        data: line.values.map((value, place) => [chart.times[place] * 1000, value]),
      };
    }), ...ahead(chart.forecast, lineColours[0], palette)],
  };
}

async function draw(figure) {
  const place = figure.querySelector(".chart-canvas");
  if (!place || drawn.has(place)) return;
  library ??= import("../vendor/echarts/echarts.esm.min.mjs");
  const echarts = await library;
  if (!place.isConnected || drawn.has(place)) return;
  const chart = echarts.init(place, null, { renderer: "canvas" });
  chart.setOption(option(JSON.parse(figure.dataset.chart)));
  drawn.set(place, chart);
  sizes.observe(place);
}

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) drawn.get(target)?.resize();
});

function look() {
  for (const [place, chart] of drawn) {
    if (place.isConnected) continue;
    sizes.unobserve(place);
    chart.dispose();
    drawn.delete(place);
  }
  for (const figure of document.querySelectorAll("figure[data-chart]")) draw(figure);
}

function drawAgain() {
  for (const [place, chart] of drawn) chart.setOption(option(JSON.parse(place.closest("figure").dataset.chart)));
}

document.body.addEventListener("htmx:afterSettle", look);
new MutationObserver(drawAgain).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
look();
