import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { test } from "vitest";
import { createDoc } from "../../lib/crdt/index.ts";
import { patch } from "./world.ts";

interface Trace {
  readonly endContent: string;
  readonly txns: readonly { readonly patches: readonly [at: number, deleted: number, inserted: string][] }[];
}

const file = new URL("../../examples/showcase/data/sveltecomponent.json.gz", import.meta.url);

test("a recorded session of 18,335 edits ends in the recorded text, for the writer, a follower, a late reader and the observers", () => {
  const trace = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Trace; // cast: the file's README gives its shape
  const writer = createDoc({ replicaId: 2 ** 52 + 1 });
  const follower = createDoc();
  writer.onUpdate((bytes) => follower.apply(bytes));
  const text = writer.text("pad");
  let mirror = "";
  let lengths = 0;
  follower.text("pad").observe((delta) => {
    lengths++;
    if (lengths % 50 !== 0) return; // a full copy each time would dominate the test
    assert.ok(delta.length > 0);
  });
  for (const { patches } of trace.txns) {
    writer.transact(() => {
      for (const [at, deleted, inserted] of patches) {
        text.delete(at, deleted);
        text.insert(at, inserted);
      }
    });
  }
  assert.equal(text.toString(), trace.endContent);
  assert.equal(follower.text("pad").toString(), trace.endContent);
  assert.equal(lengths, 18_335);
  const late = createDoc();
  late.text("pad").observe((delta) => {
    mirror = patch(mirror, delta);
  });
  late.apply(writer.encode());
  assert.equal(late.text("pad").toString(), trace.endContent);
  assert.equal(mirror, trace.endContent);
  assert.deepEqual(follower.encode(), writer.encode());
  assert.deepEqual(late.encode(), writer.encode());
  assert.ok(writer.encode().length < 2.1 * trace.endContent.length, `${writer.encode().length} bytes`);
});
