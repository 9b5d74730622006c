import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  type CrdtNode,
  type CrdtValue,
  carryOver,
  compactDoc,
  createDoc,
  type Doc,
  isCrdtNode,
  marks,
} from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";

const TYPES = ["text", "map", "list", "counter", "set"] as const;
const KEYS = ["a", "b", "__proto__"] as const;

interface Edit {
  readonly who: number;
  readonly type: number;
  readonly path: readonly number[];
  readonly at: number;
  readonly kind: number;
  readonly value: string;
}

type Command = Edit | { readonly from: number; readonly to: number };

const number = fc.nat(99);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      who: fc.nat(2),
      type: fc.nat(4),
      path: fc.array(number, { maxLength: 3 }),
      at: number,
      kind: fc.nat(9),
      value: fc.constantFrom("x", "yes", "😀", "a\nb"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ from: fc.nat(2), to: fc.nat(2) }) },
);

function nodesIn(node: CrdtNode): readonly CrdtNode[] {
  const values =
    node.type === "map" ? node.entries().map(([, value]) => value) : node.type === "list" ? node.toArray() : [];
  return values.filter(isCrdtNode);
}

function edit(doc: Doc, { type, path, at, kind, value }: Edit): void {
  let node: CrdtNode = doc[TYPES[type] ?? "text"]("r"); // cast-free: the index is below five
  for (const step of path) {
    const inside = nodesIn(node);
    const next = inside[step % (inside.length + 1)];
    if (next === undefined) break;
    node = next;
  }
  const child = TYPES[at % TYPES.length] ?? "text";
  const key = KEYS[at % KEYS.length] ?? "a";
  switch (node.type) {
    case "text": {
      const starts = [0];
      for (const each of node.toString()) starts.push((starts.at(-1) ?? 0) + each.length);
      const index = at % starts.length;
      if (kind < 6) node.insert(starts[index] ?? 0, value);
      else if (index + 1 < starts.length)
        node.delete(starts[index] ?? 0, (starts[index + 1] ?? 0) - (starts[index] ?? 0));
      break;
    }
    case "map":
      if (kind < 4) node.set(key, value);
      else if (kind < 6) node.delete(key);
      else edit1(node.child(child, key), value);
      break;
    case "list":
      if (kind < 4) node.insert(at % (node.length + 1), value, at);
      else if (kind < 7) node.insertChild(at % (node.length + 1), child);
      else if (node.length > 0) node.delete(at % node.length, 1);
      break;
    case "counter":
      node.add(at - 50);
      break;
    case "set":
      if (kind < 6) node.add(value);
      else node.delete(value);
  }
}

function edit1(node: CrdtNode, value: string): void {
  if (node.type === "text") node.insert(0, value);
  else if (node.type === "map") node.set("a", value);
  else if (node.type === "list") node.insert(0, value);
  else if (node.type === "set") node.add(value);
  else node.add(1);
}

function plain(value: CrdtValue | undefined): unknown {
  if (!isCrdtNode(value)) return value;
  switch (value.type) {
    case "text":
      return `text ${value.toString()}`;
    case "map":
      return value.entries().map(([key, held]) => [key, plain(held)]);
    case "list":
      return value.toArray().map(plain);
    case "counter":
      return { counter: value.value };
    case "set":
      return { set: value.values() };
  }
}

const shown = (doc: Doc): unknown => TYPES.map((type) => plain(doc[type]("r")));

function opened(bytes: Uint8Array | undefined, replicaId?: number): Doc {
  assert.ok(bytes, "it can be written anew");
  const doc = createDoc(replicaId === undefined ? {} : { replicaId });
  doc.apply(bytes);
  return doc;
}

function sync(from: Doc, to: Doc): void {
  to.apply(from.encode({ since: to.version() }));
}

