import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  type CrdtList,
  type CrdtMap,
  type CrdtMultiMap,
  type CrdtNode,
  type CrdtNodes,
  type CrdtTree,
  type CrdtValue,
  createDoc,
  type Doc,
  decodeCursor,
  encodeCursor,
  isCrdtNode,
  type ListDelta,
  type MapChanges,
  multiMap,
  readTexts,
  tree,
} from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";

const TYPES = ["text", "map", "list", "counter", "set"] as const;

const merge = (docs: readonly Doc[]): void => {
  for (const to of docs) for (const from of docs) to.apply(from.encode({ since: to.version() }));
};

function pair(): [Doc, Doc] {
  return [createDoc({ replicaId: 1 }), createDoc({ replicaId: 2 })];
}

/** All that a node shows, as plain data. */
function plain(value: CrdtValue | undefined): unknown {
  if (!isCrdtNode(value)) return value;
  switch (value.type) {
    case "text":
      return `text ${value.toString()}`;
    case "map":
      return new Map(value.entries().map(([key, held]) => [key, plain(held)]));
    case "list":
      return value.toArray().map(plain);
    case "counter":
      return { counter: value.value };
    case "set":
      return { set: value.values() };
  }
}

describe("nodes in nodes", () => {
  test("a map holds texts, lists, maps, counters and sets, and gives the same object each time", () => {
    const doc = createDoc({ replicaId: 1 });
    const card = doc.map("board").child("map", "card");
    card.child("text", "title").insert(0, "Buy milk");
    card.child("list", "tags").insert(0, "home");
    card.child("counter", "votes").add(2);
    card.child("set", "who").add("ann");
    card.set("done", false);
    assert.equal(doc.map("board").get("card"), card);
    assert.deepEqual(
      plain(doc.map("board")),
      new Map([
        [
          "card",
          new Map<string, unknown>([
            ["done", false],
            ["tags", ["home"]],
            ["title", "text Buy milk"],
            ["votes", { counter: 2 }],
            ["who", { set: ["ann"] }],
          ]),
        ],
      ]),
    );
    const copy = createDoc();
    copy.apply(doc.encode());
    assert.deepEqual(plain(copy.map("board")), plain(doc.map("board")));
    assert.deepEqual(copy.encode(), doc.encode());
  });

  test("a child that nobody has edited is not there", () => {
    const doc = createDoc({ replicaId: 1 });
    const title = doc.map("m").child("text", "title");
    assert.equal(title.length, 0);
    assert.equal(doc.map("m").has("title"), false);
    assert.equal(doc.version().size, 0);
    title.insert(0, "x");
    assert.equal(doc.map("m").get("title"), title);
  });

  test("a child that two replicas make under one key is one child", () => {
    const [a, b] = pair();
    a.map("m").child("text", "title").insert(0, "ab");
    b.map("m").child("text", "title").insert(0, "cd");
    merge([a, b]);
    const text = String(a.map("m").get("title"));
    assert.match(text, /^(abcd|cdab)$/);
    assert.equal(String(b.map("m").get("title")), text);
    assert.deepEqual(a.encode(), b.encode());
  });

  test("of children of different types under one key the later write shows, and the other is kept", () => {
    const [a, b] = pair();
    a.map("m").child("text", "k").insert(0, "x");
    b.map("m").set("other", 1);
    b.map("m").child("counter", "k").add(3);
    merge([a, b]);
    for (const doc of [a, b]) assert.deepEqual(plain(doc.map("m").get("k")), { counter: 3 });
    assert.equal(a.map("m").child("text", "k").toString(), "x");
  });

  test("deleting a key takes what the deleter saw; what others put in at the same time stays", () => {
    const [a, b] = pair();
    const title = a.map("m").child("text", "title");
    title.insert(0, "old");
    merge([a, b]);
    a.map("m").delete("title");
    b.map("m").child("text", "title").insert(3, " and new");
    assert.equal(a.map("m").has("title"), false);
    merge([a, b]);
    for (const doc of [a, b]) assert.equal(String(doc.map("m").get("title")), " and new");
    assert.deepEqual(a.encode(), b.encode());
  });

  test("setting a value over a child empties it, for good", () => {
    const doc = createDoc({ replicaId: 1 });
    const map = doc.map("m");
    const inner = map.child("map", "k");
    inner.child("list", "deep").insert(0, 1, 2);
    inner.child("set", "s").add(1);
    inner.child("counter", "c").add(1);
    map.set("k", 7);
    assert.equal(map.get("k"), 7);
    map.delete("k");
    assert.equal(map.has("k"), false);
    assert.deepEqual(plain(inner), new Map());
    inner.set("again", true);
    assert.deepEqual(plain(map), new Map([["k", new Map([["again", true]])]]));
  });

  test("a list holds nodes, which move with their element and go with it", () => {
    const [a, b] = pair();
    const list = a.list("cards");
    const first = list.insertChild(0, "map");
    first.set("name", "one");
    list.insert(0, "before");
    merge([a, b]);
    const same = b.list("cards").get(1);
    assert.ok(isCrdtNode(same) && same.type === "map");
    same.set("name", "two");
    merge([a, b]);
    assert.deepEqual(plain(list), ["before", new Map([["name", "two"]])]);
    assert.equal(list.get(1), first);
    list.delete(1, 1);
    assert.deepEqual(plain(list), ["before"]);
    assert.deepEqual(plain(first), new Map());
    merge([a, b]);
    assert.deepEqual(a.encode(), b.encode());
  });

  test("a map tells of nodes that come and go, and not of changes in them", () => {
    const doc = createDoc({ replicaId: 1 });
    const map = doc.map("m");
    const told: MapChanges[] = [];
    map.observe((changes) => told.push(changes));
    const title = map.child("text", "title");
    title.insert(0, "a");
    title.insert(1, "b");
    map.set("title", 5);
    assert.deepEqual(
      told.map((changes) => [...changes].map(([key, { before, after }]) => [key, before === title, after])),
      [[["title", false, title]], [["title", true, 5]]],
    );
  });

  test.each(["tree", "multiMap"] as const)("a map tells that a %s stays whose key another has deleted", (type) => {
    const features = [tree(), multiMap()] as const;
    const ann = createDoc({ replicaId: 1, features });
    const bob = createDoc({ replicaId: 2, features });
    const child = (doc: typeof ann): unknown => doc.map("m").child(type as "map", "k"); // known by its feature
    const fill = (doc: typeof ann): void => {
      if (type === "tree") (child(doc) as CrdtTree).add();
      else (child(doc) as CrdtMultiMap).set("a", doc.replicaId);
    };
    fill(ann);
    bob.apply(ann.encode());
    const heard: unknown[] = [];
    ann.map("m").observe((changes) => heard.push([...changes].map(([key, { after }]) => [key, isCrdtNode(after)])));
    fill(bob);
    ann.map("m").delete("k");
    ann.apply(bob.encode());
    assert.deepEqual(ann.map("m").get("k"), child(ann));
    assert.deepEqual(heard, [[["k", false]], [["k", true]]]);
  });

  test("a list tells of the nodes that were inserted", () => {
    const [a, b] = pair();
    const told: ListDelta[] = [];
    b.list("l").observe((delta) => told.push(delta));
    a.list("l").insert(0, "x");
    a.list("l").insertChild(1, "text").insert(0, "in it");
    merge([a, b]);
    const [delta] = told;
    const step = delta?.[0];
    assert.ok(step !== undefined && "insert" in step);
    assert.deepEqual(step.insert.map(plain), ["x", "text in it"]);
  });

  test("a cursor in a nested text travels", () => {
    const [a, b] = pair();
    const text = a.list("l").insertChild(0, "map").child("text", "body");
    text.insert(0, "hello");
    const cursor = decodeCursor(encodeCursor(a.cursor(text, 3)));
    const end = decodeCursor(encodeCursor(a.cursor(text, 5, "right")));
    text.insert(0, ">> ");
    merge([a, b]);
    assert.equal(b.resolve(cursor), 6);
    assert.equal(b.resolve(end), 8);
  });

  test("the texts of a document are its roots'", () => {
    const doc = createDoc({ replicaId: 1 });
    doc.text("body").insert(0, "root");
    doc.map("m").child("text", "body").insert(0, "child");
    assert.deepEqual(readTexts(doc.encode()), new Map([["body", "root"]]));
  });

  test("nodes may be in 32 others, and no more", () => {
    const doc = createDoc({ replicaId: 1 });
    let map = doc.map("m");
    for (let depth = 1; depth <= 32; depth++) map = map.child("map", "in");
    map.set("deep", 1);
    const before = doc.encode();
    const tooDeep = (error: unknown): boolean =>
      error instanceof Error && "code" in error && error.code === "CRDT_LIMIT";
    assert.throws(() => map.child("map", "in"), tooDeep);
    const list = map;
    assert.throws(() => list.child("list", "l"), tooDeep);
    assert.deepEqual(doc.encode(), before);
    const copy = createDoc();
    copy.apply(before);
    assert.deepEqual(copy.encode(), before);
  });

  test("keys and names of any form stay apart", () => {
    const doc = createDoc({ replicaId: 1 });
    const names = ["__proto__", "constructor", "", "2:m", "1<3:2:m", "\u0000", "a\nb", "2<3:2:mm"];
    for (const outer of names)
      for (const inner of names) doc.map(outer).child("map", inner).set(inner, `${outer} ${inner}`);
    const copy = createDoc();
    copy.apply(doc.encode());
    for (const outer of names)
      for (const inner of names) {
        const held = copy.map(outer).get(inner);
        assert.ok(isCrdtNode(held) && held.type === "map");
        assert.deepEqual(held.entries(), [[inner, `${outer} ${inner}`]]);
      }
  });
});

