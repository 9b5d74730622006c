import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  type CrdtMap,
  type CrdtNode,
  type CrdtTree,
  createDoc,
  createUndo,
  type Doc,
  isCrdtNode,
  type MovableList,
  moves,
  multiMap,
  tree,
} from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";
import { nodesOf } from "./edits.ts";

const features = [moves(), tree(), multiMap()] as const;
const create = (replicaId: number) => createDoc({ replicaId, features });
type AnyDoc = ReturnType<typeof create>;

const TYPES = ["text", "map", "list", "counter", "set"] as const;
const KEYS = ["a", "b", "__proto__"] as const;

/** Numbers that choose what is done, used up from the first on; modulo what there is. */
class Choices {
  private readonly numbers: readonly number[];
  private at = 0;

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  below(count: number): number {
    const number = this.numbers[this.at++ % this.numbers.length] as number; // cast: there are some
    return number % count;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T; // cast: within the list, which is not empty
  }
}

describe("undo in programs of all types", () => {
  const program = fc.record({
    before: fc.array(numbers(), { maxLength: 8 }),
    steps: fc.array(fc.array(numbers(), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 }),
    walk: fc.array(fc.boolean(), { maxLength: 30 }),
  });

  test("all steps taken back give the start, all repeated the end, however often and in whatever order", () => {
    fc.assert(
      fc.property(program, ({ before, steps, walk }) => {
        const doc = create(1);
        for (const choices of before) edit(doc, new Choices(choices));
        const start = shown(doc);
        const undo = createUndo(doc);
        for (const step of steps)
          doc.transact(() => {
            for (const choices of step) edit(doc, new Choices(choices));
          });
        const end = shown(doc);
        while (undo.undo());
        assert.deepEqual(shown(doc), start);
        while (undo.redo());
        assert.deepEqual(shown(doc), end);
        for (const back of walk) back ? undo.undo() : undo.redo();
        while (undo.undo());
        assert.deepEqual(shown(doc), start);
        const again = create(2);
        again.apply(doc.encode());
        assert.deepEqual(shown(again), start, "reloaded");
      }),
      { numRuns: runs(300) },
    );
  });

  test("an element that was moved and then deleted in one step comes back where it was", () => {
    const doc = create(1);
    const list = doc.list("l");
    list.insert(0, 2, 1);
    const undo = createUndo(doc);
    doc.transact(() => {
      list.move(0, 1);
      list.delete(1, 1);
    });
    undo.undo();
    assert.deepEqual(list.toArray(), [2, 1]);
    undo.redo();
    assert.deepEqual(list.toArray(), [1]);
  });
});

describe("undo while another edits", () => {
  const turn = fc.record({ who: fc.constantFrom("ann", "ann", "bob", "sync"), choices: numbers() });

  test("takes away what is one's own, and nothing of the other's", () => {
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 25 }), fc.boolean(), (turns, syncsBefore) => {
        const [ann, bob] = [create(1), create(2)];
        const undo = createUndo(ann);
        const done: Done = { letters: "", added: 0, members: new Set(), inKey: "", items: [] };
        for (const { who, choices } of turns) {
          if (who === "ann") ownEdit(ann, new Choices(choices));
          else if (who === "bob") otherEdit(bob, new Choices(choices), done);
          else sync(ann, bob);
        }
        if (syncsBefore) sync(ann, bob);
        for (let time = 0; time < 2; time++) {
          while (undo.undo());
          sync(ann, bob);
          assert.deepEqual(shown(ann), shown(bob));
          assert.equal(sorted(ann.text("t").toString()), sorted(done.letters));
          assert.equal(ann.counter("c").value, done.added);
          assert.deepEqual(ann.set("s").values().sort(), [...done.members].sort());
          assert.deepEqual([...ann.list("l").toArray()].sort(), done.items.sort());
          const child = ann.map("m").get("k");
          if (done.inKey === "") assert.equal(child, undefined);
          else assert.equal(sorted(String(child)), sorted(done.inKey));
          while (undo.redo());
        }
        sync(ann, bob);
        assert.deepEqual(ann.encode(), bob.encode());
      }),
      { numRuns: runs(300) },
    );
  });

  test("a value that another origin has set since stays", () => {
    const doc = createDoc({ replicaId: 1 });
    const left = createUndo(doc, { origins: ["left"] });
    const right = createUndo(doc, { origins: ["right"] });
    doc.transact(() => doc.map("m").set("k", 1), { origin: "left" });
    doc.transact(() => doc.map("m").set("k", 2), { origin: "right" });
    left.undo();
    assert.equal(doc.map("m").get("k"), 2);
    right.undo();
    right.redo();
    assert.equal(doc.map("m").get("k"), 2);
  });

  test("a text of a key keeps what another has written there, when the key is taken back", () => {
    const [ann, bob] = [create(1), create(2)];
    const undo = createUndo(ann);
    ann.map("m").child("text", "k").insert(0, "ann");
    sync(ann, bob);
    bob.map("m").child("text", "k").insert(3, "BOB");
    sync(ann, bob);
    undo.undo();
    assert.equal(String(ann.map("m").get("k")), "BOB");
  });
});

function numbers(): fc.Arbitrary<number[]> {
  return fc.array(fc.nat(5000), { minLength: 12, maxLength: 12 });
}

