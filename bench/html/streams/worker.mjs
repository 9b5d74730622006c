// One way to send a page, in a process of its own.
import { Buffer } from "node:buffer";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { datasetsOf, VARIANTS } from "../data.mjs";
import { assertPage } from "../oracle.mjs";
import { loadFrom } from "./load.mjs";

const [, subjectName] = process.argv.slice(2);
const VARIANT = VARIANTS.find(({ name }) => name === "ASCII, 5 %");
const LATE_PAGE = "20 KiB";
const LATE_MS = 3;
const LATE_PAGES = 4; // per round
const WARM_UP_NS = 600e6;
const ROUND_NS = 10e6;

let subject;
let next = 0;

process.on("disconnect", () => process.exit());
process.on("message", async ({ task, kind, page }) => {
  try {
    process.send(await TASKS[task](kind, page));
  } catch (error) {
    console.error(`${subjectName}: ${error.stack}`);
    process.exit(1);
  }
});

const TASKS = {
  async load() {
    subject = await loadFrom(subjectName);
    if (subject.missing !== undefined) return { missing: subject.missing };
    const kinds = Object.keys(KINDS).filter((kind) => subject[kind] !== undefined);
    for (const kind of kinds) await KINDS[kind].check();
    return { kinds };
  },
  warm: (kind, page) => run(kind, page, WARM_UP_NS),
  round: (kind, page) => run(kind, page, ROUND_NS),
};

const datasets = new Map();

function dataOf(page) {
  if (!datasets.has(page)) datasets.set(page, datasetsOf(page, VARIANT));
  const list = datasets.get(page);
  return list[next++ % list.length];
}

const KINDS = {
  // everything is there: what the way costs
  ready: {
    async check() {
      for (const page of ["20 KiB", "170 KiB"]) await checkPage(page, (data, sink) => subject.ready[page](data, sink));
    },
    send: (page, sink) => subject.ready[page](dataOf(page), sink),
  },
  // each result of the search is waited for, though it is there
  waiting: {
    check: () => checkPage(LATE_PAGE, subject.waiting),
    send: (page, sink) => subject.waiting(dataOf(page), sink),
  },
  // the results come later than the rest; what is measured is how long the first byte takes
  late: {
    // out of order, so the tree differs: that all of it came is all that is checked
    async check() {
      const data = dataOf(LATE_PAGE);
      const text = await textOf((sink) => subject.late(data, sleep(LATE_MS, data.results), sink));
      const last = data.results.at(-1);
      if (!text.includes(`result-${last.id}`)) throw new Error("the page is not whole");
    },
    send(page, sink) {
      const data = dataOf(page);
      return subject.late(data, sleep(LATE_MS, data.results), sink);
    },
  },
};

async function checkPage(page, send) {
  const data = dataOf(page);
  assertPage(page, data, await textOf((sink) => send(data, sink)));
}

async function textOf(send) {
  const chunks = [];
  await send((chunk) => chunks.push(Buffer.from(chunk)));
  return Buffer.concat(chunks).toString();
}

/** Nanoseconds to the end of a page, and to its first byte. */
async function run(kind, page, budgetNs) {
  const { send } = KINDS[kind];
  const isLate = kind === "late";
  let [pages, spent, first, bytes] = [0, 0, 0, 0];
  while (spent < budgetNs && !(isLate && pages === LATE_PAGES)) {
    const start = process.hrtime.bigint();
    let firstAt;
    await send(page, (chunk) => {
      firstAt ??= process.hrtime.bigint();
      bytes += chunk.length;
    });
    spent += Number(process.hrtime.bigint() - start);
    first += Number(firstAt - start);
    pages++;
  }
  if (bytes === 0) throw new Error("nothing was sent");
  return { ns: spent / pages, firstNs: first / pages };
}

process.send({});
