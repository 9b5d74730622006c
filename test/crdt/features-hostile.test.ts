import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { type CrdtTree, createDoc, createUndo, marks, moves, multiMap, tree } from "../../lib/crdt/index.ts";
import { createWriter } from "../../lib/pool/index.ts";
import { runs } from "../helpers/runs.ts";
import { headerOf, resum } from "./damage.ts";

const features = [marks(), moves(), tree(), multiMap()] as const;
const create = (replicaId: number) => createDoc({ replicaId, features });
type AllDoc = ReturnType<typeof create>;

/** Two people with everything that features write, and all updates in an order in which they apply. */
function story(): Uint8Array[] {
  const [ann, bob] = [create(11), create(900_719_925_474_099)];
  const updates: Uint8Array[] = [];
  for (const doc of [ann, bob])
    doc.onUpdate((bytes, origin) => {
      if (origin !== "sync") updates.push(bytes);
    });
  const sync = (): void => {
    ann.apply(bob.encode({ since: ann.version() }), "sync");
    bob.apply(ann.encode({ since: bob.version() }), "sync");
  };
  ann.text("t").insert(0, "one 😀 two");
  ann.list("l").insert(0, 1, 2, 3, 4);
  ann.list("l").insertChild(2, "map").set("k", 1);
  const [a, b] = [ann.tree("o").add(), ann.tree("o").add()];
  ann.multiMap("m").set("k", "v");
  sync();
  ann.text("t").mark({ start: 0, end: 6 }, { bold: true, link: "x" });
  bob.text("t").mark({ start: 4, end: 10 }, { bold: null });
  bob.text("t").insertEmbed(4, [1, "two"]);
  ann.list("l").move(0, 3);
  bob.list("l").move(0, 1);
  ann.list("l").move(1, 2);
  ann.tree("o").move(a, b);
  bob.tree("o").move(b, a);
  bob.tree("o").data(b).set("title", "B");
  ann.multiMap("m").set("k", "ann's");
  bob.multiMap("m").set("k", "bob's");
  sync();
  const undo = createUndo(bob);
  bob.text("t").delete(2, 5);
  bob.list("l").delete(0, 2);
  bob.tree("o").delete(b);
  undo.undo();
  undo.undo();
  bob.text("t").mark({ start: 0, end: 2 }, { bold: 1 });
  undo.undo();
  sync();
  return updates;
}

const updates = story();

function state(doc: AllDoc): unknown {
  const nodes = (of: CrdtTree, parent: string | null): unknown[] =>
    of.children(parent).map((node) => [node, nodes(of, node)]);
  return [
    doc.text("t").toDelta(),
    doc.list("l").length,
    doc.list("l").toArray().map(String),
    nodes(doc.tree("o"), null),
    doc.multiMap("m").entries(),
  ];
}

/** Throws and leaves the document as it was, or takes the update and leaves one that is whole. */
function applyDamaged(known: number, bytes: Uint8Array): "refused" | "taken" {
  const doc = create(5);
  for (const update of updates.slice(0, known)) doc.apply(update);
  const before = [doc.encode(), [...doc.version()], doc.pending(), state(doc)];
  try {
    doc.apply(bytes);
  } catch (error) {
    assert.match(String((error as { code?: unknown }).code), /^CRDT_/, String(error));
    assert.deepEqual([doc.encode(), [...doc.version()], doc.pending(), state(doc)], before);
    return "refused";
  }
  assert.equal(doc.list("l").length, doc.list("l").toArray().length);
  const copy = create(6);
  copy.apply(doc.encode());
  assert.deepEqual(state(copy), state(doc));
  assert.deepEqual(copy.encode(), doc.encode());
  const relay = createDoc();
  relay.apply(doc.encode());
  const again = create(7);
  again.apply(relay.encode());
  assert.deepEqual(state(again), state(doc));
  return "taken";
}

describe("an update with what features write", () => {
  test("cut short anywhere is refused and changes nothing", () => {
    updates.forEach((update, known) => {
      for (let length = 0; length < update.length; length += 9) {
        assert.equal(applyDamaged(known, update.subarray(0, length)), "refused");
        assert.equal(applyDamaged(known, resum(update.slice(0, Math.max(length, headerOf(update))))), "refused");
      }
    });
  });

  test("with bytes changed and checksums made to fit is refused and changes nothing, or leaves a whole document", () => {
    let taken = 0;
    const change = fc.tuple(
      fc.nat(updates.length - 1),
      fc.nat(10_000),
      fc.nat(255),
      fc.nat(10_000),
      fc.nat(255),
      fc.boolean(),
    );
    fc.assert(
      fc.property(change, ([which, at, to, other, otherTo, both]) => {
        const update = (updates[which] as Uint8Array).slice(); // cast: within the list
        const header = headerOf(update);
        update[header + (at % (update.length - header))] = to;
        if (both) update[header + (other % (update.length - header))] = otherTo;
        if (applyDamaged(which, resum(update)) === "taken") taken++;
      }),
      { numRuns: runs(3000) },
    );
    assert.ok(taken > 20, "some are taken in");
  });

  test("in which one puts a hundred thousand values under a key is taken in at one walk", { timeout: 60_000 }, () => {
    const count = 100_000;
    const out = createWriter();
    const numbers = (...values: number[]): void => {
      for (const value of values) out.varint(value);
    };
    out.bytes(Uint8Array.of(0xc6, 0, 0, 0, 0));
    numbers(1 + 8, 7, 1, 2 * 8);
    out.string("m");
    numbers(1 + 2 * 2 + 16 * (count - 1), 0);
    for (let i = 0; i < count; i++) numbers(0); // the first container
    for (let i = 0; i < count; i++) {
      const body = createWriter();
      body.varint(0);
      body.varint(1 + ((i * 7919) % count)); // times in no order
      body.string("k");
      body.u8(i % 100);
      numbers(body.length);
      out.bytes(body.toBytes());
    }
    const doc = create(1);
    doc.apply(resum(out.toBytes()));
    assert.equal(doc.multiMap("m").all("k").length, 100);
    doc.multiMap("m").set("k", "one");
    assert.deepEqual(doc.multiMap("m").all("k"), ["one"]);
  });
});