function sync(a: Doc, b: Doc): void {
  a.apply(b.encode({ since: a.version() }));
  b.apply(a.encode({ since: b.version() }));
}

function sorted(text: string): string {
  return [...text].sort().join("");
}

interface Done {
  letters: string;
  added: number;
  readonly members: Set<string>;
  inKey: string;
  readonly items: string[];
}

function ownEdit(doc: AnyDoc, choices: Choices): void {
  const at = choices.below(5);
  if (at === 0) editNode(doc.text("t"), choices, 0);
  else if (at === 1) doc.counter("c").add(choices.below(9) - 4);
  else if (at === 2) editNode(doc.set("s"), choices, 0);
  else if (at === 3) editList(doc.list("l"), choices, 9);
  else if (choices.below(3) === 0) doc.map("m").delete("k");
  else if (choices.below(2) === 0) doc.map("m").set("k", choices.below(9));
  else editNode(doc.map("m").child(choices.of(["text", "counter", "set"] as const), "k"), choices, 9);
}

/** Takes nothing away, so that all of it must be there in the end. */
function otherEdit(doc: AnyDoc, choices: Choices, done: Done): void {
  const letter = choices.of(["A", "B", "C"]);
  const at = choices.below(5);
  if (at === 0) {
    doc.text("t").insert(choices.below(doc.text("t").length + 1), letter);
    done.letters += letter;
  } else if (at === 1) {
    doc.counter("c").add(1);
    done.added++;
  } else if (at === 2) {
    doc.set("s").add(letter);
    done.members.add(letter);
  } else if (at === 3) {
    doc.list("l").insert(choices.below(doc.list("l").length + 1), letter);
    done.items.push(letter);
  } else {
    const text = doc.map("m").child("text", "k");
    text.insert(choices.below(text.length + 1), letter);
    done.inKey += letter;
  }
}

function edit(doc: AnyDoc, choices: Choices): void {
  const at = choices.below(7);
  if (at < 5) editNode(doc[TYPES[at] as "text"]("r"), choices, 0);
  else if (at === 5) editTree(doc.tree("r"), choices);
  else if (choices.below(3) === 0) doc.multiMap("r").delete(choices.of(KEYS));
  else doc.multiMap("r").set(choices.of(KEYS), choices.below(9));
}

function editNode(node: CrdtNode, choices: Choices, depth: number): void {
  if (node.type === "text") {
    if (choices.below(3) > 0 || node.length === 0)
      node.insert(choices.below(node.length + 1), choices.of(["a", "bc", "def"]));
    else {
      const from = choices.below(node.length);
      node.delete(from, Math.min(1 + choices.below(3), node.length - from));
    }
  } else if (node.type === "counter") node.add(choices.below(5) - 2);
  else if (node.type === "set") {
    if (choices.below(3) > 0) node.add(choices.of(["a", "b"]));
    else node.delete(choices.of(["a", "A"]));
  } else if (node.type === "map") editMap(node, choices, depth);
  else editList(node as MovableList, choices, depth);
}

function editMap(map: CrdtMap, choices: Choices, depth: number): void {
  const key = choices.of(KEYS);
  const what = choices.below(6);
  if (what === 0) map.delete(key);
  else if (what < 3 || depth > 3) map.set(key, choices.below(9));
  else editNode(map.child(choices.of(TYPES), key), choices, depth + 1);
}

function editList(list: MovableList, choices: Choices, depth: number): void {
  const what = choices.below(7);
  const inside = depth < 4 ? list.toArray().filter(isCrdtNode) : [];
  if (what < 2 || list.length === 0) list.insert(choices.below(list.length + 1), `own ${choices.below(99)}`);
  else if (what === 2) list.delete(choices.below(list.length), 1);
  else if (what < 5) list.move(choices.below(list.length), choices.below(list.length));
  else if (what === 5 && depth < 4)
    editNode(list.insertChild(choices.below(list.length + 1), choices.of(TYPES)), choices, depth + 1);
  else if (inside.length > 0) editNode(choices.of(inside), choices, depth + 1);
}

function editTree(own: CrdtTree, choices: Choices): void {
  const nodes = nodesOf(own);
  const what = choices.below(5);
  if (what < 2 || nodes.length === 0) {
    own.add(choices.of([null, ...nodes]));
    return;
  }
  const node = choices.of(nodes);
  if (what === 2) own.delete(node);
  else if (what === 3) own.data(node).set(choices.of(KEYS), choices.below(9));
  else {
    try {
      own.move(node, choices.of([null, ...nodes]));
    } catch (error) {
      assert.equal((error as { code?: string }).code, "CRDT_TREE_CYCLE");
    }
  }
}

function shown(doc: AnyDoc): unknown {
  const below = (parent: string | null): unknown[] =>
    doc
      .tree("r")
      .children(parent)
      .map((node) => [node, contentOf(doc.tree("r").data(node)), below(node)]);
  return [TYPES.map((type) => contentOf(doc[type]("r"))), below(null), doc.multiMap("r").entries()];
}

function contentOf(value: unknown): unknown {
  if (!isCrdtNode(value)) return value;
  if (value.type === "text") return `text ${value.toString()}`;
  if (value.type === "counter") return { counter: value.value };
  if (value.type === "set") return { set: value.values() };
  if (value.type === "list") return value.toArray().map(contentOf);
  return { map: (value as CrdtMap).entries().map(([key, held]) => [key, contentOf(held)]) };
}
