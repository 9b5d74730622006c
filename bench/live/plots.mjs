// The plots beside bench/results/live.md.
import { renderBars } from "../http/bars.mjs";
import { medianOf } from "../measure.mjs";
import { renderPlot, styled } from "../plot.mjs";
import { LIVEVIEW } from "./liveview.mjs";
import { OURS } from "./names.mjs";

const US_PER_MS = 1000;

/** Pairs of a file's name and its text. */
export function plots(measured) {
  return Object.values(makers).flatMap((make) => make(measured).map(({ file, text }) => [file, text]));
}

/** The lines of a part's report that show its plots. */
export function plotsOf(measured, part) {
  return makers[part](measured).flatMap(({ file, title }) => [`![${title}](${file})`, ""]);
}

const makers = {
  wire({ wire }) {
    const shown = wire.filter(({ isZipped }) => !isZipped);
    if (shown.length === 0) return [];
    return ["head", "click"].map((action) => {
      const theirs = { name: LIVEVIEW.name, group: "peers", value: LIVEVIEW.actions[action].down };
      const bars = shown.map(({ name, isLive, actions }) => ({
        ...{ name, group: isLive ? "ours" : "peers" },
        value: actions.find((one) => one.action === action).down,
      }));
      const what = action === "head" ? "a row in at the head of 1,000" : "a click on the counter";
      const title = `Live: bytes of the answer, ${what}`;
      return { file: `live-wire-${action}.svg`, title, text: renderBars(title, [theirs, ...bars]) };
    });
  },

  change({ changes }) {
    const one = changes.find(({ name }) => name === "a text in a row");
    if (one === undefined) return [];
    const lines = ["collection", "plain"].map((kind) => ({
      ...{ name: kind, isOurs: true },
      points: one.subjects
        .filter((subject) => subject.kind === kind && subject.samples.length > 0)
        .map(({ rows, samples }) => ({ size: rows, ns: medianOf(samples) }))
        .toSorted((a, b) => a.size - b.size),
    }));
    if (lines.some(({ points }) => points.length === 0)) return [];
    const title = "Live: one change, event to bytes";
    return [{ file: "live-change.svg", title, text: renderPlot(title, styled(lines), { x: "rows", y: "time" }) }];
  },

  memory({ memory }) {
    const bars = memory
      .filter(({ name, rows }) => rows >= 1000 && !name.startsWith("the "))
      .map(({ name, samples }) => ({
        name,
        group: name.startsWith("a ") ? "ceiling" : "ours",
        value: medianOf(samples),
      }));
    const title = "Live: KiB of an idle session, 1,000 rows of its own";
    return bars.length === 0 ? [] : [{ file: "live-memory.svg", title, text: renderBars(title, bars) }];
  },

  browser({ browser }) {
    return browser
      .filter(({ patch, subjects }) => ["head", "shuffle"].includes(patch) && subjects[0].samples.length > 0)
      .map(({ patch, subjects }) => {
        const bars = subjects.map(({ name, samples }) => ({
          ...{ name, group: name === OURS ? "ours" : "peers" },
          value: medianOf(samples) * US_PER_MS,
        }));
        const title = `Live: µs of script in the browser, ${patch === "head" ? "a row in at the head" : "1,000 rows shuffled"}`;
        return { file: `live-browser-${patch}.svg`, title, text: renderBars(title, bars) };
      });
  },
};
