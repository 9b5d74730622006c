// What signals are to reach, and how far they came. A ratio reaches its target when the whole interval does.
import { medianRatio } from "../interval.mjs";
import { medianOf } from "../measure.mjs";
import { NAMES } from "./area.mjs";
import { SORTED } from "./collections/cases.mjs";
import { NAMES as ROWS } from "./collections/names.mjs";
import { CASES } from "./columns/cases.mjs";
import { NAMES as COLUMNS } from "./columns/names.mjs";
import { familyOf, leads, ratioText, samplesOf } from "./compare.mjs";
import { KINDS } from "./heap/session.mjs";
import { INCREMENTAL, WHOLE } from "./page/session.mjs";
import { UNWATCHED_FAMILY } from "./shapes/index.mjs";

const LEAST_SHAPE = 0.8;
const UNWATCHED_LIMIT = 1.1;
const KEPT_BYTES = 1; // below: what the engine's own heap moves by
const ROW_US = 20;
const ROW_LEAD = 5;
const BACKEND_LEAD = 2;
const ARQUERO_LEAD = 3;
const PAGE_LEAD = 10;
const SIZE = 2300;
const JUDGED_ROWS = 100_000;
const MILLION = 1_000_000;

/** One row for each target that was measured. */
export function judge({ core = [], heap = [], sizes = [], page = [], collections = [], columns = [] }) {
  return [
    ...core.flatMap(familyTargets),
    ...heapTargets(heap),
    ...rowTargets(collections),
    ...columns.flatMap(columnTargets),
    ...pageTargets(page),
    ...sizes.filter(({ name }) => name === NAMES.ours).map(sizeTarget),
  ];
}

function familyTargets(family) {
  const whole = familyOf(family);
  if (family.name === UNWATCHED_FAMILY) return [unwatchedTarget(whole)].filter((one) => one !== undefined);
  const [first] = leads(whole);
  if (first === undefined) return [];
  const shapes = family.shapes.map((shape) => ({ shape: shape.name, ...leads(shape)[0] }));
  const worst = shapes.reduce((a, b) => (a.ratio.median <= b.ratio.median ? a : b));
  const below = shapes.filter(({ ratio }) => ratio.low < LEAST_SHAPE);
  return [
    atLeast(`${family.name}: at least as fast as the fastest, ${first.name}`, first.ratio, 1),
    {
      target: `${family.name}: no shape below ${LEAST_SHAPE} of its fastest`,
      value: `${worst.shape}: ${ratioText(worst.ratio)} of ${worst.name}`,
      met: below.length === 0,
      miss: `in ${below.length} of ${shapes.length}`,
    },
  ];
}

function unwatchedTarget(family) {
  const [ours, preact] = [NAMES.ours, NAMES.preact].map((name) => samplesOf(family, name));
  if (ours === undefined || preact === undefined) return undefined;
  const ratio = medianRatio(ours, preact);
  return atMostRatio(`unwatched: within ${UNWATCHED_LIMIT} of ${NAMES.preact}'s time`, ratio, UNWATCHED_LIMIT);
}

function heapTargets(heap) {
  const [ours, preact] = [NAMES.ours, NAMES.preact].map((name) => heap.find((one) => one.name === name));
  if (ours === undefined) return [];
  const weights = KINDS.filter((kind) => kind !== "dropped" && preact !== undefined).map((kind) => {
    const [bytes, limit] = [ours.bytes[kind], preact.bytes[kind]];
    // to a tenth of a byte: beyond that the engine's own heap moves
    return atMost(`heap: one ${kind} at most as heavy as ${NAMES.preact}'s`, tenth(bytes), tenth(limit), "bytes");
  });
  const kept = Math.max(0, tenth(ours.bytes.dropped));
  return [
    ...weights,
    {
      target: "nothing is kept of a computed that was read and dropped",
      value: `${kept} bytes`,
      met: kept < KEPT_BYTES,
      miss: "",
    },
  ];
}

const tenth = (bytes) => Math.round(bytes * 10) / 10;

