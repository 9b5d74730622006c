// One way to escape, in a process of its own.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import process from "node:process";
import { ALTERNATIVES, PIECE } from "./alternatives.mjs";
import { CASES, escapedSlowly, fieldsOf } from "./cases.mjs";

const [, subjectName] = process.argv.slice(2);
const WARM_UP_NS = 100e6;
const ROUND_NS = 6e6;

const write = ALTERNATIVES[subjectName]();
const lists = new Map(CASES.map((one) => [one.name, fieldsOf(one)]));
let next = 0;
let sink = 0;

process.on("disconnect", () => process.exit());
process.on("message", ({ task, caseName }) => {
  try {
    process.send(task === "check" ? check() : { ns: run(caseName, task === "warm" ? WARM_UP_NS : ROUND_NS) });
  } catch (error) {
    console.error(`${subjectName}: ${error.message}`);
    process.exit(1);
  }
});

function check() {
  const odd = ["", "&", "a\r\n\0b", `${"x".repeat(15)}<`, `${"x".repeat(16)}&>`, "é\r漢<🎈&", "&lt;".repeat(40)];
  for (const fields of [odd, ...[...lists.values()].map(([list]) => list)]) {
    const expected = fields.map((field) => escapedSlowly(field) + PIECE).join("");
    assert.equal(Buffer.from(write(fields)).toString(), expected);
  }
  return {};
}

/** Nanoseconds per field. */
function run(caseName, budgetNs) {
  const list = lists.get(caseName);
  let fields = 0;
  let spent = 0;
  while (spent < budgetNs) {
    const chosen = list[next++ % list.length];
    const start = process.hrtime.bigint();
    const bytes = write(chosen);
    sink += bytes[bytes.length >> 1];
    spent += Number(process.hrtime.bigint() - start);
    fields += chosen.length;
  }
  if (!Number.isFinite(sink)) throw new Error("the sink must stay a number");
  return spent / fields;
}

process.send({});
