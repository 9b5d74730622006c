import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  carryOver,
  compactDoc,
  createDoc,
  type Doc,
  isCrdtNode,
  marks,
  moves,
  multiMap,
  type RichText,
  type TreeNodeId,
  tree,
} from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";

const KINDS = { link: "none", note: "both" } as const;

function create(replicaId?: number, kinds: Parameters<typeof marks>[0] = KINDS) {
  const features = [marks(kinds), moves(), tree(), multiMap()] as const;
  return createDoc({ features, ...(replicaId === undefined ? {} : { replicaId }) });
}

type FullDoc = ReturnType<typeof create>;

function opened(bytes: Uint8Array | undefined, replicaId?: number): FullDoc {
  assert.ok(bytes, "it can be written anew");
  const doc = create(replicaId);
  doc.apply(bytes);
  return doc;
}

function sync(from: Doc, to: Doc): void {
  to.apply(from.encode({ since: to.version() }));
}

interface Edit {
  readonly who: number;
  readonly kind: number;
  readonly a: number;
  readonly b: number;
}

type Command = Edit | { readonly from: number; readonly to: number };

const number = fc.nat(99);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ who: fc.nat(2), kind: fc.nat(9), a: number, b: number }) },
  { weight: 2, arbitrary: fc.record({ from: fc.nat(2), to: fc.nat(2) }) },
);

const KEYS = ["bold", "link", "note", "__proto__"] as const;
const WORDS = ["x", "yes", "no more"] as const;

function editText(text: RichText, { kind, a, b }: Edit): void {
  const { length } = text;
  const start = a % (length + 1);
  const end = start + (b % (length - start + 1));
  if (kind < 3) text.insert(start, WORDS[b % 3] ?? "x");
  else if (kind < 5) text.delete(start, Math.min(3, end - start));
  else if (kind < 6) text.insertEmbed(start, { image: b % 2 });
  else text.mark({ start, end }, { [KEYS[b % 4] ?? "bold"]: kind < 8 ? (a % 2 === 0 ? true : "other") : null });
}

function editList(doc: FullDoc, { kind, a, b }: Edit): void {
  const list = doc.list("r");
  const { length } = list;
  if (kind < 3 || length === 0) list.insert(a % (length + 1), a);
  else if (kind < 4) list.insertChild(a % (length + 1), "text").insert(0, "card");
  else if (kind < 5) list.delete(a % length, 1);
  else if (kind < 9) list.move(a % length, b % length);
  else {
    const node = list.get(a % length);
    if (isCrdtNode(node) && node.type === "text") node.insert(b % (node.length + 1), "!");
  }
}

function nodesOf(doc: FullDoc): TreeNodeId[] {
  const { children } = doc.tree("r");
  assert.equal(typeof children, "function");
  const found: TreeNodeId[] = [];
  const look = (parent: TreeNodeId | null): void => {
    for (const node of doc.tree("r").children(parent)) {
      found.push(node);
      look(node);
    }
  };
  look(null);
  return found;
}

function editTree(doc: FullDoc, { kind, a, b }: Edit): void {
  const outline = doc.tree("r");
  const nodes = nodesOf(doc);
  const parent = nodes[a % (nodes.length + 1)] ?? null;
  const node = nodes[b % Math.max(1, nodes.length)];
  if (kind < 4 || node === undefined) outline.add(parent, b % (outline.children(parent).length + 1));
  else if (kind < 5) outline.delete(node);
  else if (kind < 6) outline.data(node).set("title", a);
  else if (kind < 7) outline.data(node).child("text", "body").insert(0, "t");
  else {
    const others = outline.children(parent).filter((other) => other !== node);
    try {
      outline.move(node, parent, a % (others.length + 1));
    } catch {} // below itself
  }
}

function editMulti(doc: FullDoc, { kind, a, b }: Edit): void {
  const key = KEYS[a % 4] ?? "bold";
  if (kind < 8) doc.multiMap("r").set(key, b % 4);
  else doc.multiMap("r").delete(key);
}

