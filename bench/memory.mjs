// What a table costs: time to build it, bytes it keeps, bytes that one operation allocates. All need --expose-gc.
import process from "node:process";
import { medianOf } from "./measure.mjs";

const COPIES_OF_ROUTES = 4000;
const MAX_COPIES = 64;
const GROUPS = 8;
const BUILD_NS = 1.5e9;
const MAX_BUILDS = 9;
const ASK_NS = 2e9;
const REPEATS = 9;
// Few enough to stay within the smallest young generation: a collection in between would hide bytes.
const FINDS = 256;
const FEW_FINDS = 32;
const MANY_BYTES = 1000;

/** Bytes per operation, of a subject that has been warmed up. What the loop itself allocates is subtracted. */
export function bytesPerOperation(area, built, requests) {
  const few = bytesOf(area, built, requests, FEW_FINDS);
  return few > MANY_BYTES ? few : bytesOf(area, built, requests, FINDS);
}

function bytesOf(area, built, requests, count) {
  const growth = (loop) => {
    const [idle, batch] = [area.fresh(requests, count), area.fresh(requests, count)];
    globalThis.gc();
    loop(idle); // a collection may drop optimized code
    const before = process.memoryUsage().heapUsed;
    loop(batch);
    return process.memoryUsage().heapUsed - before;
  };
  const bytes = Array.from({ length: REPEATS }, () => {
    const grown = growth((batch) => area.loop(built, batch));
    return (grown - growth(area.emptyLoop)) / count;
  });
  return medianOf(bytes);
}

/** Time to build a table, and for the first operation on it: cold, and the median of those that follow. */
export function buildTimes(area, subject, input) {
  const builds = [];
  const firsts = [];
  for (let spent = 0; spent < BUILD_NS && builds.length < MAX_BUILDS + 1; ) {
    const copy = area.copy(input, builds.length);
    const first = area.fresh(area.requests(copy), 1);
    const start = process.hrtime.bigint();
    const built = area.build(subject, copy);
    const middle = process.hrtime.bigint();
    area.loop(built, first);
    const end = process.hrtime.bigint();
    builds.push(Number(middle - start) / 1e6);
    firsts.push(Number(end - middle) / 1e6);
    spent += Number(end - start);
  }
  const warm = (times) => medianOf(times.length > 1 ? times.slice(1) : times);
  return { coldMs: builds[0] + firsts[0], buildMs: warm(builds), firstMs: warm(firsts) };
}

/**
 * Bytes that one table keeps: several with names of their own are built and asked, so that what is made lazily is
 * there too, and what they need in common (the library) is there before. What was given to them is not counted. The
 * median of some groups of them: at some moment of a process the engine takes 100 to 200 KiB for itself, half of what a
 * group of small tables keeps.
 */
export function bytesPerTable(area, subject, input) {
  const count = Math.max(1, Math.min(MAX_COPIES, Math.floor(COPIES_OF_ROUTES / input.routes.length)));
  const size = Math.ceil(count / GROUPS);
  const copies = Array.from({ length: count + 1 }, (_, number) => area.copy(input, number));
  const kept = [];
  const fill = (copy) => {
    const built = area.build(subject, copy);
    askAll(area, built, area.requests(copy));
    kept.push(built);
  };
  fill(copies[0]);
  const bytes = [];
  for (let from = 1; from <= count; from += size) {
    const group = copies.slice(from, from + size);
    const before = heldBytes();
    for (const copy of group) fill(copy);
    bytes.push((heldBytes() - before) / group.length);
  }
  if (kept.length !== copies.length) throw new Error("every table must still be there"); // keeps them alive
  return medianOf(bytes);
}

// each route once, or as many as there is time for
function askAll(area, built, requests) {
  const start = process.hrtime.bigint();
  for (let at = 0; at < requests.length && process.hrtime.bigint() - start < ASK_NS; at += FINDS) {
    area.loop(built, area.inOrder(requests, at, FINDS));
  }
}

function heldBytes() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage(); // buffers are part of external
  return heapUsed + external;
}
