// The plots: speeds by family, bytes by library, a changed row by number of rows, columns by engine.
import { renderBars } from "../http/bars.mjs";
import { medianOf } from "../measure.mjs";
import { renderPlot, styled } from "../plot.mjs";
import { SORTED } from "./collections/cases.mjs";
import { SUBJECTS as ROW_SUBJECTS } from "./collections/names.mjs";
import { SUBJECTS as COLUMN_SUBJECTS } from "./columns/names.mjs";
import { familyOf, samplesOf } from "./compare.mjs";
import { columnPlot, familyPlot, HEAP_PLOT, ROWS_PLOT } from "./names-of-plots.mjs";

const NS_PER_S = 1e9;

/** Pairs of a file's name and its text. */
export function plots(area, { core = [], heap = [], collections = [], columns = [] }) {
  return [
    ...core.map((family) => [familyPlot(family.name), familyBars(area, family)]),
    ...(heap.length > 0 ? [[HEAP_PLOT, heapBars(area, heap)]] : []),
    ...(collections.some(({ name }) => name === SORTED) ? [[ROWS_PLOT, rowLines(collections)]] : []),
    ...columns.flatMap(columnBars),
  ];
}

function familyBars(area, family) {
  const bars = familyOf(family)
    .subjects.filter(({ samples }) => samples.length > 0)
    .map(({ name, samples }) => ({ name, group: area.subjects[name].group, value: NS_PER_S / medianOf(samples) }));
  return renderBars(`Signals: steps per second, ${family.name} (geometric mean)`, bars);
}

function heapBars(area, heap) {
  const bars = heap.map(({ name, bytes }) => ({ name, group: area.subjects[name].group, value: bytes.effect }));
  return renderBars("Signals: bytes of an effect with its link (fewer are better)", bars);
}

function rowLines(collections) {
  const sizes = collections.filter(({ name }) => name === SORTED);
  const lines = Object.entries(ROW_SUBJECTS).map(([name, { group }]) => ({
    name,
    isOurs: group === "ours",
    points: sizes.flatMap((one) => {
      const samples = samplesOf(one, name);
      return samples === undefined ? [] : [{ size: one.rows, ns: medianOf(samples) }];
    }),
  }));
  const axes = { x: "rows", y: "time per changed row" };
  return renderPlot(
    `Collections: one changed row, ${SORTED}`,
    styled(lines).filter(({ points }) => points.length > 0),
    axes,
  );
}

function columnBars({ rows, subjects }) {
  const running = subjects.filter(({ cannot }) => cannot === undefined);
  return Object.keys(running[0].samples).map((what) => {
    const bars = running.map(({ name, samples }) => ({
      name,
      group: COLUMN_SUBJECTS[name].group,
      value: NS_PER_S / medianOf(samples[what]),
    }));
    return [
      columnPlot(what, rows),
      renderBars(`Columns: ${what}, ${rows.toLocaleString("en-US")} rows, per second`, bars),
    ];
  });
}