/** What may happen to a random tree of nodes; numbers are taken modulo what there is. */
interface Deed {
  readonly who: number;
  readonly path: readonly number[];
  readonly deed: "put" | "take" | "child" | "sync";
  readonly at: number;
  readonly type: number;
}

const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(
  fc.record({
    who: fc.nat(2),
    path: fc.array(fc.nat(5), { maxLength: 4 }),
    deed: fc.constantFrom(
      "put" as const,
      "put" as const,
      "take" as const,
      "child" as const,
      "child" as const,
      "sync" as const,
    ),
    at: fc.nat(50),
    type: fc.nat(4),
  }),
  { minLength: 1, maxLength: 40 },
);

const KEYS = ["a", "b", "__proto__"];

/** The node a path leads to: as far as there are nodes. */
function walk(doc: Doc, path: readonly number[]): CrdtNode {
  let node: CrdtNode = doc.map("root");
  for (const step of path) {
    const held: CrdtValue | undefined =
      node.type === "map"
        ? node.get(KEYS[step % KEYS.length] ?? "a")
        : node.type === "list"
          ? node.get(step % (node.length + 1))
          : undefined;
    if (!isCrdtNode(held)) break;
    node = held;
  }
  return node;
}

function put(node: CrdtNode, at: number): void {
  if (node.type === "text") node.insert(at % (node.length + 1), `<${at}>`);
  else if (node.type === "map") node.set(KEYS[at % KEYS.length] ?? "a", at);
  else if (node.type === "list") node.insert(at % (node.length + 1), at, at + 1);
  else if (node.type === "counter") node.add(at);
  else node.add(at % 5);
}

