import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createDoc, type Doc, marks, mergeUpdates, moves, tree } from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";
import { scene } from "./damage.ts";
import { boundary } from "./world.ts";

const features = [marks(), moves(), tree()] as const;
const create = (replicaId: number) => createDoc({ replicaId, features });

describe("updates that are merged", () => {
  test("have the bytes that the document would give them", () => {
    const doc = createDoc({ replicaId: 1 });
    doc.text("t").insert(0, "before ");
    const since = doc.version();
    const updates: Uint8Array[] = [];
    doc.onUpdate((bytes) => updates.push(bytes));
    for (const unit of "hello 😀 world".match(/./gu) ?? []) doc.text("t").insert(doc.text("t").length, unit);
    doc.text("t").delete(7, 3);
    doc.list("l").insert(0, 1, 2, 3);
    doc.list("l").delete(1, 1);
    const merged = mergeUpdates(updates);
    assert.deepEqual(merged, doc.encode({ since }));
    assert.deepEqual(mergeUpdates([...updates].reverse()), merged);
    assert.deepEqual(mergeUpdates([merged, ...updates]), merged);
    assert.ok(merged.length < updates.reduce((sum, { length }) => sum + length, 0) / 4);
  });

  test("of many replicas do what they did one after the other", () => {
    const { docs, updates } = scene();
    const [first] = docs;
    assert.ok(first);
    const merged = mergeUpdates(updates.slice(0, -1)); // the last is the whole document
    const doc = createDoc();
    doc.apply(merged);
    assert.deepEqual(doc.encode(), first.encode());
  });

  test("must follow each other, and be updates", () => {
    const doc = createDoc({ replicaId: 1 });
    const updates: Uint8Array[] = [];
    doc.onUpdate((bytes) => updates.push(bytes));
    for (const unit of "abc") doc.text("t").insert(0, unit);
    const [a, , c] = updates;
    assert.ok(a && c);
    assert.throws(() => mergeUpdates([a, c]), { code: "CRDT_UPDATE_GAP" });
    const since = createDoc().version();
    for (const whole of [doc.encode(), doc.encode({ since })])
      assert.throws(() => mergeUpdates([a, whole]), { code: "CRDT_UNKNOWN_FORMAT" });
    assert.throws(() => mergeUpdates([a, new Uint8Array(9)]), { code: "CRDT_UNKNOWN_FORMAT" });
    assert.equal(createDoc().apply(mergeUpdates([])).changed, false);
  });

  test("at random, in stretches of any length, bring every document to the same bytes", () => {
    const command = fc.record({
      kind: fc.constantFrom(
        "insert",
        "insert",
        "insert",
        "delete",
        "list",
        "remove",
        "move",
        "mark",
        "tree",
        "set",
        "add",
        "sync",
      ),
      who: fc.nat(2),
      at: fc.nat(1000),
      to: fc.nat(1000),
      word: fc.constantFrom("a", "xyz", "😀", "a😀b"),
    });
    const cuts = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), cuts, (commands, lengths) => {
        const docs = [create(7), create(900_719_925_474_099), create(3)];
        const log: Uint8Array[] = [];
        for (const doc of docs)
          doc.onUpdate((bytes, origin) => {
            if (origin !== "sync") log.push(bytes.slice());
          });
        const sync = (from: Doc, to: Doc): void => {
          to.apply(from.encode({ since: to.version() }), "sync");
        };
        for (const { kind, who, at, to, word } of commands) {
          const doc = docs[who] as (typeof docs)[0]; // cast: there are three
          const text = doc.text("t");
          const list = doc.list("l");
          const shown = text.toString();
          const start = boundary(shown, at % (shown.length + 1));
          const end = boundary(shown, Math.min(shown.length, start + (to % 6)));
          if (kind === "insert") text.insert(start, word);
          else if (kind === "delete") text.delete(start, end - start);
          else if (kind === "mark") text.mark({ start, end }, { bold: to % 2 === 0 });
          else if (kind === "list") list.insert(at % (list.length + 1), at, word);
          else if (kind === "remove" && list.length > 0) list.delete(at % list.length, 1);
          else if (kind === "move" && list.length > 0) list.move(at % list.length, to % list.length);
          else if (kind === "tree") doc.tree("o").add(doc.tree("o").children()[at % 5] ?? null);
          else if (kind === "set") doc.map("m").child("text", word).insert(0, word);
          else if (kind === "add") doc.transact(() => [doc.counter("n").add(1), doc.set("s").add(to % 3)]);
          else if (kind === "sync") sync(docs[to % 3] as Doc, doc); // cast: see above
        }
        for (let round = 0; round < 2; round++) for (const to of docs) for (const from of docs) sync(from, to);
        const follower = create(50);
        for (let at = 0, n = 0; at < log.length; n++) {
          const length = lengths[n % lengths.length] as number; // cast: within the list
          follower.apply(mergeUpdates(log.slice(at, at + length)));
          at += length;
        }
        const [first] = docs;
        assert.ok(first);
        assert.deepEqual(follower.encode(), first.encode());
        const whole = create(51);
        whole.apply(mergeUpdates(log));
        assert.deepEqual(whole.encode(), first.encode());
      }),
      { numRuns: runs(400) },
    );
  });
});
