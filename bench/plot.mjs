// Plots as SVG: time over table size, both axes logarithmic, one line per subject.
import { medianNs, resultOf } from "./compare.mjs";

const WIDTH = 960;
const HEIGHT = 540;
const LEFT = 86;
const RIGHT = 276; // the names of the lines stand there
const TOP = 56;
const BOTTOM = 56;
const LABEL_STEP = 17;
const MANY_DECADES = 1000;
export const FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif";
export const INK = "#1c2330";
const FAINT = "#e3e7ee";
const OURS = ["#c2185b", "#7b1fa2", "#d81b60"];
const PEERS = ["#1565c0", "#00838f", "#2e7d32", "#9e7700", "#5d4037", "#546e7a", "#e65100", "#6d8b00", "#a1440b"];
const DASHES = ["", "7 4", "2 4"];

/** The plots of an area: pairs of a file name and its text. */
export function renderPlots(area, measured) {
  return area.plots.map(({ kind, tables }) => {
    const title = `${area.title.split(":")[0]}: time to find a route, ${kind}`;
    return [plotFile(area, kind), renderPlot(title, linesOf(area, measured, kind, tables))];
  });
}

export function plotFile(area, kind) {
  return `${area.name}-${kind.replaceAll(" ", "-")}.svg`;
}

function linesOf(area, measured, kind, tables) {
  const lines = Object.entries(area.subjects).map(([name, { group }]) => {
    const points = tables.flatMap((table) => {
      const subject = resultOf(
        measured.cases.find((one) => one.table === table && one.kind === kind),
        name,
      );
      return subject === undefined ? [] : [{ size: area.sizeOf(table), ns: medianNs(subject) }];
    });
    return { name, isOurs: group === "ours", points };
  });
  return styled(lines).filter(({ points }) => points.length > 0);
}

/** Gives lines their colours, dashes and widths: ours stand out, and none looks like another. */
export function styled(lines) {
  let [ours, peers] = [0, 0];
  return lines.map(({ isOurs, ...line }) => {
    const [palette, index] = isOurs ? [OURS, ours++] : [PEERS, peers++];
    const color = palette[index % palette.length];
    const dash = isOurs ? (DASHES[index] ?? "") : DASHES[Math.floor(index / PEERS.length)];
    return { ...line, color, dash, width: isOurs ? 3.2 : 1.6 };
  });
}

/**
 * One plot.
 * @param lines - `{ name, color, dash, width, points: [{ size, ns }] }` each; sizes rise.
 * @param axes - What stands below, and at the left.
 */
export function renderPlot(title, lines, axes = { x: "routes in the table", y: "time per find" }) {
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return "";
  const x = scale(
    points.map(({ size }) => size),
    LEFT,
    WIDTH - RIGHT,
  );
  const y = scale(decades(points.map(({ ns }) => Math.max(ns, 1))), HEIGHT - BOTTOM, TOP);
  const body = [
    text(LEFT, 30, title, { size: 18, weight: 600 }),
    ...horizontal(points, y),
    ...vertical(points, x),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, axes.x, { anchor: "middle" }),
    `<g transform="translate(18 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)">${text(0, 0, axes.y, { anchor: "middle" })}</g>`,
    ...lines.flatMap((line) => drawn(line, x, y)),
    ...names(lines, x, y),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="${FONT}" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="8" fill="#ffffff"/>`,
    ...body,
    "</svg>",
    "",
  ].join("\n");
}

function drawn({ color, dash, width, points }, x, y) {
  const path = points.map(({ size, ns }) => `${round(x(size))},${round(y(ns))}`).join(" ");
  const dots = points.map(
    ({ size, ns }) => `<circle cx="${round(x(size))}" cy="${round(y(ns))}" r="${width + 1}" fill="${color}"/>`,
  );
  const dashes = dash === "" ? "" : ` stroke-dasharray="${dash}"`;
  const line = `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linejoin="round"${dashes}/>`;
  return points.length > 1 ? [line, ...dots] : dots;
}

// Names stand beside the ends of their lines, moved apart where they would cover each other; a thin line leads there.
function names(lines, x, y) {
  const ends = lines.map((line) => ({ line, at: y(line.points.at(-1).ns) })).sort((a, b) => a.at - b.at);
  const places = ends.map(({ at }) => at);
  for (let i = 1; i < places.length; i++) places[i] = Math.max(places[i], places[i - 1] + LABEL_STEP);
  const floor = HEIGHT - BOTTOM;
  for (let i = places.length - 1; i >= 0; i--) {
    places[i] = Math.min(places[i], i === places.length - 1 ? floor : places[i + 1] - LABEL_STEP);
  }
  const left = WIDTH - RIGHT + 24;
  return ends.flatMap(({ line, at }, i) => {
    const end = line.points.at(-1);
    const label = `${line.name}, ${duration(end.ns)}`;
    return [
      `<path d="M${round(x(end.size) + 6)} ${round(at)} L${left - 4} ${round(places[i])}" stroke="${line.color}" stroke-width="0.8" fill="none"/>`,
      text(left, places[i] + 4, label, { color: line.color, weight: line.width > 2 ? 700 : 400 }),
    ];
  });
}

function horizontal(points, y) {
  const [low, high] = decades(points.map(({ ns }) => Math.max(ns, 1)));
  const steps = high / low > MANY_DECADES ? [1] : [1, 2, 5];
  const ticks = Array.from({ length: 12 }, (_, power) => steps.map((step) => step * 10 ** power)).flat();
  return ticks
    .filter((ns) => ns >= low * 0.999 && ns <= high * 1.001)
    .flatMap((ns) => [
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(ns))}" y2="${round(y(ns))}" stroke="${FAINT}"/>`,
      text(LEFT - 8, y(ns) + 4, duration(ns), { anchor: "end" }),
    ]);
}

function vertical(points, x) {
  const sizes = [...new Set(points.map(({ size }) => size))];
  return sizes.flatMap((size) => [
    `<line x1="${round(x(size))}" x2="${round(x(size))}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="${FAINT}"/>`,
    text(x(size), HEIGHT - BOTTOM + 20, grouped(size), { anchor: "middle" }),
  ]);
}

// from the 1, 2 or 5 of a decade below the smallest to the one above the largest
function decades(values) {
  const steps = [1, 2, 5, 10].map(Math.log10);
  const snap = (value, side) => {
    const log = Math.log10(value);
    const whole = Math.floor(log);
    const rest = log - whole;
    const step = side < 0 ? steps.findLast((one) => one <= rest + 1e-9) : steps.find((one) => one >= rest - 1e-9);
    return 10 ** (whole + step);
  };
  return [snap(Math.min(...values), -1), snap(Math.max(...values), 1)];
}

function scale(values, from, to) {
  const low = Math.log10(Math.min(...values));
  const high = Math.log10(Math.max(...values));
  return (value) => from + ((Math.log10(Math.max(value, 1)) - low) / (high - low || 1)) * (to - from);
}

function text(x, y, content, { anchor = "start", size = 13, weight = 400, color = INK } = {}) {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-size="${size}" font-weight="${weight}" fill="${color}">${escaped(content)}</text>`;
}

function escaped(content) {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function duration(ns) {
  const [size, unit] = ns >= 1e6 ? [1e6, "ms"] : ns >= 1000 ? [1000, "µs"] : [1, "ns"];
  return `${Number((ns / size).toPrecision(3))} ${unit}`;
}

function grouped(number) {
  return Math.round(number).toLocaleString("en-US");
}

function round(value) {
  return Math.round(value * 10) / 10;
}