function take(node: CrdtNode, at: number): void {
  if (node.type === "map") node.delete(KEYS[at % KEYS.length] ?? "a");
  else if (node.type === "set") node.delete(at % 5);
  else if (node.type !== "counter" && node.length > 0) {
    const from = at % node.length;
    node.delete(from, Math.min(node.length - from, 1 + (at % 3)));
  }
}

function child(node: CrdtNode, at: number, type: keyof CrdtNodes): void {
  if (node.type === "map") put(node.child(type, KEYS[at % KEYS.length] ?? "a"), at);
  else if (node.type === "list") put(node.insertChild(at % (node.length + 1), type), at);
}

/** A copy of the tree that is built from events alone. */
class Mirror {
  private readonly held = new Map<CrdtNode, unknown>();

  constructor(root: CrdtMap) {
    this.follow(root);
  }

  of(node: CrdtNode): unknown {
    const copy = this.held.get(node);
    if (copy instanceof Map) {
      const entries = [...(copy as Map<string, unknown>)].map(([key, value]): [string, unknown] => [
        key,
        this.read(value),
      ]);
      return new Map(entries.sort(byKey));
    }
    if (Array.isArray(copy)) return copy.map((value) => this.read(value));
    return plain(node);
  }

  private read(value: unknown): unknown {
    return isCrdtNode(value) ? this.of(value) : value;
  }

