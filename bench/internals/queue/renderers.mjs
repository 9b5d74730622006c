// Pages that take milliseconds: rendered here, and on threads. What counts besides the time per page is how long this thread can do nothing else.
import { createHash } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { renderToBytes } from "busbar/html";
import { createQueue, openConsumer, openProducer } from "busbar/pool";
import { createRenderers } from "busbar/workers";
import { Piscina } from "piscina";
import { report } from "./pages.mjs";

const ROWS = { "a page of 20 KiB, 400 rows": 400, "a page of 170 KiB, 3,400 rows": 3400 };
const PAGES_PER_ROUND = 12;
const THREADS = 1; // beside this one: the machine of the figures has two cores
const WAYS_BACK = { "2 KiB": 2048, "20 KiB": 20_480, "170 KiB": 174_080 };

if (!isMainThread && workerData?.back !== undefined) bringBack(workerData);

export async function measureRenderers(rounds) {
  const renderers = createRenderers({
    module: new URL("./pages.mjs", import.meta.url),
    threads: THREADS,
    maxQueue: 1000,
  });
  const piscina = new Piscina({
    filename: new URL("./pages.mjs", import.meta.url).href,
    minThreads: THREADS,
    maxThreads: THREADS,
  });
  const ways = {
    "busbar/workers": (props) => renderers.render("report", props),
    "in process": async (props) => {
      await turn(); // as a server would between requests
      return renderToBytes(report(props));
    },
    piscina: (props) => piscina.run(props, { name: "rendered" }),
  };
  try {
    const cases = [];
    const rows = [];
    for (const [name, count] of Object.entries(ROWS)) {
      const sums = await Promise.all(
        Object.values(ways).map(async (way) => hashOf(await way({ seed: 1, rows: count }))),
      );
      if (new Set(sums).size !== 1) throw new Error(`${name}: the pages differ; nothing is written`);
      const found = await measureWays(name, count, ways, rounds);
      cases.push({ name: `renderer threads: ${name}`, ours: "busbar/workers", subjects: found.subjects });
      rows.push(...found.rows);
    }
    const back = await measureWaysBack(rounds);
    return { cases, tables: rounds > 0 ? [tableOf(rows), back] : [] };
  } finally {
    await renderers.close();
    await piscina.destroy();
  }
}

async function measureWays(name, count, ways, rounds) {
  const subjects = [];
  const delays = Object.keys(ways).map(() => []);
  const active = Object.keys(ways).map(() => []);
  const samples = Object.keys(ways).map(() => []);
  for (let round = rounds > 0 ? -3 : 0; round < rounds; round++) {
    for (const [index, way] of Object.values(ways).entries()) {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      await pause(3); // its timer runs
      const used = performance.eventLoopUtilization();
      const start = performance.now();
      await Promise.all(Array.from({ length: PAGES_PER_ROUND }, (_, i) => way({ seed: i, rows: count })));
      const ms = performance.now() - start;
      const busy = performance.eventLoopUtilization(used).active;
      await pause(3); // a turn that was held up is seen at the next one
      delay.disable();
      if (round < 0) continue; // warm-up
      samples[index].push((ms * 1e6) / PAGES_PER_ROUND);
      delays[index].push(delay.max / 1e6);
      active[index].push(busy / PAGES_PER_ROUND);
    }
  }
  const names = Object.keys(ways);
  names.forEach((way, index) => {
    subjects.push({ name: way, samples: samples[index] });
  });
  const rows = names.map((way, index) => [
    name,
    way,
    (1e9 / medianOf(samples[index])).toFixed(0),
    medianOf(active[index]).toFixed(2),
    medianOf(delays[index]).toFixed(1),
  ]);
  return { subjects, rows };
}

function tableOf(rows) {
  return {
    title: "Renderer threads",
    notes: [
      `${PAGES_PER_ROUND} pages asked for at once, ${THREADS} thread beside this one. Busy: how long this thread worked per page; the longest turn of its event loop includes the timer's own millisecond.`,
    ],
    head: ["page", "way", "pages/s", "this thread busy, ms per page", "longest turn, ms"],
    rows,
  };
}

/** Bytes from a thread: moved, cloned, or copied through the ring. */
async function measureWaysBack(rounds) {
  const rows = [];
  for (const [name, bytes] of Object.entries(WAYS_BACK)) {
    for (const how of ["moved", "cloned", "ring, copied out", "ring, viewed"]) {
      const times = [];
      for (let round = 0; round < Math.min(rounds, 5); round++) times.push(await timeBack(how, bytes, 300));
      if (times.length > 0) {
        rows.push([
          name,
          how,
          medianOf(times.map(({ cpu }) => cpu)).toFixed(1),
          medianOf(times.map(({ main }) => main)).toFixed(1),
        ]);
      }
    }
  }
  return {
    title: "Ways to bring bytes back",
    notes: [
      "Microseconds per result: of both threads' processor time, and of the event loop's turns on the receiving side. A view is not the caller's: it is gone when the ring moves on.",
    ],
    head: ["result", "way", "processor, us", "receiving side, us"],
    rows,
  };
}

async function timeBack(how, bytes, count) {
  const queue = how.startsWith("ring") ? createQueue({ bytes: 4_194_304 }) : undefined;
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { back: how, bytes, count, buffer: queue?.buffer },
  });
  await new Promise((resolve) => worker.once("message", resolve));
  let seen = 0;
  const arrived = new Promise((resolve) => {
    if (queue !== undefined) return resolve();
    worker.on("message", (message) => {
      if (message.length === bytes && ++seen === count) resolve();
    });
  });
  const cpu = process.cpuUsage();
  const used = performance.eventLoopUtilization();
  worker.postMessage("go");
  if (queue !== undefined) {
    const consumer = openConsumer(queue.buffer);
    while (seen < count) {
      await consumer.waitAsync();
      if (how.endsWith("viewed")) seen += consumer.drain(() => {}, 16);
      else for (let i = 0; i < 16 && consumer.tryPop() !== undefined; i++) seen++;
      await turn();
    }
  }
  await arrived;
  const { user, system } = process.cpuUsage(cpu);
  const main = (performance.eventLoopUtilization(used).active * 1000) / count;
  await worker.terminate();
  return { cpu: (user + system) / count, main };
}

function bringBack({ back, bytes, count, buffer }) {
  const producer = buffer === undefined ? undefined : openProducer(buffer);
  parentPort.once("message", async () => {
    for (let i = 0; i < count; i++) {
      const result = new Uint8Array(bytes);
      if (producer !== undefined) producer.push(result);
      else parentPort.postMessage(result, back === "moved" ? [result.buffer] : []);
      if (i % 4 === 3) await turn();
    }
  });
  parentPort.postMessage("ready");
}

function hashOf(bytes) {
  return createHash("sha1").update(bytes).digest("hex");
}

function medianOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : sorted[sorted.length >> 1];
}
