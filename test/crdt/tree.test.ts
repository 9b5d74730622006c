import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { editorOf } from "../../lib/crdt/doc.ts";
import { type CrdtTree, createDoc, createUndo, type TreeChange, tree, versionCovers } from "../../lib/crdt/index.ts";
import { keyBetween, placeOf } from "../../lib/crdt/tree/positions.ts";
import { runs } from "../helpers/runs.ts";
import { type NaiveMove, naiveTree } from "../oracle/tree-moves.ts";
import { nodesOf } from "./edits.ts";

const features = [tree()] as const;
const create = (replicaId: number) => createDoc({ replicaId, features });

/** The tree as nested lists of ids, and a failure where a node is in it twice or its place is another than where it is found. */
function shape(of: CrdtTree, parent: string | null = null, seen = new Set<string>()): unknown[] {
  return of.children(parent).map((node, index) => {
    assert.ok(!seen.has(node), "no node twice");
    seen.add(node);
    assert.deepEqual(of.place(node), { parent, index });
    return [node, shape(of, node, seen)];
  });
}

describe("a tree", () => {
  test("has ordered children, moves nodes with what is below them, and deletes them", () => {
    const doc = create(1);
    const outline = doc.tree("outline");
    const [a, b, c] = [outline.add(), outline.add(), outline.add(null, 1)] as const;
    assert.deepEqual(outline.children(), [a, c, b]);
    const below = outline.add(a);
    outline.data(below).set("title", "Below");
    outline.move(a, b);
    assert.deepEqual(shape(outline), [
      [c, []],
      [b, [[a, [[below, []]]]]],
    ]);
    outline.move(b, null, 0);
    assert.deepEqual(outline.children(), [b, c]);
    outline.delete(b);
    assert.deepEqual(outline.children(), [c]);
    assert.equal(outline.has(below), false);
    assert.equal(outline.place(below), undefined);
    const late = createDoc({ features });
    late.apply(doc.encode());
    assert.deepEqual(shape(late.tree("outline")), shape(outline));
    assert.deepEqual(late.encode(), doc.encode());
  });

  test("refuses what is no node, no place, or a circle", () => {
    const outline = create(1).tree("outline");
    const a = outline.add();
    const b = outline.add(a);
    assert.throws(() => outline.move(a, b), { code: "CRDT_TREE_CYCLE" });
    assert.throws(() => outline.move(a, a), { code: "CRDT_TREE_CYCLE" });
    assert.throws(() => outline.add("1.99"), { code: "CRDT_NO_NODE" });
    assert.throws(() => outline.add(null, 2), { code: "CRDT_BAD_INDEX" });
    outline.delete(a);
    assert.throws(() => outline.data(b), { code: "CRDT_NO_NODE" });
  });

  test("in which two move nodes below each other at once has one of them do it", () => {
    const [ann, bob] = [create(1), create(2)];
    const [a, b] = [ann.tree("t").add(), ann.tree("t").add()];
    bob.apply(ann.encode());
    ann.tree("t").move(a, b);
    bob.tree("t").move(b, a);
    ann.apply(bob.encode());
    bob.apply(ann.encode());
    assert.deepEqual(shape(ann.tree("t")), [[b, [[a, []]]]]); // of equal times the higher replica's is the later
    assert.deepEqual(shape(bob.tree("t")), shape(ann.tree("t")));
    assert.deepEqual(ann.encode(), bob.encode());
  });

  test("takes back moves, additions and deletions, unless others have moved the node since", () => {
    const [ann, bob] = [create(1), create(2)];
    const own = ann.tree("t");
    const undo = createUndo(ann);
    const a = own.add();
    const b = own.add();
    own.move(b, a);
    own.delete(a);
    const seen: unknown[][] = [shape(own)];
    while (undo.undo()) seen.push(shape(own));
    assert.deepEqual(seen, [
      [],
      [[a, [[b, []]]]],
      [
        [a, []],
        [b, []],
      ],
      [[a, []]],
      [],
    ]);
    const again: unknown[] = [];
    while (undo.redo()) again.push(shape(own));
    assert.deepEqual(again, [
      [[a, []]],
      [
        [a, []],
        [b, []],
      ],
      [[a, [[b, []]]]],
      [],
    ]);
    undo.undo();
    bob.apply(ann.encode());
    bob.tree("t").move(b, null, 0);
    ann.apply(bob.encode());
    undo.undo();
    assert.deepEqual(shape(own), [
      [b, []],
      [a, []],
    ]);
  });

  test("finds places between any two, however many are made", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1000), fc.nat(3)), { maxLength: 300 }), (inserts) => {
        const places: string[] = [];
        inserts.forEach(([at, replica], counter) => {
          const index = at % (places.length + 1);
          const key = keyBetween(places[index - 1], places[index]);
          // Several make it at the same place at once.
          const made = [placeOf(key, replica, counter), placeOf(key, replica + 4, counter)].sort();
          places.splice(index, 0, ...made);
        });
        assert.deepEqual([...places].sort(), places);
        assert.equal(new Set(places).size, places.length);
      }),
      { numRuns: runs(300) },
    );
    let last: string | undefined;
    for (let i = 0; i < 10_000; i++) {
      const next = placeOf(keyBetween(last, undefined), 1, i);
      assert.ok(last === undefined || last < next);
      assert.equal(next.length, 19);
      last = next;
    }
  });

  test("at random, in any order of arrival, is what all moves in the order of time make it, without a cycle or an orphan, as events tell it", () => {
    const command = fc.record({
      kind: fc.constantFrom(
        "add",
        "add",
        "move",
        "move",
        "move",
        "delete",
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
          const mirror = new Map<string, string | null>();
          doc.tree("t").observe((changes) => follow(mirror, changes));
          const updates: Uint8Array[] = [];
          doc.onUpdate((bytes, origin) => {
            if (origin === "remote") return;
            for (const other of replicas) if (other.doc !== doc) other.updates.push(bytes);
          });
          return { doc, mirror, updates, undo: createUndo(doc) };
        };
        type Replica = ReturnType<typeof join>;
        const replicas: Replica[] = [];
        replicas.push(join(), join(), join());
        const made: { move: NaiveMove; end: Map<number, number> }[] = [];
        let isUndone = false;
        for (const { kind, who, at, to } of commands) {
          const replica = replicas[who] as Replica; // cast: there are three
          const { doc, updates, mirror } = replica;
          const own = doc.tree("t");
          const nodes = nodesOf(own);
          const node = nodes[at % nodes.length];
          const parent = to % 3 === 0 ? null : (nodes[to % nodes.length] ?? null);
          const note = (moved: string, above: string | null | undefined): void => {
            const time = editorOf(doc).model.clock;
            const move = { time, replica: doc.replicaId, node: moved, parent: above };
            made.push({ move, end: new Map([[doc.replicaId, doc.version().get(doc.replicaId) ?? 0]]) });
          };
          if (kind === "add") note(own.add(parent, to % (own.children(parent).length + 1)), parent);
          else if (kind === "move" && node !== undefined) {
            const others = own.children(parent).filter((other) => other !== node);
            try {
              own.move(node, parent, to % (others.length + 1));
              note(node, parent);
            } catch (error) {
              assert.equal((error as { code?: string }).code, "CRDT_TREE_CYCLE");
            }
          } else if (kind === "delete" && node !== undefined) {
            own.delete(node);
            note(node, undefined);
          } else if (kind === "deliver" && updates.length > 0) {
            const [bytes] = at % 4 === 0 ? updates.slice(at % updates.length) : updates.splice(at % updates.length, 1);
            if (bytes !== undefined) doc.apply(bytes, "remote");
          } else if (kind === "sync") {
            const other = replicas[to % 3] as Replica; // cast: see above
            doc.apply(other.doc.encode({ since: doc.version() }), "remote");
          } else if (kind === "undo") isUndone = replica.undo.undo() || isUndone;
          else if (kind === "reload") {
            const fresh = join();
            fresh.doc.apply(doc.encode(), "remote");
            fresh.updates.push(...updates);
            replicas[who] = fresh;
            continue;
          }
          check(replica.doc.tree("t"), mirror);
          if (!isUndone) {
            const version = doc.version();
            const known = made.filter(({ end }) => versionCovers(version, end)).map(({ move }) => move);
            compare(own, naiveTree(known));
          }
        }
        for (let round = 0; round < 2; round++)
          for (const to of replicas)
            for (const from of replicas)
              if (from !== to) to.doc.apply(from.doc.encode({ since: to.doc.version() }), "remote");
        const [first] = replicas;
        assert.ok(first);
        const late = createDoc({ features });
        late.apply(first.doc.encode());
        const expected = shape(first.doc.tree("t"));
        for (const { doc, mirror } of [...replicas, { doc: late, mirror: undefined }]) {
          assert.deepEqual(shape(doc.tree("t")), expected);
          if (mirror !== undefined) check(doc.tree("t"), mirror);
          assert.deepEqual(doc.encode(), first.doc.encode());
        }
      }),
      { numRuns: runs(300) },
    );
  });
});

