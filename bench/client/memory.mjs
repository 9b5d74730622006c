// What a page holds: after many swaps, and for each element that asks. Counted by the browser, after it has collected garbage.
import { KEPT } from "./cases.mjs";
import { NAMES } from "./names.mjs";
import { openPage } from "./page.mjs";
import { subjectsOf } from "./session.mjs";
import { isClient } from "./subjects/index.mjs";

const FIRST_SWAPS = 1000; // until code is compiled and pools are full: seen to take most of it
const SWAPS = 1000;
const MANY = 10_000;
const PER = 1000;
const USED = [NAMES.ours, NAMES.htmx4]; // those that leave the page alone when a reply says 204

/**
 * Nodes, listeners, detached nodes and heap of scripts of a page that was swapped 1,000 times, and how much of it is new. (What nodes take
 * is their number: the heap of the browser itself is swept when it likes.)
 */
export async function measureKept(browser, site, names) {
  const { able } = subjectsOf(names, KEPT);
  const measured = await twoAtATime(able, async (name) => {
    const page = await openPage(browser, site, name, KEPT);
    try {
      await page.call("start", name);
      await page.call("idle");
      await page.call("swaps", 1, FIRST_SWAPS);
      const before = await stateOf(page);
      await page.call("swaps", 1 + FIRST_SWAPS, SWAPS);
      const after = await stateOf(page);
      return { name, before, after, bytesPerSwap: (after.bytes - before.bytes) / SWAPS };
    } finally {
      await page.close();
    }
  });
  console.error(`${KEPT.name}: ${measured.length} subjects`);
  return measured;
}

async function stateOf(page) {
  const { usedSize: bytes } = await heapOf(page);
  const { nodes, jsEventListeners } = await page.devtools.send("Memory.getDOMCounters");
  await page.devtools.send("DOM.enable");
  const { detachedNodes } = await page.devtools.send("DOM.getDetachedDomNodes");
  await page.devtools.send("DOM.disable");
  return { bytes, nodes, listeners: jsEventListeners, detached: detachedNodes.length };
}

/**
 * Heap that 1,000 elements take once the subject has started, and once each of them was clicked: of a page of 10,000, less that of a page of one, so that the script itself
 * is not counted, and less what both pages held before.
 */
export async function measureElements(browser, site, names) {
  const able = names.filter(isClient);
  const measured = await twoAtATime(able, async (name) => {
    const [many, one] = [await growthOf(browser, site, name, MANY), await growthOf(browser, site, name, 1)];
    const bytes = ["started", "used"].map((when) => Math.max(0, ((many[when] - one[when]) / MANY) * PER)); // less: swept late
    return { name, bytes: bytes[0], usedBytes: USED.includes(name) ? bytes[1] : undefined };
  });
  console.error(`memory of elements: ${measured.length} subjects`);
  return measured;
}

async function growthOf(browser, site, name, count) {
  const page = await openPage(browser, site, name, { ...KEPT, name: `memory of ${count} elements`, count });
  try {
    const before = await bytesOf(page);
    await page.call("start", name);
    await page.call("idle");
    const started = (await bytesOf(page)) - before;
    if (!USED.includes(name)) return { started };
    await page.call("clickEach");
    return { started, used: (await bytesOf(page)) - before };
  } finally {
    await page.close();
  }
}

// of scripts, and of nodes and listeners
async function bytesOf(page) {
  const { usedSize, embedderHeapUsedSize } = await heapOf(page);
  return usedSize + embedderHeapUsedSize;
}

async function heapOf(page) {
  await page.call("drawn");
  for (let i = 0; i < 3; i++) await page.collect(); // what is found dead by one collection is freed by the next
  return page.devtools.send("Runtime.getHeapUsage");
}

/** What is not timed may share the machine. */
async function twoAtATime(list, run) {
  const results = new Map();
  const queue = [...list];
  const worker = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) results.set(one, await run(one));
  };
  await Promise.all([worker(), worker()]);
  return list.map((one) => results.get(one));
}
