import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { compactDoc, createDoc } from "../../lib/crdt/index.ts";
import { cutOver } from "../../lib/sync/replica/cut-over.ts";
import { Outgoing } from "../../lib/sync/replica/outgoing.ts";
import { type AnyDoc, anyEdit, create, edit, ROOTS } from "../crdt/edits.ts";
import { nameless } from "../crdt/mirror.ts";
import { runs } from "../helpers/runs.ts";
import { createTestPlatform } from "./world.ts";

const edits = fc.array(anyEdit([{ weight: 1, arbitrary: fc.constantFrom(...ROOTS, "text", "list", "map", "tree") }]), {
  maxLength: 25,
});

/** Values of one key that were set at once: those that are carried over count as the latest. */
function unordered(entries: unknown): unknown {
  return (entries as [key: string, values: number[]][]).map(([key, values]) => [key, [...new Set(values)].sort()]);
}

function shown(doc: AnyDoc): unknown {
  return ROOTS.map((root) => (root === "multiMap" ? unordered(doc.multiMap("r").entries()) : nameless(doc[root]("r"))));
}

test("what a replica wrote while it was away goes into the next epoch transaction by transaction, and shows as it did", () => {
  fc.assert(
    fc.property(edits, edits, edits, edits, (start, mine, theirs, late) => {
      const doc = create(1);
      for (const each of start) edit(doc, each);
      const away = create(2);
      away.apply(doc.encode());
      const outgoing = new Outgoing(away);
      const made: Uint8Array[] = [];
      away.onUpdate((update, origin) => {
        if (origin === "hub") return;
        made.push(update);
        outgoing.push(update);
      });
      for (const each of theirs) edit(away, each);
      for (const each of mine) edit(doc, each);
      away.apply(doc.encode(), "hub");
      for (const each of late) edit(away, each);

      const next = cutOver({ doc: away, platform: createTestPlatform(1), outgoing }, doc.encode(), 1);
      assert.ok(next?.isWhole);
      assert.deepEqual(shown(next.doc as AnyDoc), shown(away)); // cast: made with the features of the other
      assert.ok(next.carried.length <= made.length);
      const hub = create(4);
      hub.apply(compactDoc(doc, 1) ?? assert.fail());
      for (const update of next.carried) {
        hub.apply(update);
        assert.equal(hub.pending().updates, 0);
      }
      assert.deepEqual(hub.encode(), next.doc.encode());
    }),
    { numRuns: runs(120) },
  );
});

test("what is carried of a long time away is bounded by the length of the document, and is all of it", () => {
  const doc = createDoc({ replicaId: 1 });
  doc.text("body").insert(0, "word ".repeat(8000));
  const away = createDoc({ replicaId: 2 });
  away.apply(doc.encode());
  const outgoing = new Outgoing(away);
  away.onUpdate((update) => outgoing.push(update));
  for (let i = 0; i < 3000; i++) away.text("body").insert(i * 6, `${i % 10}`);
  const next = cutOver({ doc: away, platform: createTestPlatform(1), outgoing }, doc.encode(), 1);
  assert.ok(next?.isWhole);
  assert.ok(next.carried.length > 1 && next.carried.length < 100, `${next.carried.length} in all`);
  assert.equal(next.doc.text("body").toString(), away.text("body").toString());
});
