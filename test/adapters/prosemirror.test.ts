import assert from "node:assert/strict";
import fc from "fast-check";
import { type Node, Schema } from "prosemirror-model";
import { schema as basic } from "prosemirror-schema-basic";
import { EditorState } from "prosemirror-state";
import { describe, test } from "vitest";
import { build } from "../../adapters/prosemirror/build.ts";
import { changeTo } from "../../adapters/prosemirror/change.ts";
import { marksOf, readDocument } from "../../adapters/prosemirror/index.ts";
import { unitsOf, unitsOfDelta } from "../../adapters/prosemirror/units.ts";
import { writeUnits } from "../../adapters/prosemirror/write.ts";
import { createDoc, marks, type RichText } from "../../lib/crdt/index.ts";

/** The basic schema with lists, as most editors have them. */
const schema = new Schema({
  nodes: basic.spec.nodes
    .addToEnd("bullet_list", { content: "list_item+", group: "block" })
    .addToEnd("list_item", { content: "paragraph block*" }),
  marks: basic.spec.marks,
});

const createText = (replicaId: number) => {
  const doc = createDoc({ replicaId, features: [marks(marksOf(schema))] });
  return { doc, text: doc.text("body") as RichText };
};

const inline = fc.oneof(
  fc
    .record({
      text: fc.string({ unit: fc.constantFrom("a", "b", " ", "😀"), minLength: 1, maxLength: 4 }),
      names: fc.subarray(["strong", "em", "code"]),
      link: fc.boolean(),
    })
    .map(({ text, names, link }) =>
      schema.text(text, [
        ...(link ? [schema.mark("link", { href: "/x", title: null })] : []),
        ...names.map((name) => schema.mark(name)),
      ]),
    ),
  fc.constantFrom(schema.node("hard_break"), schema.node("image", { src: "/i.png", alt: null, title: null })),
);
const inlines = fc.array(inline, { maxLength: 4 });
const { block } = fc.letrec<{ block: Node; paragraph: Node }>((tie) => ({
  paragraph: inlines.map((content) => schema.node("paragraph", null, content)),
  block: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("paragraph"),
    fc
      .tuple(fc.integer({ min: 1, max: 6 }), inlines)
      .map(([level, content]) => schema.node("heading", { level }, content)),
    fc.constant(schema.node("horizontal_rule")),
    fc.string({ maxLength: 3 }).map((text) => schema.node("code_block", null, text === "" ? [] : [schema.text(text)])),
    fc.array(tie("block"), { minLength: 1, maxLength: 2 }).map((content) => schema.node("blockquote", null, content)),
    fc
      .array(fc.tuple(tie("paragraph"), fc.array(tie("block"), { maxLength: 1 })), { minLength: 1, maxLength: 3 })
      .map((items) =>
        schema.node(
          "bullet_list",
          null,
          items.map(([first, rest]) => schema.node("list_item", null, [first, ...rest])),
        ),
      ),
  ),
}));
const documents = fc.array(block, { minLength: 1, maxLength: 4 }).map((blocks) => schema.node("doc", null, blocks));

const write = (text: RichText, before: Node, after: Node): void =>
  text.length === 0 ? writeUnits(text, 0, [], unitsOf(after)) : writeUnits(text, 0, unitsOf(before), unitsOf(after));

