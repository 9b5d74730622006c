// The parallel executor against one thread: wall time, as threads are the point, and subjects in turn, in one process.
import { loadavg } from "node:os";
import process from "node:process";
import { CASES, isSame, makeData } from "../cases.mjs";
import { NAMES } from "../names.mjs";
import { subject as makeBusbar } from "../subjects/busbar.mjs";
import { subject as makeLoop } from "../subjects/loop.mjs";
import { share, startExecutor } from "./executor.mjs";

const SIZES = [100_000, 1_000_000, 4_000_000];
const ROUND_NS = 12e6;
const CHANGES = 100;
const CHANGE = "one cell";

const PARALLEL = {
  "loops, 1 worker and the asker": ["loops", { workers: 1, joins: true }],
  "loops, 2 workers": ["loops", { workers: 2, joins: false }],
  "tables, 1 worker and the asker": ["tables", { workers: 1, joins: true }],
  "tables, 2 workers": ["tables", { workers: 2, joins: false }],
};

/** For each size: subjects, each with samples in nanoseconds per case. Without rounds the answers are compared. */
export async function measureParallel(rounds) {
  const measured = [];
  for (const rows of rounds > 0 ? SIZES : SIZES.slice(0, 1)) measured.push(await measureSize(rows, rounds));
  return measured;
}

async function measureSize(rows, rounds) {
  const data = makeData(rows);
  const subjects = [alone(NAMES.loop, makeLoop(), data), alone(NAMES.ours, makeBusbar({}), data)];
  const shared = share(data);
  for (const [name, [kind, how]] of Object.entries(PARALLEL)) {
    const executor = await startExecutor(kind, shared, how);
    const watch = kind === "tables" ? () => executor.watch() : undefined;
    subjects.push({ name, ask: executor.ask, watch, stop: () => executor.stop(), samples: {} });
  }
  try {
    for (const subject of subjects) check(subject, data);
    console.error(`columns on threads, ${rows} rows: all give the expected answers; load ${loadavg()[0].toFixed(1)}`);
    for (const { name } of CASES)
      timeAll(subjects, rounds, name, (subject, number) => subject.ask[name](number), ROUND_NS);
    const changing = subjects.filter(({ watch }) => watch !== undefined);
    for (const subject of changing) subject.change = subject.watch();
    timeAll(
      changing,
      rounds,
      CHANGE,
      (subject, number) => subject.change((number * 7919) % rows, 30 + (number % 60)),
      0,
    );
  } finally {
    for (const { stop } of subjects) await stop?.();
  }
  return { rows, subjects: subjects.map(({ name, samples }) => ({ name, samples })) };
}

function alone(name, { convert, ask, watch }, data) {
  const converted = convert(data);
  const asked = CASES.map((one) => [one.name, (number) => ask[one.name](converted, number)]);
  return { name, ask: Object.fromEntries(asked), watch: watch && (() => watch(convert(data))), samples: {} };
}

function check({ name: subject, ask, watch }, data) {
  const same = (what, actual, expected) => {
    if (!isSame(actual, expected)) throw new Error(`${subject}, ${what}: ${actual}, not ${expected}`);
  };
  for (const { name, answer } of CASES)
    for (let number = 0; number < 3; number++) same(name, ask[name](number), answer(data, number));
  if (watch === undefined) return;
  const copy = { ...data, price: data.price.slice() };
  const change = watch();
  const rows = [0, 1, 2, 3, 4].map((at) => (at * 40_009) % copy.price.length);
  for (const row of rows) {
    copy.price[row] = 25 + (row % 50);
    same(CHANGE, [change(row, copy.price[row])], CASES[0].answer(copy, 0));
  }
  for (const row of rows) same(CHANGE, [change(row, data.price[row])], [change(row, data.price[row])]); // as it was
}

function timeAll(subjects, rounds, name, run, ns) {
  for (const subject of subjects) {
    subject.samples[name] = [];
    time(subject, run, 20 * ns);
  }
  for (let round = 0; round < rounds; round++) {
    globalThis.gc?.();
    for (let turn = 0; turn < subjects.length; turn++) {
      const subject = subjects[(turn + round) % subjects.length];
      subject.samples[name].push(time(subject, run, ns));
    }
  }
}

let number = 0;

function time(subject, run, budget) {
  const start = process.hrtime.bigint();
  let spent = 0;
  let times = 0;
  do {
    run(subject, number++);
    times++;
    spent = Number(process.hrtime.bigint() - start);
  } while (spent < budget || times < (budget === 0 ? CHANGES : 1));
  return spent / times;
}
