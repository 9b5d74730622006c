import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  type CrdtNode,
  type CrdtNodes,
  createDoc,
  createUndo,
  type DocWith,
  isCrdtNode,
  type MovableList,
  marks,
  mergeUpdates,
  moves,
  multiMap,
  type RichText,
  tree,
  type Undo,
} from "../../lib/crdt/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { runs } from "../helpers/runs.ts";
import { nodesOf } from "./edits.ts";

const features = [marks({ link: "none", note: "both" }), moves(), tree(), multiMap()] as const;
const TYPES = ["text", "map", "list", "counter", "set"] as const;
const WORDS = ["a", "😀", "e\u0301", "\n", "a long word"] as const;
const VALUES = [null, true, 7, -1.5, "v", [1, ["x"]], { a: { b: [] } }, new Uint8Array([1, 2])] as const;

type Rich = DocWith<typeof features>;

/** Numbers a property has drawn, one after the other: what a step does follows from them alone. */
class Dice {
  private at = 0;

  private readonly numbers: readonly number[];

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  below(limit: number): number {
    return (this.numbers[this.at++ % this.numbers.length] ?? 0) % Math.max(1, limit);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T; // cast: lists here are not empty
  }
}

interface Replica {
  readonly doc: Rich;
  readonly undo: Undo;
  readonly inbox: Uint8Array[];
}

describe("documents of all types at once", () => {
  test("are the same, byte for byte, whatever route their updates take", () => {
    const step = fc.record({
      kind: fc.constantFrom(
        "edit",
        "edit",
        "edit",
        "several",
        "undo",
        "redo",
        "deliver",
        "deliver",
        "sync",
        "relay",
        "merge",
      ),
      who: fc.nat(2),
      numbers: fc.array(fc.nat(9999), { minLength: 12, maxLength: 12 }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 70 }),
        fc.nat(9),
        fc.infiniteStream(fc.nat(9999)),
        (steps, focus, order) => {
          const written: Uint8Array[] = [];
          const relay = createDoc(); // knows none of the features, and passes everything on
          const replicas = [1009, 27, 411].map((replicaId): Replica => {
            const doc = createDoc({ replicaId, features });
            doc.onUpdate((bytes, origin) => {
              if (origin === "remote") return;
              written.push(bytes);
              for (const other of replicas) if (other.doc !== doc) other.inbox.push(bytes);
            });
            return { doc, undo: createUndo(doc), inbox: [] };
          });
          for (const { kind, who, numbers } of steps) {
            const dice = new Dice(numbers);
            const { doc, undo, inbox } = replicas[who] as Replica; // cast: there are three
            if (kind === "edit") edit(doc, dice, focus);
            else if (kind === "several") {
              doc.transact(() => {
                for (let i = 0; i < 3; i++) edit(doc, dice, focus);
              });
            } else if (kind === "undo") undo.undo();
            else if (kind === "redo") undo.redo();
            else if (kind === "sync") doc.apply(dice.of(replicas).doc.encode({ since: doc.version() }), "remote");
            else if (kind === "relay") {
              relay.apply(doc.encode({ since: relay.version() }));
              doc.apply(relay.encode({ since: doc.version() }), "remote");
            } else if (kind === "merge" && written.length > 0) doc.apply(mergeUpdates(written), "remote");
            else if (kind === "deliver" && inbox.length > 0) {
              const [bytes] = inbox.splice(dice.below(inbox.length), dice.below(4) === 0 ? 0 : 1);
              if (bytes !== undefined) doc.apply(bytes, "remote");
            }
          }
          for (let round = 0; round < 2; round++)
            for (const { doc } of replicas)
              for (const other of replicas) doc.apply(other.doc.encode({ since: doc.version() }), "remote");
          const shuffled = written
            .map((bytes) => ({ bytes, place: order.next().value }))
            .sort((a, b) => a.place - b.place)
            .map(({ bytes }) => bytes);
          for (const bytes of shuffled) relay.apply(bytes);
          const arrivals = {
            "one by one": shuffled,
            "merged to one": shuffled.length > 0 ? [mergeUpdates(shuffled)] : [],
            "from one that knows no features": [relay.encode()],
          };
          const [{ doc: first }] = replicas as [Replica]; // cast: there are three
          for (const { doc } of replicas) assert.deepEqual(doc.encode(), first.encode());
          for (const [route, updates] of Object.entries(arrivals)) {
            const doc = createDoc({ features });
            for (const bytes of updates) doc.apply(bytes);
            assert.equal(doc.pending().updates, 0, route);
            assert.deepEqual(content(doc), content(first), route);
            assert.deepEqual(doc.encode(), first.encode(), route);
          }
        },
      ),
      { numRuns: runs(900) },
    );
  });
});

