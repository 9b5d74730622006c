// Part "change": the time of one change, from the bytes of an event to the bytes of its patch, in process, without a network. Each subject runs in a process
// of its own, several times anew; rounds go through all of them in turn.
import { orderOf } from "../http/session.mjs";
import { ask, start, stop } from "./processes.mjs";

const WORKER = "./change-worker.mjs";
const ALL_SIZES = [100, 1000, 10_000, 100_000];
const SIZES = [1000, 100_000];
const WARM_UPS = 3;
const GENERATIONS = 3;
const EVENTS = 2000;
const ROW_STEPS = 4_000_000; // of plain data in one round: all rows are looked at for each event
const CHECKED_ROWS = 1000;

const CASES = [
  { name: "a text in a row", sizes: ALL_SIZES },
  { name: "the counter", sizes: SIZES },
  { name: "a row in, a row out", sizes: SIZES },
];

/** Times every case; `scale` below 1 takes that share of rows and events, and one number of rows. */
export async function measureChanges({ rounds, scale = 1, wants = () => true }) {
  const cases = [];
  for (const { name, sizes } of CASES.filter((one) => wants(`change: ${one.name}`))) {
    const subjects = ["collection", "plain"].flatMap((kind) =>
      (scale < 1 ? sizes.slice(-1) : sizes).map((size) => ({
        kind,
        rows: Math.max(10, Math.round(size * scale)),
        samples: [],
        bytes: 0,
      })),
    );
    if (cases.length === 0) subjects.push({ kind: "floor", rows: 0, samples: [] });
    const generations = rounds >= GENERATIONS ? GENERATIONS : 1;
    for (let generation = 0; generation < generations; generation++) {
      await measure(name, subjects, { rounds: Math.ceil(rounds / generations), scale, isFirst: generation === 0 });
    }
    cases.push({ name, subjects });
  }
  return cases;
}

async function measure(caseName, subjects, { rounds, scale, isFirst }) {
  const workers = [];
  try {
    const checked = isFirst ? CHECKED_ROWS : 10;
    for (const { kind, rows } of subjects) {
      workers.push(await start(WORKER, [kind, rows, caseName, checked], `change ${caseName} ${kind} ${rows}`));
    }
    if (isFirst) console.error(`change, ${caseName}: ${subjects.length} subjects, equal answers`);
    for (let round = -WARM_UPS; round < rounds; round++) {
      for (const at of orderOf(subjects.length, round + WARM_UPS)) {
        const { ns, bytes } = await ask(workers[at], { events: eventsOf(subjects[at], scale) });
        if (round < 0) continue;
        subjects[at].samples.push(ns);
        subjects[at].bytes = bytes;
      }
    }
  } finally {
    for (const worker of workers) stop(worker);
  }
}

function eventsOf({ kind, rows }, scale) {
  const events = kind === "plain" ? Math.min(EVENTS, ROW_STEPS / rows) : EVENTS;
  return Math.max(10, Math.round((events * scale) / 2) * 2); // even: what comes goes again
}
