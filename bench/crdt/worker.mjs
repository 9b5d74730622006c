// One library, in a process of its own.
import process from "node:process";
import { gzipSync } from "node:zlib";
import { area } from "./area.mjs";
import { loadedDocument, TASKS, weighBytes } from "./tasks.mjs";

const { subject } = await import(new URL(`./subjects/${area.subjects[process.argv[3]].file}`, import.meta.url).href);
const isCpu = process.env.BENCH_CLOCK === "cpu";

let task;
const kept = [];

const answers = {
  start({ name }) {
    task = undefined;
    const { make, needs } = TASKS.find((one) => one.name === name);
    const cannot = subject.cannot?.[needs];
    if (cannot !== undefined) return { cannot };
    task = make(subject);
    return {};
  },
  round() {
    globalThis.gc();
    const start = now();
    const result = task.run();
    const ms = now() - start;
    task.check(result);
    return { ms };
  },
  bytes() {
    const { saved, meanUpdate, history } = weighBytes(subject);
    const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;
    return { bytes: saved.length, gzip: gzipped(saved), meanUpdate, history: history && gzipped(history) };
  },
  heap() {
    kept.push(loadedDocument(subject)); // warms up what is kept once
    const before = settled();
    const count = 4;
    for (let i = 0; i < count; i++) kept.push(loadedDocument(subject));
    return { bytes: (settled() - before) / count };
  },
};

function settled() {
  for (let i = 0; i < 4; i++) globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function now() {
  if (!isCpu) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

process.on("disconnect", () => process.exit());
process.on("message", (message) => {
  try {
    process.send(answers[message.task](message));
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
process.send({});
