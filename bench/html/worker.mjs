// One subject on one page, in a process of its own: checks what it renders, then measures what it is asked for.
import { Buffer } from "node:buffer";
import { PerformanceObserver } from "node:perf_hooks";
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { medianOf } from "../measure.mjs";
import { area } from "./area.mjs";
import { datasetsOf, VARIANTS } from "./data.mjs";
import { assertPage } from "./oracle.mjs";
import { preparedFile } from "./prepared.mjs";

const [, subjectName] = process.argv.slice(2);
const WARM_UP_NS = 1e9; // a server that runs: after a fifth of that some subjects, ours among them, take twice their later time
const WARM_UP_AGAIN_NS = 40e6; // for the next variant of the same page
const ROUND_NS = 8e6;
const SLICES = 2; // of a round: the first tells how long the second may be
const CHECKED_DATASETS = 2;
const ALLOCATED_BYTES = 2e6; // at least, per count: well within the young generation these processes are given
const MAX_ALLOCATING_PAGES = 4096;
const ALLOCATION_COUNTS = 5;
const ALLOCATION_WARM_UP_NS = 250e6;

const renders = {}; // "bytes" and "text", as far as the subject has them
const datasets = new Map();
const pageNs = new Map(); // what a page took last, per output: says how many fill a round
let pageName;
let isAsync = false;
let collections = 0;
let next = 0;
let sink = 0;

new PerformanceObserver((list) => {
  collections += list.getEntries().length;
}).observe({ entryTypes: ["gc"] });

process.on("disconnect", () => process.exit());
process.on("message", async (message) => {
  try {
    process.send(await TASKS[message.task](message));
  } catch (error) {
    console.error(`${subjectName}: ${error.stack}`);
    process.exit(1);
  }
});

const TASKS = {
  async load({ page, isChecked }) {
    const subject = await loadSubject();
    if (subject.missing !== undefined) return { missing: subject.missing };
    const text = subject.text?.[page];
    const bytes = subject.bytes?.[page];
    isAsync = subject.isAsync === true;
    if (text !== undefined) renders.text = text;
    if (bytes !== undefined) renders.bytes = bytes;
    else if (isAsync) renders.bytes = async (data) => Buffer.from(await text(data));
    else renders.bytes = (data) => Buffer.from(text(data));
    pageName = page;
    const sizes = {};
    for (const { name } of isChecked ? VARIANTS : [])
      sizes[name] = await check(page, datasetsFor(name), bytes !== undefined);
    return { outputs: Object.keys(renders), sizes };
  },

  async warm({ variant, output }) {
    await run(variant, output, pageNs.has(output) ? WARM_UP_AGAIN_NS : WARM_UP_NS);
    return {};
  },

  async round({ variant, output }) {
    return { ns: await run(variant, output, ROUND_NS) };
  },

  async allocations({ variant }) {
    await run(variant, "bytes", ALLOCATION_WARM_UP_NS);
    const counts = [];
    for (let pages = 4; counts.length < ALLOCATION_COUNTS; ) {
      const { bytes, isCollected } = await grownBy(variant, pages);
      if (isCollected && pages > 1) pages = Math.ceil(pages / 4);
      else if (bytes * pages < ALLOCATED_BYTES && pages < MAX_ALLOCATING_PAGES && !isCollected) pages *= 4;
      else counts.push(bytes);
    }
    return { bytes: medianOf(counts) };
  },
};

async function loadSubject() {
  const { file, prepared } = area.subjects[subjectName];
  try {
    const address = prepared ? preparedFile(file) : new URL(`./subjects/${file}`, import.meta.url).href;
    return (await import(address)).subject;
  } catch (error) {
    // only what the package does not have yet is no failure
    const isMissing =
      /^ERR_(?:PACKAGE_PATH_NOT_EXPORTED|MODULE_NOT_FOUND)$/.test(error.code) || error instanceof SyntaxError;
    if (isMissing && area.subjects[subjectName].group === "ours") return { missing: "not built yet" };
    throw error;
  }
}

// What is made of the text by Buffer.from is checked once.
async function check(page, list, hasOwnBytes) {
  let size = 0;
  for (const data of list.slice(0, CHECKED_DATASETS)) {
    const bytes = Buffer.from(await renders.bytes(data));
    assertPage(page, data, bytes.toString());
    if (hasOwnBytes && renders.text !== undefined) assertPage(page, data, await renders.text(data));
    size = bytes.length;
  }
  return size;
}

function datasetsFor(variant) {
  if (!datasets.has(variant)) {
    const wanted = VARIANTS.find(({ name }) => name === variant);
    datasets.set(variant, datasetsOf(pageName, wanted));
  }
  return datasets.get(variant);
}

/** Nanoseconds per page. */
async function run(variant, output, budgetNs) {
  const render = renders[output];
  const list = datasetsFor(variant);
  let pages = 0;
  let spent = 0;
  while (spent < budgetNs) {
    const count = Math.max(1, Math.ceil((budgetNs - spent) / SLICES / (pageNs.get(output) ?? budgetNs)));
    const start = process.hrtime.bigint();
    if (isAsync) await renderAsync(render, list, count);
    else renderSync(render, list, count);
    spent += Number(process.hrtime.bigint() - start);
    pages += count;
    pageNs.set(output, spent / pages);
  }
  if (!Number.isFinite(sink)) throw new Error("the sink must stay a number"); // keeps the pages alive
  return spent / pages;
}

function renderSync(render, list, count) {
  for (let i = 0; i < count; i++) sink += consume(render(list[next++ % list.length]));
}

async function renderAsync(render, list, count) {
  for (let i = 0; i < count; i++) sink += consume(await render(list[next++ % list.length]));
}

// Reading one character in the middle makes the engine join the pieces of a text: a flat text is what is timed.
function consume(page) {
  return typeof page === "string" ? page.charCodeAt(page.length >> 1) : page[page.length >> 1];
}

/** Bytes per page, on the heap and beside it; worth nothing when there was a collection in between. */
async function grownBy(variant, count) {
  const list = datasetsFor(variant);
  globalThis.gc();
  await settled();
  const collectionsBefore = collections;
  const before = usedBytes();
  if (isAsync) await renderAsync(renders.bytes, list, count);
  else renderSync(renders.bytes, list, count);
  const bytes = (usedBytes() - before) / count;
  await settled();
  return { bytes, isCollected: collections > collectionsBefore };
}

// Collections are told of a turn later.
async function settled() {
  await setImmediate();
  await setImmediate();
}

function usedBytes() {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

process.send({});
