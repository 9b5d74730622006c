import assert from "node:assert/strict";
import { describe, test } from "vitest";
import {
  createDoc,
  createSubdocs,
  type Doc,
  marks,
  multiMap,
  observeSubdocs,
  subdocIdOf,
  subdocIds,
  subdocRef,
  tree,
} from "../../lib/crdt/index.ts";

describe("a document in a document", () => {
  test("is a value that merges as others do, and is found wherever it stands", () => {
    const features = [marks(), tree(), multiMap()] as const;
    const doc = createDoc({ replicaId: 1, features });
    const other = createDoc({ replicaId: 2, features });
    doc.map("m").set("a", subdocRef("in a map"));
    doc.list("l").insert(0, 1, subdocRef("in a list"), { deep: [subdocRef("in a value")] });
    doc.list("l").insertChild(0, "map").child("list", "x").insert(0, subdocRef("in a node"));
    doc.set("s").add(subdocRef("in a set"));
    other.text("t").insertEmbed(0, subdocRef("in a text"));
    other.multiMap("v").set("k", subdocRef("in a multi-map"));
    other
      .tree("o")
      .data(other.tree("o").add(other.tree("o").add()))
      .set("k", subdocRef("in a tree"));
    doc.apply(other.encode());
    other.apply(doc.encode());
    const places = ["map", "list", "value", "node", "set", "text", "multi-map", "tree"];
    assert.deepEqual([...subdocIds(doc)].sort(), places.map((place) => `in a ${place}`).sort());
    assert.deepEqual(subdocIds(other), new Set([...subdocIds(doc)]));
    doc.map("m").delete("a");
    doc.list("l").delete(0, 1);
    assert.ok(!subdocIds(doc).has("in a map") && !subdocIds(doc).has("in a node"));
    assert.equal(subdocIdOf(doc.list("l").get(1)), "in a list");
  });

  test("is told from what only looks like one", () => {
    for (const value of [null, 1, "a", [], {}, { $doc: 1 }, { $doc: "a", more: 1 }, new Uint8Array(1)])
      assert.equal(subdocIdOf(value), undefined);
    assert.throws(() => subdocRef("\ud800"), { code: "CRDT_BAD_NAME" });
    assert.throws(() => subdocRef("x".repeat(1025)), { code: "CRDT_BAD_NAME" });
    const subdocs = createSubdocs(() => createDoc());
    for (const value of [null, 1, {}, { $doc: "x".repeat(1025) }])
      assert.throws(() => subdocs.open(value), { code: "CRDT_BAD_NAME" });
  });

  test("is loaded at the first asking, once, and again after it was closed or could not be loaded", async () => {
    const stored = new Map<string, Uint8Array>();
    const asked: string[] = [];
    const subdocs = createSubdocs(async (id): Promise<Doc> => {
      asked.push(id);
      const bytes = stored.get(id);
      if (bytes === undefined) throw new Error("nothing is stored");
      const doc = createDoc({ replicaId: asked.length });
      doc.apply(bytes);
      return doc;
    });
    const chapter = createDoc({ replicaId: 9 });
    chapter.text("t").insert(0, "Once");
    const book = createDoc({ replicaId: 1 });
    book.map("chapters").set("1", subdocRef("one"));
    const ref = book.map("chapters").get("1");
    await assert.rejects(subdocs.open(ref), /nothing is stored/);
    stored.set("one", chapter.encode());
    assert.equal(subdocs.loaded.size, 0);
    const [first, second] = await Promise.all([subdocs.open(ref), subdocs.open("one")]);
    assert.equal(first, second);
    assert.equal(subdocs.loaded.get("one"), first);
    assert.deepEqual(asked, ["one", "one"]);

    const heard: [string, Uint8Array, unknown][] = [];
    const stop = subdocs.onUpdate((...told) => heard.push(told));
    first.transact(() => first.text("t").insert(4, " upon"), { origin: "keys" });
    assert.deepEqual(
      heard.map(([id, , origin]) => [id, origin]),
      [["one", "keys"]],
    );
    chapter.apply(heard[0]?.[1] as Uint8Array);
    assert.equal(chapter.text("t").toString(), "Once upon");
    stop();
    first.text("t").insert(0, "x");
    subdocs.close(ref);
    subdocs.close(ref);
    first.text("t").insert(0, "y");
    assert.equal(heard.length, 1);
    assert.notEqual(await subdocs.open(ref), first);
    subdocs.dispose();
    assert.equal(subdocs.loaded.size, 0);
  });

  test("that was closed while it was loading is not kept", async () => {
    const answers: (() => void)[] = [];
    const subdocs = createSubdocs(() => new Promise<Doc>((resolve) => answers.push(() => resolve(createDoc()))));
    const first = subdocs.open("a");
    await Promise.resolve();
    await Promise.resolve();
    subdocs.close("a");
    const second = subdocs.open("a");
    await Promise.resolve();
    await Promise.resolve();
    for (const answer of answers) answer();
    const [one, two] = await Promise.all([first, second]);
    assert.notEqual(one, two);
    assert.equal(subdocs.loaded.get("a"), two);
  });

  test("is announced when it comes and when it goes", () => {
    const features = [marks()] as const;
    const doc = createDoc({ replicaId: 1, features });
    const heard: unknown[] = [];
    const stop = observeSubdocs(doc, ({ added, removed }, origin) => heard.push([added, removed, origin]));
    doc.text("t").insert(0, "typed");
    doc.counter("n").add(1);
    doc.transact(() => doc.map("m").set("a", subdocRef("x")), { origin: "own" });
    doc.list("l").insert(0, subdocRef("x"));
    doc.map("m").delete("a");
    doc.text("t").insertEmbed(2, subdocRef("y"));
    doc.list("l").delete(0, 1);
    doc.text("t").delete(0, 5);
    stop();
    doc.map("m").set("a", subdocRef("z"));
    assert.deepEqual(heard, [
      [["x"], [], "own"],
      [["y"], [], undefined],
      [[], ["x"], undefined],
      [[], ["y"], undefined],
    ]);
  });
});