function follow(mirror: Map<string, string | null>, changes: readonly TreeChange[]): void {
  for (const { node, before, after } of changes) {
    assert.equal(mirror.get(node), before);
    if (after === undefined) mirror.delete(node);
    else mirror.set(node, after.parent);
  }
}

/** The mirror knows of each node what it is below; those below a deleted one are not in the tree. */
function check(own: CrdtTree, mirror: ReadonlyMap<string, string | null>): void {
  const found = new Set<string>();
  const visit = (parent: string | null): void => {
    for (const node of own.children(parent)) {
      assert.equal(mirror.get(node), parent);
      found.add(node);
      visit(node);
    }
  };
  visit(null);
  for (const node of mirror.keys()) {
    let above: string | null | undefined = node;
    for (let steps = 0; typeof above === "string"; steps++) {
      assert.ok(steps <= mirror.size, "no cycle");
      above = mirror.get(above);
    }
    assert.equal(own.has(node), above === null);
    if (above === null) assert.ok(found.has(node), "no orphan");
  }
}

function compare(own: CrdtTree, oracle: ReadonlyMap<string, string | null | undefined>): void {
  for (const [node, parent] of oracle) {
    let above = parent;
    while (typeof above === "string") above = oracle.get(above);
    assert.equal(own.has(node), above === null);
    if (above === null) assert.equal(own.place(node)?.parent, parent);
  }
}