/** Most edits of one run are of one kind, so that they meet. */
function edit(doc: Rich, dice: Dice, focus: number): void {
  const kind = dice.below(4) > 0 ? focus : dice.below(10);
  if (kind < 2) editText(doc.text("t"), dice);
  else if (kind < 4) editNode(doc.map("m"), dice, 0);
  else if (kind < 6) editNode(doc.list("l"), dice, 0);
  else if (kind === 6) editNode(doc.set("s"), dice, 0);
  else if (kind === 7) {
    const map = doc.multiMap("mm");
    if (dice.below(3) > 0) map.set(dice.of(["a", "b"]), dice.of(VALUES));
    else map.delete(dice.of(["a", "b"]));
  } else editTree(doc, dice);
}

function editText(text: RichText, dice: Dice): void {
  const shown = text.toString();
  const start = wholePair(shown, dice.below(shown.length + 1));
  const end = wholePair(shown, Math.min(shown.length, start + dice.below(9)));
  const kind = dice.below(8);
  if (kind < 4) text.insert(start, dice.of(WORDS));
  else if (kind < 6) text.delete(start, end - start);
  else if (kind === 6) text.insertEmbed(start, { image: 1 });
  else if (end > start) text.mark({ start, end }, { [dice.of(["bold", "link", "note"])]: dice.of([null, true, "/x"]) });
}

function wholePair(text: string, index: number): number {
  return /^[\udc00-\udfff]/.test(text.slice(index)) ? index - 1 : index;
}

function editNode(node: CrdtNode, dice: Dice, depth: number): void {
  const isDeep = depth < 3 && dice.below(2) === 0;
  if (node.type === "text")
    editText(node as RichText, dice); // cast: all texts of these documents have marks
  else if (node.type === "counter") node.add(dice.below(9) - 4);
  else if (node.type === "set") {
    if (dice.below(3) > 0) node.add(dice.of(VALUES));
    else node.delete(dice.of(VALUES));
  } else if (node.type === "map") {
    const key = dice.of(["a", "b", "c"]);
    if (isDeep) editNode(node.child(dice.of(TYPES), key), dice, depth + 1);
    else if (dice.below(3) > 0) node.set(key, dice.of(VALUES));
    else node.delete(key);
  } else editList(node, dice, depth, isDeep);
}

function editList(list: CrdtNodes["list"], dice: Dice, depth: number, isDeep: boolean): void {
  const { length } = list;
  const at = dice.below(length + 1);
  const kind = dice.below(6);
  const found = at < length ? list.get(at) : undefined;
  if (isDeep && isCrdtNode(found)) editNode(found, dice, depth + 1);
  else if (isDeep) editNode(list.insertChild(at, dice.of(TYPES)), dice, depth + 1);
  else if (kind < 2 || at === length) list.insert(at, dice.of(VALUES), dice.of(VALUES));
  else if (kind < 4)
    (list as MovableList).move(at, dice.below(length)); // cast: as for texts
  else list.delete(at, 1 + dice.below(Math.min(3, length - at)));
}

function editTree(doc: Rich, dice: Dice): void {
  const outline = doc.tree("o");
  const nodes = nodesOf(outline);
  const kind = dice.below(6);
  const parent = dice.below(3) === 0 ? null : (nodes[dice.below(nodes.length)] ?? null);
  if (kind < 2 || nodes.length === 0) outline.add(parent);
  else if (kind === 2) outline.delete(dice.of(nodes));
  else if (kind === 3) editNode(outline.data(dice.of(nodes)), dice, 1);
  else {
    try {
      outline.move(dice.of(nodes), parent);
    } catch (error) {
      if (!isCodedError(error) || error.code !== "CRDT_TREE_CYCLE") throw error;
    }
  }
}

/** What a document shows, as plain data. */
function content(doc: Rich): unknown {
  const plain = (value: unknown): unknown => {
    if (!isCrdtNode(value)) return value;
    if (value.type === "text") return (value as RichText).toDelta(); // cast: as above
    if (value.type === "map") return value.entries().map(([key, inner]) => [key, plain(inner)]);
    if (value.type === "list") return value.toArray().map(plain);
    return value.type === "counter" ? value.value : value.values();
  };
  const branch = (parent: string | null): unknown =>
    doc
      .tree("o")
      .children(parent)
      .map((node) => [node, plain(doc.tree("o").data(node)), branch(node)]);
  const roots = [doc.text("t"), doc.map("m"), doc.list("l"), doc.set("s")].map(plain);
  return [...roots, branch(null), doc.multiMap("mm").entries()];
}