describe("a document written anew", () => {
  test("shows what it showed, without what was deleted, as one replica's", () => {
    const doc = createDoc({ replicaId: 1 });
    doc.text("r").insert(0, "Hello wide world");
    doc.text("r").delete(5, 5);
    doc.map("r").set("k", 1);
    doc.map("r").set("k", 2);
    doc.map("r").child("text", "empty").insert(0, "x");
    doc.map("r").child("text", "empty").delete(0, 1);
    doc.list("r").insertChild(0, "map").set("done", true);
    const next = opened(compactDoc(doc, 1));
    assert.deepEqual(shown(next), shown(doc));
    assert.deepEqual([...next.version().keys()], [Number.MAX_SAFE_INTEGER - 1]);
    assert.ok(next.encode().length < doc.encode().length);
  });

  test("is not made while updates wait, and not where a feature has written that it lacks", () => {
    const other = createDoc({ replicaId: 2 });
    other.text("r").insert(0, "a");
    const since = other.version();
    other.text("r").insert(1, "b");
    const doc = createDoc({ replicaId: 1 });
    doc.apply(other.encode({ since }));
    assert.equal(compactDoc(doc, 1), undefined);

    const rich = createDoc({ replicaId: 1, features: [marks()] });
    rich.text("r").insert(0, "plain so far");
    assert.deepEqual(compactDoc(rich, 1), compactDoc(opened(rich.encode()), 1));
    rich.text("r").mark({ start: 0, end: 5 }, { bold: true });
    assert.equal(compactDoc(opened(rich.encode()), 1), undefined);
  });

  test("takes over what was written beyond it, where it was written", () => {
    const doc = createDoc({ replicaId: 1 });
    doc.text("r").insert(0, "one two three");
    doc.text("r").delete(4, 4);
    const offline = opened(doc.encode(), 2);
    offline.text("r").insert(4, "2 ");
    offline.map("r").set("new", "root");
    doc.text("r").delete(0, 4); // what the other's edit hangs on
    const onto = opened(compactDoc(doc, 1), 3);
    sync(doc, offline);
    assert.ok(carryOver(doc, offline, onto));
    assert.equal(onto.text("r").toString(), "2 three");
    assert.equal(onto.map("r").get("new"), "root");
    const rich = createDoc({ replicaId: 4, features: [marks()] });
    rich.apply(doc.encode());
    rich.text("r").mark({ start: 0, end: 2 }, { bold: true });
    assert.equal(
      carryOver(doc, rich, opened(compactDoc(doc, 1), 5)),
      false,
      "a mark cannot be brought over, and it says so",
    );
  });

  test("at random is the same on all who know the same, and takes over all that offline replicas made", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), fc.nat(2), (commands, cutBy) => {
        const docs = [1, 2, 3].map((replicaId) => createDoc({ replicaId }));
        for (const each of commands)
          if ("who" in each)
            edit(docs[each.who] as Doc, each); // casts: three replicas
          else sync(docs[each.from] as Doc, docs[each.to] as Doc);
        // The document at the cut is what one of them knows. The others come back with more.
        const cut = opened((docs[cutBy] as Doc).encode());
        const base = compactDoc(cut, 7);
        assert.deepEqual(shown(opened(base)), shown(cut));
        const carried = docs.map((doc, i) => {
          sync(cut, doc);
          const onto = opened(base, 10 + i);
          assert.ok(carryOver(cut, doc, onto));
          assert.deepEqual(shown(onto), shown(doc), "what it shows stays");
          return onto;
        });
        for (const to of carried) for (const from of carried) sync(from, to);
        for (const doc of docs) for (const from of docs) sync(from, doc);
        const [first] = carried;
        for (const doc of carried) assert.deepEqual(doc.encode(), first?.encode(), "in the next epoch they converge");
        for (const doc of docs) assert.deepEqual(compactDoc(doc, 8), compactDoc(docs[0] as Doc, 8), "equal bytes");
      }),
      { numRuns: runs(300) },
    );
  });
});
