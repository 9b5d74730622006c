// A bar for each subject, as SVG: the longest first.
import { FONT, INK } from "../plot.mjs";

const WIDTH = 960;
const LEFT = 230;
const RIGHT = 90;
const TOP = 56;
const ROW = 28;
const BAR = 18;
const BOTTOM = 20;
const COLORS = { ours: "#c2185b", peers: "#1565c0", ceiling: "#546e7a" };

/** One plot of `{ name, group, value }`. */
export function renderBars(title, bars) {
  const sorted = [...bars].sort((a, b) => b.value - a.value);
  const most = Math.max(1, ...sorted.map(({ value }) => value));
  const height = TOP + sorted.length * ROW + BOTTOM;
  const rows = sorted.flatMap(({ name, group, value }, i) => {
    const y = TOP + i * ROW;
    const length = Math.round((value / most) * (WIDTH - LEFT - RIGHT));
    const weight = group === "ours" ? 700 : 400;
    return [
      text(LEFT - 10, y + BAR - 4, name, `text-anchor="end" font-weight="${weight}"`),
      `<rect x="${LEFT}" y="${y}" width="${length}" height="${BAR}" rx="2" fill="${COLORS[group]}"/>`,
      text(LEFT + length + 8, y + BAR - 4, Math.round(value).toLocaleString("en-US"), ""),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="${FONT}" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" rx="8" fill="#ffffff"/>`,
    text(20, 32, title, 'font-size="18" font-weight="600"'),
    ...rows,
    "</svg>",
    "",
  ].join("\n");
}

function text(x, y, content, attributes) {
  return `<text x="${x}" y="${y}" fill="${INK}" ${attributes}>${escaped(content)}</text>`;
}

function escaped(content) {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
