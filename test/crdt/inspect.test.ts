import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { authorize, createDoc, inspectUpdate, marks } from "../../lib/crdt/index.ts";

describe("an update that is inspected", () => {
  test("tells what is new in it: kind, container, replica and numbers, and changes nothing", () => {
    const ann = createDoc({ replicaId: 1, features: [marks()] });
    const server = createDoc();
    ann.text("body").insert(0, "hello");
    server.apply(ann.encode());
    ann.text("body").insert(5, " world");
    ann.text("body").mark({ start: 0, end: 5 }, { bold: true });
    ann.map("meta").child("list", "tags").insert(0, "a", "b");
    ann.text("body").delete(0, 2);
    ann.map("meta").child("list", "tags").delete(0, 1);
    ann.counter("n").add(2);
    const before = server.encode();
    for (const update of [ann.encode({ since: server.version() }), ann.encode()]) {
      assert.deepEqual(inspectUpdate(server, update), [
        { kind: "insert", type: "text", path: ["body"], replica: 1, from: 5, to: 11 },
        { kind: "mark", type: "text", path: ["body"], replica: 1, from: 11, to: 12 },
        { kind: "write", type: "map", path: ["meta"], replica: 1, from: 12, to: 13 },
        { kind: "insert", type: "list", path: ["meta", "tags"], replica: 1, from: 13, to: 15 },
        { kind: "write", type: "counter", path: ["n"], replica: 1, from: 15, to: 16 },
        { kind: "delete", type: "text", path: ["body"], replica: 1, from: 0, to: 3 },
        { kind: "delete", type: "list", path: ["meta", "tags"], replica: 1, from: 0, to: 3 },
      ]);
    }
    assert.deepEqual(server.encode(), before);
    server.apply(ann.encode());
    assert.deepEqual(inspectUpdate(server, ann.encode()), []);
  });

  test("that must wait for others has no answer yet, and a damaged one is refused", () => {
    const ann = createDoc({ replicaId: 1 });
    ann.text("t").insert(0, "a");
    const since = ann.version();
    ann.text("t").insert(1, "b");
    const update = ann.encode({ since });
    assert.equal(inspectUpdate(createDoc(), update), undefined);
    const damaged = update.slice();
    damaged[damaged.length - 1] = 0;
    assert.throws(() => inspectUpdate(createDoc(), damaged), { code: "CRDT_BAD_CHECKSUM" });
  });
});

describe("a document that authorizes", () => {
  const guarded = () =>
    createDoc({
      features: [authorize(({ kind, path }) => (path[0] === "locked" ? `no ${kind} there` : undefined))],
    });

  test("refuses an update whole, names the operation, and stays as it was", () => {
    const doc = guarded();
    const ann = createDoc({ replicaId: 1 });
    ann.text("open").insert(0, "fine");
    doc.apply(ann.encode());
    const before = doc.encode();
    ann.transact(() => {
      ann.text("open").insert(4, "!");
      ann.map("locked").set("k", 1);
    });
    assert.throws(() => doc.apply(ann.encode({ since: doc.version() })), {
      code: "CRDT_REFUSED",
      value: { kind: "write", type: "map", path: ["locked"], replica: 1, from: 5, to: 6 },
    });
    assert.throws(() => doc.apply(ann.encode()), { code: "CRDT_REFUSED" });
    assert.throws(() => guarded().apply(ann.encode()), { code: "CRDT_REFUSED" });
    assert.deepEqual(doc.encode(), before);
  });

  test("asks about updates that waited, and drops those it refuses", () => {
    const doc = guarded();
    const ann = createDoc({ replicaId: 1 });
    const updates: Uint8Array[] = [];
    ann.onUpdate((bytes) => updates.push(bytes));
    ann.text("open").insert(0, "fine");
    ann.text("locked").insert(0, "no");
    const [first, second] = updates;
    assert.ok(first && second);
    assert.equal(doc.apply(second).pending, true);
    doc.apply(first);
    assert.equal(doc.text("locked").toString(), "");
    assert.equal(doc.pending().updates, 0);
  });
});
