// One subject on rows of one size, in a process of its own.
import assert from "node:assert/strict";
import process from "node:process";
import { now } from "../clock.mjs";
import { ANSWERS, changesOf, makeData } from "./cases.mjs";
import { SUBJECTS } from "./names.mjs";

const CHECKED_CHANGES = 40;
const WARM_UP_NS = 300e6;
const ROUND_NS = 15e6;
const MOST = 200; // changes that are made ready before the clock starts

const { open } = await import(new URL(`./subjects/${SUBJECTS[process.argv[3]].file}`, import.meta.url).href);

let view;
let changes;
let perBatch = 1;
let sink = 0;

const tasks = {
  load({ name, rows }) {
    const data = makeData(rows);
    changes = changesOf(data.orders);
    view = open(name, { ...data, orders: [...data.orders] });
    for (let i = 0; i < (rows > 1e5 ? 4 : CHECKED_CHANGES); i++) view.change(...changes.next().value);
    assert.deepEqual(view.answer(), ANSWERS[name](data));
    return {};
  },
  warm: () => ({ ns: runFor(WARM_UP_NS) }),
  round() {
    globalThis.gc({ type: "minor" }); // a full one would walk a million rows
    return { ns: runFor(ROUND_NS) };
  },
};

process.on("disconnect", () => process.exit());
process.on("message", (message) => {
  try {
    process.send(tasks[message.task](message));
  } catch (error) {
    process.send({ error: String(error?.stack ?? error).slice(0, 2000) });
  }
});
process.send({});

/** Nanoseconds per change. */
function runFor(budgetNs) {
  let spent = 0;
  let times = 0;
  while (spent < budgetNs) {
    const batch = Array.from({ length: perBatch }, () => changes.next().value);
    const start = now();
    for (const [before, after] of batch) sink += view.change(before, after);
    spent += now() - start;
    times += batch.length;
    perBatch = Math.max(1, Math.min(MOST, Math.round((ROUND_NS / spent) * times)));
  }
  if (Number.isNaN(sink)) throw new Error("the sink must stay a number");
  return spent / times;
}
