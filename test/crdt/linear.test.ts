import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { workCounter } from "../helpers/work.ts";

const workOf = workCounter();
const { createDoc, mergeUpdates } = await import("../../lib/crdt/index.ts");

/** Twice the size, at most so many times the work: what is quadratic takes four times as much. */
const MOST = 2.4;

const SHAPES: readonly (readonly [name: string, size: number, prepare: (size: number) => () => void])[] = [
  ["typing emoji on and on", 1000, (size) => () => keystrokes(size, "😀")],
  ["loading what hundreds have deleted of one text", 400, loading(deletedByMany)],
  ["merging what hundreds have deleted of one text", 400, (size) => merging(deletedByMany(size).updates)],
  ["bringing, one by one, what an update builds on", 200, bringing],
  ["loading a text that others went on with at every unit", 100, loading(continuedByMany)],
];

describe("work grows with the size, not with its square:", () => {
  test.each(SHAPES)("%s", (_, size, prepare) => {
    const once = prepare(size);
    const twice = prepare(2 * size);
    once(); // what happens only the first time
    const work = workOf(once);
    const more = workOf(twice);
    assert.ok(work > size, `${work}`);
    assert.ok(more < MOST * work, `${work}, ${more}`);
  });
});

test("merges a hundred thousand keystrokes into one run", () => {
  const count = 100_000; // copying what came before for each of them would take minutes
  const merged = mergeUpdates(keystrokes(count, "a"));
  assert.ok(merged.length < count + 64, `${merged.length} bytes`);
});

interface Written {
  readonly bytes: Uint8Array;
  readonly updates: readonly Uint8Array[];
}

function keystrokes(count: number, key: string): Uint8Array[] {
  const updates: Uint8Array[] = [];
  const doc = createDoc({ replicaId: 1 });
  doc.onUpdate((update) => updates.push(update));
  for (let i = 0; i < count; i++) doc.text("t").insert(i * key.length, key);
  return updates;
}

function merging(updates: readonly Uint8Array[]): () => void {
  return () => void mergeUpdates(updates);
}

function loading(write: (size: number) => Written): (size: number) => () => void {
  return (size) => {
    const { bytes } = write(size);
    return () => void createDoc().apply(bytes);
  };
}

/** One update that builds on each of many replicas comes first, and what it misses last comes first of that. */
function bringing(count: number): () => void {
  const writer = createDoc({ replicaId: 1 });
  const updates = Array.from({ length: count }, (_, i) => {
    const other = createDoc({ replicaId: 10 + i });
    other.text("t").insert(0, "a");
    return other.encode({ since: new Map([[1, 1]]) });
  });
  for (const update of updates) writer.apply(update);
  const before = writer.version();
  writer.transact(() => {
    for (let i = count; i > 0; i--) writer.text("t").insert(i, "b");
  });
  const update = writer.encode({ since: before });
  return () => {
    for (const order of [updates, updates.slice().reverse()]) {
      const reader = createDoc();
      assert.ok(reader.apply(update).pending);
      for (const [i, missed] of order.entries()) assert.equal(reader.apply(missed).pending, false, `${i}`);
      assert.deepEqual(reader.pending(), { updates: 0, bytes: 0, missing: [] });
      assert.equal(reader.text("t").length, 2 * count);
    }
  };
}

/** Each of many replicas deletes another unit of one text. */
function deletedByMany(count: number): Written {
  const first = createDoc({ replicaId: 1 });
  const updates: Uint8Array[] = [];
  first.onUpdate((update) => updates.push(update.slice()));
  first.text("t").insert(0, "x".repeat(2 * count));
  return meet(updates, first.encode(), (doc, i) => doc.text("t").delete(2 * i, 1), count);
}

/** One replica types, and each of many others goes on at another unit, which was the last one when they did. */
function continuedByMany(count: number): Written {
  const updates = keystrokes(count, "a");
  const reader = createDoc({ replicaId: 2 });
  const seen = updates.map((update) => {
    reader.apply(update);
    return reader.encode();
  });
  return meet(updates, seen, (doc, i) => doc.text("t").insert(i + 1, "b"), count);
}

function meet(
  updates: readonly Uint8Array[],
  seen: Uint8Array | readonly Uint8Array[],
  edit: (doc: ReturnType<typeof createDoc>, index: number) => void,
  count: number,
): Written {
  const all = [...updates];
  const last = createDoc({ replicaId: 3 });
  for (let i = 0; i < count; i++) {
    const doc = createDoc({ replicaId: 10 + i });
    doc.apply(seen instanceof Uint8Array ? seen : (seen[i] as Uint8Array)); // cast: one for each
    doc.onUpdate((update) => all.push(update.slice()));
    edit(doc, i);
  }
  for (const update of all) last.apply(update);
  return { bytes: last.encode(), updates: all };
}