function rowTargets(collections) {
  const one = collections.find(({ name, rows }) => name === SORTED && rows === JUDGED_ROWS);
  const ours = one === undefined ? undefined : samplesOf(one, ROWS.ours);
  if (ours === undefined) return [];
  const us = medianOf(ours) / 1000;
  const where = `one row of ${JUDGED_ROWS.toLocaleString("en-US")}, ${SORTED}`;
  const ivm = samplesOf(one, ROWS.ivm);
  return [
    atMost(`${where}: under ${ROW_US} µs`, Math.round(us * 100) / 100, ROW_US, "µs"),
    ...(ivm === undefined
      ? []
      : [atLeast(`${where}: ${ROW_LEAD} times as fast as ${ROWS.ivm}`, medianRatio(ivm, ours), ROW_LEAD)]),
  ];
}

function columnTargets({ rows, subjects }) {
  if (rows < MILLION) return [];
  const of = (name, what) => subjects.find((one) => one.name === name)?.samples[what];
  const targets = [];
  for (const what of Object.keys(subjects.find(({ name }) => name === COLUMNS.ours)?.samples ?? {})) {
    const where = `columns, ${rows.toLocaleString("en-US")} rows, ${what}`;
    const [ours, loop, arquero] = [COLUMNS.ours, COLUMNS.generated, COLUMNS.arquero].map((name) => of(name, what));
    // Where the library does not choose it, it has nothing to prove.
    const wasm = CASES.find(({ name }) => name === what)?.isVector ? of(COLUMNS.wasm, what) : undefined;
    if (arquero !== undefined && ours !== undefined)
      targets.push(
        atLeast(`${where}: ${ARQUERO_LEAD} times as fast as arquero`, medianRatio(arquero, ours), ARQUERO_LEAD),
      );
    if (wasm !== undefined && loop !== undefined)
      targets.push(
        atLeast(
          `${where}: wasm, to stay, ${BACKEND_LEAD} times as fast as our loop`,
          medianRatio(loop, wasm),
          BACKEND_LEAD,
        ),
      );
  }
  return targets;
}

function pageTargets(page) {
  const [ours, whole] = [INCREMENTAL, WHOLE].map((name) => page.find((one) => one.name === name));
  if (ours?.samples.length === 0 || whole === undefined) return [];
  const plain = (target, times) => ({
    target: `data app: ${target}`,
    value: times.toFixed(1),
    met: times >= PAGE_LEAD,
    miss: byHowMuch(times, PAGE_LEAD),
  });
  return [
    plain(`${PAGE_LEAD} times fewer callbacks`, whole.calls / ours.calls),
    plain(`${PAGE_LEAD} times fewer bytes`, whole.bytes / ours.bytes),
    atLeast(`data app: ${PAGE_LEAD} times as fast`, medianRatio(whole.samples, ours.samples), PAGE_LEAD),
  ];
}

function sizeTarget({ gzip }) {
  return atMost(
    "signal, computed, effect, batch, untracked and scope in less than 2.3 kB, gzip",
    gzip,
    SIZE - 1,
    "bytes",
  );
}

function atLeast(target, ratio, wanted) {
  const miss = ratio.high < wanted ? byHowMuch(ratio.median, wanted) : "not shown";
  return { target, value: ratioText(ratio), met: ratio.low >= wanted, miss };
}

function atMostRatio(target, ratio, limit) {
  const miss = ratio.low > limit ? `by ${((ratio.median / limit - 1) * 100).toFixed(0)} %` : "not shown";
  return { target, value: ratioText(ratio), met: ratio.high <= limit, miss };
}

function atMost(target, value, limit, unit) {
  const miss = `by ${((value / limit - 1) * 100).toFixed(0)} %`;
  return { target, value: `${value.toLocaleString("en-US")} ${unit}`, met: value <= limit, miss };
}

function byHowMuch(value, wanted) {
  return `by ${((1 - value / wanted) * 100).toFixed(0)} %`;
}
