import { describe, expectTypeOf, test } from "vitest";
import {
  type CrdtList,
  type CrdtMap,
  type CrdtText,
  type CrdtValue,
  type Cursor,
  createDoc,
  type Doc,
  isCrdtNode,
  type MapChanges,
  type TextDelta,
  type Version,
} from "../../lib/crdt/index.ts";

declare const doc: Doc;

describe("crdt types", () => {
  test("transact gives what its function gives", () => {
    expectTypeOf(doc.transact(() => 5)).toEqualTypeOf<number>();
    expectTypeOf(doc.transact(() => doc.text("t"), { origin: "me" }).name).toEqualTypeOf<string>();
  });

  test("listeners know what they hear", () => {
    doc.onUpdate((bytes, origin) => {
      expectTypeOf(bytes).toEqualTypeOf<Uint8Array>();
      expectTypeOf(origin).toEqualTypeOf<unknown>();
    });
    doc.text("t").observe((delta) => expectTypeOf(delta).toEqualTypeOf<TextDelta>());
    doc.map("m").observe((changes) => expectTypeOf(changes).toEqualTypeOf<MapChanges>());
    expectTypeOf(doc.onUpdate(() => undefined)).toEqualTypeOf<() => void>();
  });

  test("versions and cursors fit where they are needed", () => {
    expectTypeOf(doc.version()).toEqualTypeOf<Version>();
    doc.encode({ since: doc.version() });
    doc.encode({ since: new Map<number, number>() });
    expectTypeOf(doc.cursor(doc.text("t"), 0, "right")).toEqualTypeOf<Cursor>();
    expectTypeOf(doc.resolve(doc.cursor(doc.text("t"), 0))).toEqualTypeOf<number | undefined>();
  });

  test("maps hold what wire can carry", () => {
    expectTypeOf(doc.map("m").get("k")).toEqualTypeOf<CrdtValue | undefined>();
    expectTypeOf(doc.map("m").child("text", "k")).toEqualTypeOf<CrdtText>();
    expectTypeOf(doc.list("l").insertChild(0, "map")).toEqualTypeOf<CrdtMap>();
    const held = doc.map("m").get("k");
    if (isCrdtNode(held) && held.type === "list") expectTypeOf(held).toEqualTypeOf<CrdtList>();
    doc.map("m").set("k", ["a", 1, null, new Uint8Array()]);
    // @ts-expect-error: a Date has no encoding
    doc.map("m").set("k", new Date());
    // @ts-expect-error: undefined is the absence of a value; use delete
    doc.map("m").set("k", undefined);
  });

  test("what is not built in does not compile", () => {
    // @ts-expect-error: only "none" so far
    createDoc({ history: "full" });
    // @ts-expect-error: a cursor is made for a text
    doc.cursor(doc.map("m"), 0);
    // @ts-expect-error: a document has no trees
    doc.tree("outline");
    // @ts-expect-error: length is read
    doc.text("t").length = 0;
  });
});
