import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";

const merge = (docs: readonly Doc[]): void => {
  for (const to of docs) for (const from of docs) to.apply(from.encode());
};

describe("a map", () => {
  test("reads what was written, as a copy", () => {
    const doc = createDoc({ replicaId: 1 });
    const map = doc.map("meta");
    const list = [1, "two", null];
    map.set("list", list);
    list.push(4);
    map.set("bytes", new Uint8Array([1, 2]));
    map.set("n", 1.5);
    assert.deepEqual(map.get("list"), [1, "two", null]);
    assert.deepEqual(map.get("bytes"), new Uint8Array([1, 2]));
    assert.equal(map.has("n"), true);
    assert.equal(map.size, 3);
    map.delete("n");
    map.delete("never");
    assert.equal(map.get("n"), undefined);
    assert.equal(map.has("n"), false);
    assert.deepEqual(
      map.entries().map(([key]) => key),
      ["bytes", "list"],
    );
  });

  test("can hold null, which is a value", () => {
    const map = createDoc({ replicaId: 1 }).map("meta");
    map.set("k", null);
    assert.equal(map.has("k"), true);
    assert.equal(map.get("k"), null);
  });

  test("keeps the write made with the most knowledge, then the highest replica's", () => {
    const docs = [5, 9, 7].map((replicaId) => createDoc({ replicaId }));
    const [a, b, c] = docs as [Doc, Doc, Doc]; // cast: three were made
    a.map("m").set("tie", "a");
    b.map("m").set("tie", "b");
    c.map("m").set("tie", "c");
    merge(docs);
    for (const doc of docs) assert.equal(doc.map("m").get("tie"), "b");
    a.map("m").set("tie", "later");
    merge(docs);
    for (const doc of docs) assert.equal(doc.map("m").get("tie"), "later");
    b.map("m").delete("tie");
    merge(docs);
    for (const doc of docs) assert.equal(doc.map("m").has("tie"), false);
    assert.deepEqual(a.encode(), b.encode());
    assert.deepEqual(a.encode(), c.encode());
  });

  test("keeps its size however often it is rewritten", () => {
    const doc = createDoc({ replicaId: 1 });
    const rewrite = (times: number): number => {
      for (let i = 0; i < times; i++) doc.map("m").set(`key ${i % 10}`, "value");
      return doc.encode().length;
    };
    const once = rewrite(10);
    assert.ok(rewrite(10_000) < once * 1.5, `${once} bytes at first`);
    const copy = createDoc();
    copy.apply(doc.encode());
    assert.deepEqual(copy.map("m").entries(), doc.map("m").entries());
    assert.deepEqual(copy.encode(), doc.encode());
  });

  test("tells its observers keys with the values before and after", () => {
    const doc = createDoc({ replicaId: 1 });
    doc.map("m").set("a", 1);
    const heard: unknown[] = [];
    const stop = doc.map("m").observe((changes, origin) => heard.push([[...changes], origin]));
    doc.transact(
      () => {
        doc.map("m").set("a", 2);
        doc.map("m").set("a", 3);
        doc.map("m").set("b", true);
      },
      { origin: "me" },
    );
    doc.map("m").delete("a");
    stop();
    doc.map("m").delete("b");
    assert.deepEqual(heard, [
      [
        [
          ["a", { before: 1, after: 3 }],
          ["b", { before: undefined, after: true }],
        ],
        "me",
      ],
      [[["a", { before: 3, after: undefined }]], undefined],
    ]);
  });
});
