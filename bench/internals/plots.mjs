// The plots: of each part the fastest peer's time over ours, with its interval; and times over sizes where cases are points of a line.
import { medianOf } from "../measure.mjs";
import { FONT, INK, renderPlot, styled } from "../plot.mjs";
import { leads, ratioOf, samplesOf } from "./compare.mjs";
import { oursOf } from "./parts.mjs";

const WIDTH = 960;
const LEFT = 330;
const RIGHT = 240;
const TOP = 76;
const ROW = 24;
const BOTTOM = 20;
const FAINT = "#e3e7ee";
const AHEAD = "#2e7d32";
const BEHIND = "#c2185b";
const LEVEL = "#546e7a";

/** Pairs of a file's name and its text. */
export function plots(measured) {
  return measured
    .flatMap((one) => [partPlot(one), ...linePlots(one)])
    .flatMap((plot) => (plot === undefined ? [] : [[plot.file, plot.text]]));
}

/** Of a part: a row for each case, and for what was tried in it. */
export function partPlot({ part, cases }) {
  const rows = cases.flatMap((one) => {
    const rivals = [...leads(one).slice(0, 1), ...triedIn(one)];
    return rivals.map(({ name, ratio }, i) => ({ name: i === 0 ? one.name : "", peer: name, ...ratio }));
  });
  if (rows.length === 0) return undefined;
  const title = `${part.title}: the fastest peer's time over ours`;
  return { title, file: `internals-${part.name}.svg`, text: renderRatios(title, rows) };
}

function triedIn(one) {
  return (one.tried ?? []).flatMap((name) => {
    const ratio = ratioOf(one, name);
    return ratio === undefined ? [] : [{ name: `${name} (tried)`, ratio }];
  });
}

/** Of a part: times over sizes, for each plot that its cases name. */
export function linePlots({ part, cases }) {
  const names = [...new Set(cases.flatMap(({ line }) => (line === undefined ? [] : [line.plot])))];
  return names.flatMap((name) => {
    const points = cases.filter(({ line }) => line?.plot === name).toSorted((a, b) => a.line.at - b.line.at);
    const subjects = [...new Set(points.flatMap((one) => one.subjects.map((subject) => subject.name)))];
    const lines = subjects.map((subject) => ({
      name: subject,
      isOurs: points.some((one) => oursOf(one).includes(subject)),
      points: points.flatMap((one) => {
        const samples = samplesOf(one, subject);
        return samples === undefined ? [] : [{ size: one.line.at, ns: medianOf(samples) }];
      }),
    }));
    const drawn = styled(lines).filter((line) => line.points.length > 0);
    if (points.length < 2 || drawn.length === 0) return [];
    const title = `${part.title}: ${name}`;
    const file = `internals-${part.name}-${name.replaceAll(/\W+/g, "-")}.svg`;
    return [{ title, file, text: renderPlot(title, drawn, { x: points[0].line.axis ?? "bytes", y: "time" }) }];
  });
}

/** Ratios with their intervals around 1, on a logarithmic axis. */
export function renderRatios(title, rows) {
  const ends = rows
    .flatMap(({ median, low, high }) => [median, low, high])
    .filter((one) => Number.isFinite(one) && one > 0);
  const most = Math.max(2, ...ends.map((one) => Math.max(one, 1 / one))) * 1.1;
  const x = (ratio) => {
    const log = Math.log(Math.min(most, Math.max(1 / most, ratio))) / Math.log(most);
    return Math.round((LEFT + ((log + 1) / 2) * (WIDTH - LEFT - RIGHT)) * 10) / 10;
  };
  const height = TOP + rows.length * ROW + BOTTOM;
  const ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100].filter((t) => t < most && t > 1 / most);
  const body = rows.flatMap(({ name, peer, median, low, high }, i) => {
    const y = TOP + i * ROW + ROW / 2;
    const color = low >= 1 ? AHEAD : high <= 1 ? BEHIND : LEVEL;
    return [
      text(LEFT - 10, y + 4, name, 'text-anchor="end"'),
      `<line x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}" stroke="${color}" stroke-width="2"/>`,
      `<circle cx="${x(median)}" cy="${y}" r="4.5" fill="${color}"/>`,
      text(WIDTH - RIGHT + 14, y + 4, `${median.toFixed(2)} × ${peer}`, `fill="${color}"`),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="${FONT}" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" rx="8" fill="#ffffff"/>`,
    text(20, 32, title, 'font-size="18" font-weight="600"'),
    ...ticks.flatMap((tick) => [
      `<line x1="${x(tick)}" x2="${x(tick)}" y1="${TOP - 6}" y2="${height - BOTTOM}" stroke="${tick === 1 ? INK : FAINT}"/>`,
      text(x(tick), TOP - 12, tick, 'text-anchor="middle" font-size="11"'),
    ]),
    ...body,
    "</svg>",
    "",
  ].join("\n");
}

function text(x, y, content, attributes) {
  const fill = attributes.includes("fill=") ? "" : ` fill="${INK}"`;
  return `<text x="${x}" y="${y}"${fill} ${attributes}>${escaped(String(content))}</text>`;
}

function escaped(content) {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
