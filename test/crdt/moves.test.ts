import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { type CrdtValue, createDoc, createUndo, isCrdtNode, type ListDelta, moves } from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";
import { NaiveMoves } from "../oracle/list-moves.ts";

const features = [moves()] as const;
const create = (replicaId: number) => createDoc({ replicaId, features });

describe("a move", () => {
  test("counts its target after the element has been taken out", () => {
    for (let from = 0; from < 5; from++) {
      for (let to = 0; to < 5; to++) {
        const doc = create(1);
        const list = doc.list("l");
        list.insert(0, 0, 1, 2, 3, 4);
        const expected = [0, 1, 2, 3, 4];
        const [taken] = expected.splice(from, 1);
        expected.splice(to, 0, taken as number); // cast: within the list
        list.move(from, to);
        assert.deepEqual(list.toArray(), expected);
        assert.equal(list.get(to), from);
        list.move(to, from);
        assert.deepEqual(list.toArray(), [0, 1, 2, 3, 4]);
      }
    }
  });

  test("keeps what is in the element, edited there meanwhile or not", () => {
    const [ann, bob] = [create(1), create(2)];
    const card = ann.list("cards").insertChild(0, "map");
    ann.list("cards").insert(1, "x");
    bob.apply(ann.encode());
    const same = bob.list("cards").get(0);
    assert.ok(isCrdtNode(same) && same.type === "map");
    same.set("title", "Milk");
    ann.list("cards").move(0, 1);
    bob.apply(ann.encode());
    ann.apply(bob.encode());
    assert.equal(ann.list("cards").get(1), card);
    assert.equal(bob.list("cards").get(1), same);
    assert.equal(card.get("title"), "Milk");
  });

  test("of one element, by several at once, leaves it in one place; deleted by another it is gone", () => {
    const [ann, bob, cid] = [create(1), create(2), create(3)];
    ann.list("l").insert(0, "a", "b", "c", "d");
    for (const doc of [bob, cid]) doc.apply(ann.encode());
    ann.list("l").move(0, 3);
    bob.list("l").move(0, 1);
    cid.list("l").delete(3, 1);
    bob.list("l").move(3, 0);
    for (const from of [ann, bob, cid]) for (const to of [ann, bob, cid]) if (from !== to) to.apply(from.encode());
    for (const doc of [ann, bob, cid]) {
      assert.deepEqual(doc.list("l").toArray(), ["b", "a", "c"]);
      assert.deepEqual(doc.encode(), ann.encode());
    }
    const late = createDoc({ features });
    late.apply(ann.encode());
    assert.deepEqual(late.list("l").toArray(), ["b", "a", "c"]);
    assert.deepEqual(late.encode(), ann.encode());
    bob.list("l").delete(1, 1);
    late.apply(bob.encode());
    assert.deepEqual(late.list("l").toArray(), ["b", "c"]);
  });

  test("can be undone, and so can what was done to a moved element", () => {
    const doc = create(1);
    const list = doc.list("l");
    const undo = createUndo(doc);
    list.insert(0, "a", "b", "c");
    list.move(0, 2);
    list.move(2, 1);
    list.delete(1, 1);
    const seen = ["bc"];
    while (undo.undo()) seen.push(list.toArray().join(""));
    assert.deepEqual(seen, ["bc", "bac", "bca", "abc", ""]);
    while (undo.redo()) seen.push(list.toArray().join(""));
    assert.deepEqual(seen.slice(5), ["abc", "bca", "bac", "bc"]);
    while (undo.undo()) seen.push(list.toArray().join(""));
    assert.deepEqual(seen.slice(9), ["bac", "bca", "abc", ""]);
  });

  test("of an element deleted elsewhere leaves the same bytes in whatever order all of it arrives", () => {
    const [ann, bob] = [create(1), create(2)];
    ann.list("l").insert(0, "a", "b", "c");
    bob.apply(ann.encode());
    const updates = [ann.encode()];
    for (const doc of [ann, bob]) doc.onUpdate((bytes) => updates.push(bytes));
    ann.list("l").delete(0, 1);
    bob.list("l").move(0, 2);
    bob.list("l").delete(2, 1);
    const [start, deleted, moved, gone] = updates as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const orders = [
      [start, deleted, moved, gone],
      [start, moved, deleted, gone],
      [start, moved, gone, deleted],
      [start, gone, deleted, moved],
    ];
    const docs = orders.map((order) => {
      const doc = createDoc({ features });
      for (const update of order) doc.apply(update);
      assert.deepEqual(doc.list("l").toArray(), ["b", "c"]);
      const again = createDoc({ features });
      again.apply(doc.encode());
      assert.deepEqual(again.encode(), doc.encode());
      return doc;
    });
    for (const doc of docs) assert.deepEqual(doc.encode(), docs[0]?.encode());
  });

  test("at random, in any order of arrival: each element once, where the last move put it, as events tell it", () => {
    const command = fc.record({
      kind: fc.constantFrom(
        "insert",
        "insert",
        "delete",
        "move",
        "move",
        "move",
        "deliver",
        "deliver",
        "sync",
        "reload",
        "undo",
      ),
      who: fc.nat(2),
      at: fc.nat(100),
      to: fc.nat(100),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        let ids = 0;
        const join = () => {
          ids++;
          const doc = create((ids * 7919) % 101);
          const mirror: CrdtValue[] = [];
          doc.list("l").observe((delta) => patch(mirror, delta));
          const updates: Uint8Array[] = [];
          const replica = { doc, mirror, updates, undo: createUndo(doc) };
          doc.onUpdate((bytes, origin) => {
            if (origin === "remote") return;
            for (const other of replicas) if (other.doc !== doc) other.updates.push(bytes);
          });
          return replica;
        };
        type Replica = ReturnType<typeof join>;
        const replicas: Replica[] = [];
        replicas.push(join(), join(), join());
        const oracle = new NaiveMoves();
        let value = 0;
        let used = false;
        for (const { kind, who, at, to } of commands) {
          const replica = replicas[who] as Replica; // cast: there are three
          const { doc, updates, mirror } = replica;
          const list = doc.list("l");
          if (kind === "insert") {
            oracle.insert(value);
            list.insert(at % (list.length + 1), value++);
          } else if (kind === "delete" && list.length > 0) {
            oracle.delete(list.get(at % list.length) as number); // cast: the test put numbers in
            list.delete(at % list.length, 1);
          } else if (kind === "move" && list.length > 0) list.move(at % list.length, to % list.length);
          else if (kind === "deliver" && updates.length > 0) {
            const [bytes] = at % 4 === 0 ? updates.slice(at % updates.length) : updates.splice(at % updates.length, 1);
            if (bytes !== undefined) doc.apply(bytes, "remote");
          } else if (kind === "sync")
            doc.apply((replicas[to % 3] as Replica).doc.encode({ since: doc.version() }), "remote"); // cast: see above
          else if (kind === "undo") {
            used = replica.undo.undo() || used;
          } else if (kind === "reload") {
            const fresh = join();
            fresh.doc.apply(doc.encode(), "remote");
            fresh.updates.push(...updates);
            replicas[who] = fresh;
            continue;
          }
          assert.deepEqual(mirror, list.toArray());
          const shown = list.toArray();
          if (!used) assert.equal(new Set(shown).size, shown.length, "each element once");
        }
        for (let round = 0; round < 2; round++)
          for (const to of replicas)
            for (const from of replicas)
              if (from !== to) to.doc.apply(from.doc.encode({ since: to.doc.version() }), "remote");
        const [first] = replicas;
        assert.ok(first);
        const shown = first.doc.list("l").toArray();
        if (!used) assert.deepEqual([...shown].sort(byNumber), oracle.elements());
        const late = createDoc({ features });
        late.apply(first.doc.encode());
        for (const { doc, mirror } of [...replicas, { doc: late, mirror: shown }]) {
          assert.deepEqual(doc.list("l").toArray(), shown);
          assert.deepEqual(mirror, shown);
          assert.deepEqual(doc.encode(), first.doc.encode());
          assert.equal(doc.pending().updates, 0);
        }
      }),
      { numRuns: runs(400) },
    );
  });
});

function byNumber(a: CrdtValue, b: CrdtValue): number {
  return (a as number) - (b as number); // cast: the test put numbers in
}

function patch(list: CrdtValue[], delta: ListDelta): void {
  let at = 0;
  for (const step of delta) {
    if ("retain" in step) at += step.retain;
    else if ("insert" in step) {
      list.splice(at, 0, ...step.insert);
      at += step.insert.length;
    } else list.splice(at, step.delete);
  }
}
