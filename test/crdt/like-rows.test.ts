import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createDoc, type Doc, mergeUpdates } from "../../lib/crdt/index.ts";

/** So many insertions, each so long, that come before the last one, or at places that are drawn; then some units are deleted. */
interface Burst {
  readonly isList: boolean;
  readonly count: number;
  readonly length: number;
  readonly at: number;
  readonly step: number;
  readonly deleted: number;
}

const bursts = fc.array(
  fc.record({
    isList: fc.boolean(),
    count: fc.integer({ min: 1, max: 24 }),
    length: fc.integer({ min: 1, max: 3 }),
    at: fc.nat(1000),
    step: fc.constantFrom(0, 0, 1, 7),
    deleted: fc.nat(30),
  }),
  { minLength: 1, maxLength: 6 },
);

describe("rows that are alike", () => {
  test("take little more than their text when it was typed backwards", () => {
    assert.ok(backwards(2000).encode().length < 2000 + 50);
  });

  test("take their length once when they were typed all over", () => {
    const doc = createDoc({ replicaId: 1 });
    for (let i = 0; i < 2000; i++) doc.text("t").insert((i * 7919) % (i + 1), "ab");
    const { length } = doc.encode();
    assert.ok(length < 2000 * 4.2, `${length}`); // two of text, two of reference
  });

  test("take a byte each once they are deleted, so that nothing short is much to hold", () => {
    const doc = backwards(2000);
    doc.text("t").delete(0, 2000);
    const { length } = doc.encode();
    assert.ok(length > 2000 && length < 2000 + 50, `${length}`);
  });

  test("are read as they were written, in documents, updates and merged updates", () => {
    fc.assert(
      fc.property(bursts, bursts, (mine, theirs) => {
        const updates: Uint8Array[] = [];
        const doc = createDoc({ replicaId: 1 });
        const other = createDoc({ replicaId: 2 });
        for (const one of [doc, other]) one.onUpdate((bytes, origin) => void (origin === "far" || updates.push(bytes)));
        const middle = write(doc, mine);
        other.apply(doc.encode(), "far");
        write(other, theirs);
        doc.apply(other.encode({ since: middle }), "far");
        write(doc, theirs);
        const bytes = doc.encode();
        const since = createDoc();
        since.apply(doc.encode({ since: new Map() }));
        const merged = createDoc();
        merged.apply(mergeUpdates(updates));
        for (const copy of [loaded(bytes), since, merged]) {
          assert.equal(copy.text("t").toString(), doc.text("t").toString());
          assert.deepEqual(copy.list("l").toArray(), doc.list("l").toArray());
          assert.equal(Buffer.compare(copy.encode(), bytes), 0);
        }
      }),
      { numRuns: 100 },
    );
  });
});

function backwards(count: number): Doc {
  const doc = createDoc({ replicaId: 1 });
  for (let i = 0; i < count; i++) doc.text("t").insert(0, "a");
  return doc;
}

/** Answers a version that it passes. */
function write(doc: Doc, all: readonly Burst[]): ReadonlyMap<number, number> {
  let version = doc.version();
  for (const { isList, count, length, at, step, deleted } of all) {
    const text = doc.text("t");
    const list = doc.list("l");
    for (let i = 0; i < count; i++) {
      const index = (at + i * step) % ((isList ? list.length : text.length) + 1);
      if (isList) list.insert(index, ...Array.from({ length }, (_, k) => k));
      else text.insert(index, "abc".slice(0, length));
    }
    version = doc.version();
    const home = isList ? list : text;
    home.delete(0, Math.min(deleted, home.length));
  }
  return version;
}

function loaded(bytes: Uint8Array): Doc {
  const doc = createDoc();
  doc.apply(bytes);
  return doc;
}
