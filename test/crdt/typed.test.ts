import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { z } from "zod";
import {
  createDoc,
  createUndo,
  type Doc,
  marks,
  type NodeDiff,
  observeDoc,
  openTyped,
  type TypedDoc,
  tree,
} from "../../lib/crdt/index.ts";

const shape = {
  version: 2,
  roots: {
    body: "text",
    votes: "counter",
    tags: { set: z.string() },
    todo: { list: z.object({ title: z.string() }) },
    meta: { map: { done: z.boolean(), due: z.string() } },
  },
} as const;
type Typed = TypedDoc<(typeof shape)["roots"]>;

describe("a document with a schema", () => {
  test("has typed roots that check what is written", () => {
    const doc = createDoc({ replicaId: 1 });
    const { roots, check } = openTyped(doc, shape);
    roots.body.insert(0, "x");
    roots.votes.add(1);
    roots.tags.add("a");
    roots.todo.insert(0, { title: "Milk" });
    roots.meta.set("done", true);
    // @ts-expect-error: no such key
    assert.throws(() => roots.meta.set("other", true), { code: "CRDT_BAD_VALUE" });
    // @ts-expect-error: another type
    assert.throws(() => roots.meta.set("done", "yes"), { code: "CRDT_BAD_VALUE" });
    assert.throws(() => roots.todo.insert(0, { title: 1 }), { code: "CRDT_BAD_VALUE" });
    assert.throws(() => roots.tags.add(1), { code: "CRDT_BAD_VALUE" });
    const done: boolean | undefined = roots.meta.get("done");
    assert.equal(done, true);
    assert.equal(roots.todo.length, 1);
    assert.deepEqual(check(), []);
    doc.map("meta").set("done", 1);
    doc.map("meta").child("text", "due").insert(0, "a node is no value");
    doc.list("todo").insert(0, "no object");
    doc.set("tags").add(7);
    assert.deepEqual(
      check().map(({ root, key }) => [root, key]),
      [
        ["tags", 0],
        ["todo", 0],
        ["meta", "done"],
      ],
    );
  });

  test("is migrated once, step by step, and never opened by older code", () => {
    const doc = createDoc({ replicaId: 1 });
    doc.map("meta").set("state", "done");
    const ran: number[] = [];
    const migrations = { 1: () => ran.push(1), 2: () => ran.push(2), 3: () => ran.push(3) };
    openTyped(doc, { ...shape, migrations });
    openTyped(doc, { ...shape, migrations });
    assert.deepEqual(ran, [1, 2]);
    openTyped(doc, { ...shape, version: 3, migrations });
    assert.deepEqual(ran, [1, 2, 3]);
    assert.throws(() => openTyped(doc, shape), { code: "CRDT_NEWER_SCHEMA" });
    const fresh = createDoc({ replicaId: 2 });
    openTyped(fresh, { ...shape, migrations });
    assert.deepEqual(ran, [1, 2, 3]);
    assert.equal(fresh.version().size, 0);
    // Its first own content makes it one of this version; content that is loaded is migrated as it comes.
    fresh.text("body").insert(0, "x");
    assert.equal(fresh.map("~schema").get("version"), 2);
    const late = createDoc({ replicaId: 3 });
    openTyped(late, { ...shape, version: 3, migrations });
    late.apply(fresh.encode());
    assert.deepEqual(ran, [1, 2, 3, 3]);
    assert.equal(late.map("~schema").get("version"), 3);
  });
});

describe("a new document with a schema", () => {
  const migrations = { 1: (old: Doc) => old.map("meta").set("done", old.map("meta").get("state") === "done") };

  test("tells its version with its first content, so that those who hear of it live do not migrate it", () => {
    const ann = createDoc({ replicaId: 1 });
    const bob = createDoc({ replicaId: 2 });
    const [ours, theirs] = [ann, bob].map((doc) => openTyped(doc, { ...shape, migrations })) as [Typed, Typed]; // cast: two
    ann.onUpdate((bytes) => bob.apply(bytes, "network"));
    bob.onUpdate((bytes, origin) => {
      if (origin !== "network") ann.apply(bytes, "network");
    });
    ours.roots.meta.set("done", true);
    assert.equal(theirs.roots.meta.get("done"), true);
    assert.equal(ours.roots.meta.get("done"), true);
    assert.equal(bob.map("~schema").get("version"), 2);
    assert.deepEqual([...bob.version().keys()], [1], "it has written nothing");
  });

  test("keeps its version when its first step is taken back, and no step is a migration", () => {
    const doc = createDoc({ replicaId: 1 });
    const undo = createUndo(doc);
    const { roots } = openTyped(doc, { ...shape, migrations });
    const later = createUndo(doc);
    roots.body.insert(0, "x");
    for (const stack of [undo, later]) assert.equal(stack.canUndo, true);
    assert.equal(undo.undo(), true);
    assert.equal(roots.body.length, 0);
    assert.equal(undo.canUndo, false);
    assert.equal(doc.map("~schema").get("version"), 2);
    const old = createDoc({ replicaId: 2 });
    old.map("meta").set("state", "done");
    const steps = createUndo(old);
    openTyped(old, { ...shape, migrations });
    assert.equal(old.map("meta").get("done"), true);
    assert.equal(steps.canUndo, false);
  });
});

describe("a document that is observed whole", () => {
  test("tells all that a transaction changed at once, with its origin", () => {
    const features = [marks(), tree()] as const;
    const doc = createDoc({ replicaId: 1, features });
    const other = createDoc({ replicaId: 2, features });
    const heard: [readonly NodeDiff[], unknown][] = [];
    const stop = observeDoc(doc, (changes, origin) => heard.push([changes, origin]));
    other.map("m").child("list", "l").insert(0, 1, 2);
    other.text("t").insert(0, "ab");
    other.text("t").mark({ start: 0, end: 1 }, { bold: true });
    other.tree("o").add();
    doc.apply(other.encode(), "network");
    assert.equal(heard.length, 1);
    const [changes, origin] = heard[0] ?? [[], undefined];
    assert.equal(origin, "network");
    assert.deepEqual(
      new Set(changes.map(({ type, path }) => [type, ...path].join("/"))),
      new Set(["map/m", "list/m/l", "text/t", "tree/o"]),
    );
    assert.deepEqual(changes.find(({ type }) => type === "text")?.change, [
      { insert: "a", marks: { bold: true } },
      { insert: "b" },
    ]);
    doc.transact(() => doc.counter("n").add(1), { origin: "own" });
    assert.deepEqual(heard[1], [[{ type: "counter", path: ["n"], change: { before: 0, after: 1 } }], "own"]);
    stop();
    doc.counter("n").add(1);
    assert.equal(heard.length, 2);
  });
});
