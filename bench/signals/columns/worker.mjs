// One subject on the columns of one size, in a process of its own.
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { now } from "../clock.mjs";
import { CASES, isSame, makeData } from "./cases.mjs";
import { SUBJECTS } from "./names.mjs";

const WARM_UP_NS = 200e6;
const ROUND_NS = 15e6;
const CELL_CHANGES = 200;
/** So many questions at least, from the same on for all: what a filter lets through is what a loop with branches takes its time by. */
const QUESTIONS = 5;
const LONG_NS = 80e6;
/** A collection goes on beside the program for some time. */
const SWEEP_MS = 20;

const settings = SUBJECTS[process.argv[3]];
let subject;
let data;
let converted;
let change;
let number = 0;

const tasks = {
  async load({ rows }) {
    ({ subject } = await import(new URL(`./subjects/${settings.file}`, import.meta.url).href));
    subject = subject(settings);
    data = makeData(rows);
    converted = await subject.convert(data);
    for (const { name, answer } of CASES) {
      for (let at = 0; at < 3; at++) {
        const actual = await subject.ask[name](converted, at);
        const expected = answer(data, at);
        if (!isSame(actual, expected)) throw new Error(`${name}: ${actual}, not ${expected}`);
      }
    }
    if (subject.watch !== undefined) checkChanges();
    return { changes: subject.watch !== undefined };
  },
  warm: async ({ name }) => ({ ns: await runFor(name, WARM_UP_NS) }),
  async round({ name, first }) {
    globalThis.gc();
    await sleep(SWEEP_MS);
    number = first;
    return { ns: await runFor(name, ROUND_NS, QUESTIONS) };
  },
  async convert() {
    globalThis.gc();
    const fresh = { ...data, price: data.price.slice(), qty: data.qty.slice(), city: data.city.slice() };
    const start = now();
    await subject.convert(fresh);
    return { ns: now() - start };
  },
  change() {
    change ??= subject.watch(subject.convert(data));
    let sum = 0;
    const start = now();
    for (let i = 0; i < CELL_CHANGES; i++) sum += change((number++ * 7919) % data.price.length, 30 + (number % 60));
    const ns = (now() - start) / CELL_CHANGES;
    if (Number.isNaN(sum)) throw new Error("the sum must stay a number");
    return { ns };
  },
};

process.on("disconnect", () => process.exit());
process.on("message", async (message) => {
  try {
    process.send(await tasks[message.task](message));
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
process.send({});

async function runFor(name, budgetNs, least = 1) {
  const ask = subject.ask[name];
  let spent = 0;
  let times = 0;
  while (spent < budgetNs || (times < least && spent < times * LONG_NS)) {
    const start = now();
    const answer = ask(converted, number++);
    if (answer instanceof Promise) await answer;
    spent += now() - start;
    times++;
  }
  return spent / times;
}

function checkChanges() {
  const copy = { ...data, price: data.price.slice() };
  const apply = subject.watch(subject.convert(data));
  for (let i = 0; i < 5; i++) {
    const row = (i * 40_009) % copy.price.length;
    copy.price[row] = 10 * i + 25;
    const actual = apply(row, copy.price[row]);
    const expected = CASES[0].answer(copy, 0);
    if (!isSame([actual], expected)) throw new Error(`after a change: ${actual}, not ${expected}`);
  }
}
