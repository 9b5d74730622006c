import assert from "node:assert/strict";
import { describe, test } from "vitest";
import * as Y from "yjs";
import { fromYjs } from "../../adapters/yjs/index.ts";
import { createDoc, isCrdtNode, marks } from "../../lib/crdt/index.ts";

function yjs(): Y.Doc {
  const from = new Y.Doc();
  const text = from.getText("body");
  text.insert(0, "Hello world");
  text.format(0, 5, { bold: true });
  text.insertEmbed(5, { image: "x.png" });
  text.delete(0, 1);
  const meta = from.getMap<unknown>("meta");
  meta.set("title", "T");
  meta.set("big", 5n);
  meta.set("nested", { a: [1, null, true], b: { c: "d" } });
  const note = new Y.Text("note 😀");
  meta.set("note", note);
  meta.set("gone", 1);
  meta.delete("gone");
  const list = from.getArray<unknown>("list");
  const card = new Y.Map<unknown>();
  list.push([1, "two", card, new Uint8Array([3])]);
  card.set("tags", Y.Array.from(["a", "b"]));
  const xml = from.getXmlFragment("xml");
  const element = new Y.XmlElement("p");
  xml.push([element]);
  element.setAttribute("class", "x");
  element.push([new Y.XmlText("inside")]);
  from.getText("empty");
  return from;
}

function read(value: unknown): unknown {
  if (!isCrdtNode(value)) return value;
  if (value.type === "map") return Object.fromEntries(value.entries().map(([key, part]) => [key, read(part)]));
  return value.type === "list" ? value.toArray().map(read) : String(value);
}

describe("a document of Yjs", () => {
  test("is carried over: texts with formats and embeds, maps, lists and XML, nested", () => {
    const doc = createDoc({ replicaId: 1, features: [marks()] });
    let updates = 0;
    doc.onUpdate((_, origin) => {
      assert.equal(origin, "yjs");
      updates++;
    });
    fromYjs(Y.encodeStateAsUpdate(yjs()), doc, { roots: { empty: "list", xml: "list" } });
    assert.equal(updates, 1);
    assert.equal(doc.text("body").toString(), "ello\uFFFC world");
    const [first, embed, rest] = doc.text("body").toDelta();
    assert.deepEqual(first, { insert: "ello", marks: { bold: true } });
    assert.ok(embed !== undefined && "embed" in embed);
    assert.equal((embed.embed as { image?: string }).image, "x.png");
    assert.deepEqual(rest, { insert: " world" });
    assert.equal(doc.map("meta").get("title"), "T");
    assert.equal(doc.map("meta").get("big"), 5);
    assert.equal(String(doc.map("meta").get("note")), "note 😀");
    assert.equal(doc.map("meta").has("gone"), false);
    assert.deepEqual(JSON.parse(JSON.stringify(doc.map("meta").get("nested"))), { a: [1, null, true], b: { c: "d" } });
    const [one, two, card, bytes] = doc.list("list").toArray();
    assert.deepEqual([one, two, bytes], [1, "two", new Uint8Array([3])]);
    assert.deepEqual(read(card), { tags: ["a", "b"] });
    const [element] = doc.list("xml").toArray();
    const { attributes, ...others } = read(element) as { attributes: object }; // cast: elements have them
    assert.deepEqual(others, { name: "p", children: ["inside"] });
    assert.deepEqual({ ...attributes }, { class: "x" });
  });

  test("is the same from either version of its bytes", () => {
    const from = yjs();
    const [one, two] = [Y.encodeStateAsUpdate(from), Y.encodeStateAsUpdateV2(from)].map((update) => {
      const doc = createDoc({ replicaId: 1, features: [marks()] });
      fromYjs(update, doc);
      return doc.encode();
    });
    assert.deepEqual(two, one);
    for (const empty of [Y.encodeStateAsUpdate(new Y.Doc()), Y.encodeStateAsUpdateV2(new Y.Doc())]) {
      const doc = createDoc({ replicaId: 1 });
      fromYjs(empty, doc);
      assert.equal(doc.version().size, 0);
    }
  });

  test("has its texts told from maps and lists: one with attributes, and one that begins with a type", () => {
    const from = new Y.Doc();
    from.getText("page").insert(0, "Hello");
    from.getText("page").setAttribute("lang", "en");
    from.getText("begun").insertEmbed(0, new Y.Map([["video", "x.mp4"]]));
    from.getText("begun").insert(1, "after");
    from.getArray("values").insert(0, [new Y.Text("in a list"), "x"]);
    const doc = createDoc({ replicaId: 1, features: [marks()] });
    fromYjs(Y.encodeStateAsUpdate(from), doc);
    assert.equal(doc.text("page").toString(), "Hello");
    assert.equal(doc.text("begun").toString(), "after");
    assert.deepEqual(doc.list("values").toArray().map(read), ["in a list", "x"]);
  });

  test("can be carried over without marks, which then are left out", () => {
    const doc = createDoc({ replicaId: 1 });
    fromYjs(Y.encodeStateAsUpdate(yjs()), doc);
    assert.equal(doc.text("body").toString(), "ello world");
  });

  test("keeps its nested types that are empty, and those around which only such are", () => {
    const from = new Y.Doc();
    const meta = from.getMap<unknown>("meta");
    for (const [key, Type] of Object.entries({ list: Y.Array, map: Y.Map, text: Y.Text, xml: Y.XmlText }))
      meta.set(key, new Type());
    const around = new Y.Map<unknown>();
    meta.set("around", around);
    around.set("list", new Y.Array());
    const doc = createDoc({ replicaId: 1 });
    fromYjs(Y.encodeStateAsUpdate(from), doc);
    assert.deepEqual(read(doc.map("meta")), { around: { list: [] }, list: [], map: {}, text: "", xml: "" });
  });

  test("changes nothing where it cannot be carried over: nested too deep, or with names too long", () => {
    const deep = new Y.Doc();
    let at = deep.getMap<unknown>("deep");
    for (let i = 0; i < 40; i++) {
      const next = new Y.Map<unknown>();
      at.set("below", next);
      at = next;
    }
    deep.getText("body").insert(0, "text");
    const long = new Y.Doc();
    long.getMap("meta").set("k".repeat(2000), 1);
    long.getText("body").insert(0, "text");
    for (const from of [deep, long]) {
      const doc = createDoc({ replicaId: 1, features: [marks()] });
      const bytes = doc.encode();
      assert.throws(() => fromYjs(Y.encodeStateAsUpdate(from), doc), { name: "CodedError" });
      assert.deepEqual(doc.encode(), bytes);
    }
  });

  test("that is damaged or incomplete is refused, and changes nothing", () => {
    const doc = createDoc({ replicaId: 1 });
    assert.throws(() => fromYjs(new Uint8Array([1, 2, 3]), doc), { code: "CRDT_BAD_YJS" });
    const from = new Y.Doc();
    const updates: Uint8Array[] = [];
    from.on("update", (update: Uint8Array) => updates.push(update));
    from.getText("t").insert(0, "a");
    from.getText("t").insert(1, "b");
    assert.throws(() => fromYjs(updates[1] as Uint8Array, doc), { code: "CRDT_BAD_YJS" }); // cast: there are two
    assert.equal(doc.version().size, 0);
  });
});