  private follow(node: CrdtValue | undefined): void {
    if (!isCrdtNode(node) || this.held.has(node)) return;
    if (node.type === "map") {
      const copy = new Map(node.entries());
      this.held.set(node, copy);
      node.observe((changes) => {
        for (const [key, { before, after }] of changes) {
          assert.deepEqual(isCrdtNode(before) ? before.type : before, typeOrValue(copy.get(key)));
          if (after === undefined) copy.delete(key);
          else copy.set(key, after);
          this.follow(after);
        }
      });
      for (const value of copy.values()) this.follow(value);
    } else if (node.type === "list") this.followList(node);
    else this.held.set(node, undefined);
  }

  private followList(node: CrdtList): void {
    const copy = node.toArray();
    this.held.set(node, copy);
    node.observe((delta) => {
      let at = 0;
      for (const step of delta) {
        if ("retain" in step) at += step.retain;
        else if ("delete" in step) copy.splice(at, step.delete);
        else {
          copy.splice(at, 0, ...step.insert);
          at += step.insert.length;
          for (const value of step.insert) this.follow(value);
        }
      }
    });
    for (const value of copy) this.follow(value);
  }
}

const typeOrValue = (value: CrdtValue | undefined): unknown => (isCrdtNode(value) ? value.type : value);
const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1);

test("any trees of nodes that replicas edit at once merge to one, in any order, with equal bytes and true events", () => {
  fc.assert(
    fc.property(deeds, (all) => {
      const docs = [3, 1, 2].map((replicaId) => createDoc({ replicaId }));
      const mirrors = docs.map((doc) => new Mirror(doc.map("root")));
      const updates: Uint8Array[] = [];
      for (const doc of docs) doc.onUpdate((bytes, origin) => origin !== "remote" && updates.push(bytes));
      for (const { who, path, deed, at, type } of all) {
        const doc = docs[who];
        assert.ok(doc !== undefined);
        if (deed === "sync") {
          const from = docs[at % docs.length];
          assert.ok(from !== undefined);
          doc.apply(from.encode({ since: doc.version() }), "remote");
          continue;
        }
        const node = walk(doc, path);
        if (deed === "put") put(node, at);
        else if (deed === "take") take(node, at);
        else child(node, at, TYPES[type] ?? "text");
      }
      for (const [i, doc] of docs.entries())
        assert.deepEqual(mirrors[i]?.of(doc.map("root")), plain(doc.map("root")), "events");
      merge(docs);
      const [first] = docs;
      assert.ok(first !== undefined);
      const shuffled = createDoc();
      for (const bytes of updates.toReversed()) shuffled.apply(bytes);
      assert.equal(shuffled.pending().updates, 0);
      const reloaded = createDoc();
      reloaded.apply(first.encode());
      for (const doc of [...docs, shuffled, reloaded]) {
        assert.deepEqual(plain(doc.map("root")), plain(first.map("root")));
        assert.deepEqual(doc.encode(), first.encode());
      }
      for (const [i, doc] of docs.entries())
        assert.deepEqual(mirrors[i]?.of(doc.map("root")), plain(doc.map("root")), "events");
    }),
    { numRuns: runs(1500) },
  );
});
