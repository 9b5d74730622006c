import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gunzipSync } from "node:zlib";
import { describe, test } from "vitest";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void; // cast: the flag puts it there

interface Trace {
  readonly txns: readonly { readonly patches: readonly [at: number, deleted: number, inserted: string][] }[];
}

const file = new URL("../../examples/showcase/data/sveltecomponent.json.gz", import.meta.url);
const trace = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Trace; // cast: the file's README gives its shape
const COPIES = 6;

function heap(): number {
  for (let i = 0; i < 3; i++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Bytes of one, when several are kept. */
function weigh(make: () => Doc): number {
  const kept = [make()]; // what is made once for all
  const before = heap();
  for (let i = 0; i < COPIES; i++) kept.push(make());
  const bytes = (heap() - before) / COPIES;
  assert.equal(kept.length, COPIES + 1);
  return bytes;
}

function written(): Doc {
  const doc = createDoc({ replicaId: 2 ** 52 + 1 });
  const text = doc.text("pad");
  for (const { patches } of trace.txns) {
    for (const [at, deleted, inserted] of patches) {
      if (deleted > 0) text.delete(at, deleted);
      if (inserted !== "") text.insert(at, inserted);
    }
  }
  return doc;
}

describe("a session of 18,335 edits", () => {
  const saved = written().encode();

  test("takes little memory when it is loaded", () => {
    const bytes = weigh(() => {
      const doc = createDoc();
      doc.apply(saved);
      return doc;
    });
    assert.ok(bytes < LOADED, `${Math.round(bytes)} bytes`);
  });

  test("leaves no string per key behind when it is written", () => {
    const bytes = weigh(written);
    assert.ok(bytes < WRITTEN, `${Math.round(bytes)} bytes`);
  });
});

/** A tenth above what was counted. */
const LOADED = 820_000; // 1.4 MB, as WRITTEN, when each run was an object
const WRITTEN = 960_000;