function plain(value: unknown): unknown {
  return isCrdtNode(value)
    ? value.type === "map"
      ? value.entries().map(([key, held]) => [key, plain(held)])
      : String(value)
    : value;
}

function outlineOf(doc: FullDoc, parent: TreeNodeId | null = null): unknown {
  const outline = doc.tree("r");
  return outline.children(parent).map((node) => [plain(outline.data(node)), outlineOf(doc, node)]);
}

interface Subject {
  readonly what: string;
  edit(doc: FullDoc, edit: Edit): void;
  shown(doc: FullDoc): unknown;
}

const subjects: readonly Subject[] = [
  {
    what: "a text with marks and embeds",
    edit: (doc, edit) => editText(doc.text("r"), edit),
    shown: (doc) => doc.text("r").toDelta(),
  },
  { what: "a list whose elements move", edit: editList, shown: (doc) => doc.list("r").toArray().map(plain) },
  { what: "a tree", edit: editTree, shown: (doc) => outlineOf(doc) },
  {
    what: "a map of several values a key",
    edit: editMulti,
    shown: (doc) =>
      doc
        .multiMap("r")
        .entries()
        .map(([key, values]) => [key, [...new Set(values)].sort()]), // those of one's own are the later ones
  },
];

describe("a document of features written anew", () => {
  test.each(subjects)(
    "at random is the same on all who know the same, and takes over all that offline replicas made: $what",
    ({ edit, shown }) => {
      fc.assert(
        fc.property(fc.array(command, { maxLength: 50 }), fc.nat(2), (commands, cutBy) => {
          const docs = [1, 2, 3].map((replicaId) => create(replicaId));
          for (const each of commands)
            if ("who" in each)
              edit(docs[each.who] as FullDoc, each); // casts: three replicas
            else sync(docs[each.from] as FullDoc, docs[each.to] as FullDoc);
          const cut = opened((docs[cutBy] as FullDoc).encode());
          const base = compactDoc(cut, 7);
          const anew = opened(base);
          assert.deepEqual(shown(anew), shown(cut));
          assert.ok(
            [...anew.version().keys()].every((key) => key === Number.MAX_SAFE_INTEGER - 7),
            "without deletions",
          );
          assert.deepEqual(compactDoc(anew, 7), base, "written anew once more it is as it is");
          const carried = docs.map((doc, i) => {
            sync(cut, doc);
            const onto = opened(base, 10 + i);
            assert.ok(carryOver(cut, doc, onto));
            assert.deepEqual(shown(onto), shown(doc), "what it shows stays");
            return onto;
          });
          for (const to of carried) for (const from of carried) sync(from, to);
          for (const doc of docs) for (const from of docs) sync(from, doc);
          for (const doc of carried)
            assert.deepEqual(doc.encode(), carried[0]?.encode(), "in the next epoch they converge");
          for (const doc of docs)
            assert.deepEqual(compactDoc(doc, 8), compactDoc(docs[0] as FullDoc, 8), "equal bytes");
        }),
        { numRuns: runs(150) },
      );
    },
  );

  test("keeps how marks grow, whatever the document at hand was told of their kinds", () => {
    const doc = create(1);
    doc.text("r").insert(0, "one two three");
    doc.text("r").mark({ start: 4, end: 7 }, { link: "/two", note: 1, bold: true });
    doc.text("r").mark({ start: 0, end: 3 }, { bold: true });
    doc.text("r").mark({ start: 0, end: 3 }, { bold: null });
    doc.text("r").delete(8, 5);
    const base = compactDoc(doc, 1);
    const other = create(2, { bold: "none", link: "both" });
    other.apply(doc.encode());
    assert.deepEqual(compactDoc(other, 1), base);
    const next = opened(base, 3);
    for (const at of [7, 4]) for (const each of [doc, next]) each.text("r").insert(at, "_");
    assert.deepEqual(next.text("r").toDelta(), doc.text("r").toDelta());
    assert.deepEqual(next.text("r").toDelta(), [
      { insert: "one " },
      { insert: "_", marks: { note: 1 } },
      { insert: "two", marks: { bold: true, link: "/two", note: 1 } },
      { insert: "_", marks: { bold: true, note: 1 } },
      { insert: " " },
    ]);
  });

  test("takes away a node that was moved below another and deleted with it", () => {
    const doc = create(1);
    const [top, low] = [doc.tree("r").add(), doc.tree("r").add()];
    const away = opened(doc.encode(), 2);
    away.tree("r").move(low, top);
    away.tree("r").delete(top);
    const next = opened(compactDoc(doc, 1), 3);
    assert.ok(carryOver(doc, away, next));
    assert.deepEqual(next.tree("r").children(), []);
  });

  test("keeps apart what others do meanwhile to an element and a node that were moved offline", () => {
    const doc = create(1);
    doc.list("r").insert(0, "a", "b");
    doc.list("r").insertChild(2, "text").insert(0, "card");
    const outline = doc.tree("r");
    const [top, low] = [outline.add(), outline.add()];
    const away = opened(doc.encode(), 2);
    away.list("r").move(2, 0);
    away.tree("r").move(low, top);
    const base = compactDoc(doc, 1);
    const [mine, theirs] = [opened(base, 3), opened(base, 4)];
    const card = theirs.list("r").get(2);
    assert.ok(isCrdtNode(card) && card.type === "text");
    card.insert(4, "s");
    theirs.list("r").move(2, 1);
    theirs
      .tree("r")
      .data(theirs.tree("r").children()[1] ?? assert.fail())
      .set("title", "new");
    assert.ok(carryOver(doc, away, mine));
    sync(mine, theirs);
    sync(theirs, mine);
    for (const each of [mine, theirs]) {
      const items = each.list("r").toArray().map(plain);
      assert.equal(items.length, 3, "an element is in one place");
      assert.ok(items.includes("cards"));
      assert.deepEqual(outlineOf(each), [[[], [[[["title", "new"]], []]]]]);
    }
  });

  test("is not made by who lacks a feature that has written, or that an element is to be of", () => {
    const doc = create(1);
    doc.list("r").insert(0, "a", "b");
    const bare = createDoc();
    bare.apply(doc.encode());
    assert.deepEqual(compactDoc(bare, 1), compactDoc(doc, 1), "nothing of a feature so far");
    doc.list("r").insertChild(0, "tree" as "map"); // cast: the feature adds it
    sync(doc, bare);
    assert.equal(compactDoc(bare, 1), undefined);
    assert.ok(compactDoc(doc, 1));
    const movable = createDoc({ replicaId: 2, features: [moves()] });
    movable.list("r").insert(0, "a", "b");
    movable.list("r").move(0, 1);
    const other = createDoc({ features: [marks(), tree()] });
    other.apply(movable.encode());
    assert.equal(compactDoc(other, 1), undefined);
    assert.equal(
      carryOver(createDoc(), movable, createDoc({ replicaId: 3 })),
      false,
      "what it could not bring it tells",
    );
  });

  test("is not made of more than a hub can do in one go: trees a thousand levels deep, marks of thousands of kinds", () => {
    const doc = create(1);
    const outline = doc.tree("r");
    let at: TreeNodeId | null = null;
    doc.transact(() => {
      for (let i = 0; i < 1001; i++) at = outline.add(at);
    });
    const away = opened(doc.encode(), 2);
    away.tree("r").add(null, 0);
    const onto = opened(compactDoc(doc, 1), 3);
    assert.ok(carryOver(doc, away, onto));
    assert.equal(onto.tree("r").children().length, 2);
    outline.add(at);
    assert.equal(compactDoc(doc, 1), undefined);

    const rich = create(1);
    rich.text("r").insert(0, "abc");
    rich.text("r").mark({ start: 0, end: 1 }, Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`k${i}`, 1])));
    assert.equal(compactDoc(rich, 1), undefined);
  });
});
