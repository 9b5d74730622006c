import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { decodeValue, encodeValue } from "../../lib/wire/index.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const LONG = 64 * 1024;
const MAPS = 2000;

function heap(): number {
  for (let i = 0; i < 3; i++) collect();
  return process.memoryUsage().heapUsed;
}

test("no key of a stranger's is kept that takes more than its 31 bytes, however many maps come with one", () => {
  const before = heap();
  for (let i = 0; i < MAPS; i++) {
    const map = { [`a${i}`]: 1, [`b${i * 7}`]: 2, [`c${i * 31}`]: 3, [`${i}`.padEnd(LONG, "x")]: 4 };
    const bytes = encodeValue(map);
    for (let twice = 0; twice < 2; twice++) expect(Object.keys(decodeValue(bytes) as object)).toHaveLength(4);
  }
  assert.ok(heap() - before < 2 * 1024 * 1024, `${heap() - before} bytes are kept`);
});

test("a map with a long key among short ones is what it was, each time", () => {
  const map = { one: 1, two: "2", three: [3], ["long".repeat(20)]: 4, five: null };
  const bytes = encodeValue(map);
  for (let i = 0; i < 4; i++) {
    const read = decodeValue(bytes) as Record<string, unknown>;
    assert.equal(Object.getPrototypeOf(read), null);
    assert.deepEqual({ ...read }, map);
  }
});