describe("a ProseMirror document as a flat text", () => {
  test("is the document again", () =>
    fc.assert(
      fc.property(documents, (doc) => {
        doc.check();
        const built = build(unitsOf(doc), schema);
        assert.deepEqual(built.doc.toJSON(), doc.toJSON());
        assert.equal(built.isForeign, false);
      }),
    ));

  test("goes from any document to any other", () =>
    fc.assert(
      fc.property(documents, documents, documents, (first, second, third) => {
        const { text } = createText(1);
        write(text, schema.node("doc", null, [schema.node("paragraph")]), first);
        write(text, first, second);
        assert.deepEqual(readDocument(text, schema).toJSON(), second.toJSON());
        write(text, second, third);
        assert.deepEqual(readDocument(text, schema).toJSON(), third.toJSON());
      }),
      { numRuns: 50 }, // three documents each
    ));

  test("brings an editor to any other document, and touches no content where only marks differ", () =>
    fc.assert(
      fc.property(documents, documents, fc.nat(30), fc.nat(30), (before, after, one, other) => {
        const state = EditorState.create({ schema, doc: before });
        assert.deepEqual((changeTo(state, after)?.doc ?? before).toJSON(), after.toJSON());
        const size = before.content.size;
        const [from, to] = [Math.min(one, other, size), Math.min(Math.max(one, other), size)];
        const marked = state.tr.addMark(from, to, schema.mark("em")).doc;
        const change = changeTo(state, marked);
        assert.deepEqual((change?.doc ?? before).toJSON(), marked.toJSON());
        assert.deepEqual(change?.mapping.maps.filter((map) => map.invert().toString() !== "[]") ?? [], []);
      }),
    ));

  test("puts a letter, and takes one, where the caret is, however many equal ones stand around it", () =>
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), fc.nat(2), fc.boolean(), (left, right, count, isTyped) => {
        const { text } = createText(1);
        const long = schema.node("doc", null, [
          schema.node("paragraph", null, schema.text("a".repeat(left + count + 1 + right))),
        ]);
        const short = schema.node("doc", null, [
          schema.node("paragraph", null, left + right > 0 ? schema.text("a".repeat(left + right)) : []),
        ]);
        const [before, after] = isTyped ? [short, long] : [long, short];
        write(text, before, before);
        const heard: unknown[] = [];
        text.observe((delta) => heard.push(delta));
        writeUnits(text, 0, unitsOf(before), unitsOf(after), isTyped ? left + count + 1 : left);
        const edit = isTyped ? { insert: "a".repeat(count + 1) } : { delete: count + 1 };
        assert.deepEqual(heard, [left > 0 ? [{ retain: left }, edit] : [edit]]);
      }),
    ));

  test("gives nothing the marks of what was deleted in its place", () => {
    const { text } = createText(1);
    const paragraph = schema.node("paragraph");
    const page = (...blocks: Node[]): Node => schema.node("doc", null, blocks);
    const [marked, empty, plain] = [
      page(schema.node("paragraph", null, [schema.text("a", [schema.mark("code")])])),
      page(paragraph),
      page(schema.node("heading", null, [schema.node("hard_break")]), paragraph),
    ];
    write(text, empty, marked);
    write(text, marked, empty);
    write(text, empty, plain);
    assert.deepEqual(readDocument(text, schema).toJSON(), plain.toJSON());
  });

  test("is a valid document whatever two people did to it at once, and the same for both", () =>
    fc.assert(
      fc.property(documents, documents, documents, (base, left, right) => {
        const [ada, bob] = [createText(1), createText(2)];
        write(ada.text, base, base);
        bob.doc.apply(ada.doc.encode());
        write(ada.text, base, left);
        write(bob.text, base, right);
        ada.doc.apply(bob.doc.encode());
        bob.doc.apply(ada.doc.encode());
        const merged = readDocument(ada.text, schema);
        merged.check();
        assert.deepEqual(merged.toJSON(), readDocument(bob.text, schema).toJSON());
      }),
      { numRuns: 50 },
    ));

  test("keeps a text that one splits while another types in its second half", () => {
    const paragraph = (text: string): Node => schema.node("paragraph", null, text === "" ? [] : [schema.text(text)]);
    const page = (...texts: string[]): Node => schema.node("doc", null, texts.map(paragraph));
    const [ada, bob] = [createText(1), createText(2)];
    write(ada.text, page(""), page("one two"));
    bob.doc.apply(ada.doc.encode());
    write(ada.text, page("one two"), page("one ", "two"));
    write(bob.text, page("one two"), page("one two three"));
    ada.doc.apply(bob.doc.encode());
    assert.deepEqual(readDocument(ada.text, schema).toJSON(), page("one ", "two three").toJSON());
  });

  test("is a valid document whatever a stranger puts into it", () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ maxLength: 3 }),
            fc.record({
              block: fc.oneof(
                fc.constantFrom("paragraph", "heading", "bullet_list", "doc", "text", "image", "nothing"),
                fc.nat(),
              ),
              attrs: fc.oneof(fc.constant({}), fc.constant({ level: 2 }), fc.constant(null)),
              in: fc.array(
                fc.oneof(
                  fc.constantFrom("blockquote", "list_item", "bullet_list", "paragraph").map((name) => [name, {}]),
                  fc.nat(),
                ),
                { maxLength: 3 },
              ),
              from: fc.oneof(fc.nat(4), fc.constant(-1), fc.constant("x")),
            }),
            fc.record({ node: fc.constantFrom("image", "hard_break", "paragraph", "doc", "nothing") }),
            fc.constantFrom(null, 1, [1]).map((value) => ({ other: value })),
          ),
          { maxLength: 8 },
        ),
        (parts) => {
          const { text } = createText(1);
          for (const part of parts) {
            if (typeof part === "string") text.insert(text.length, part.replace(/\p{Surrogate}/gu, "?"));
            else text.insertEmbed(text.length, part as never); // cast: what wire can carry
          }
          readDocument(text, schema).check();
          build(unitsOfDelta(text.toDelta()), basic).doc.check();
        },
      ),
    ));
});
