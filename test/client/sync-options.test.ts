import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { sharedText } from "../../adapters/codemirror/index.ts";
import { sharedRichText } from "../../adapters/prosemirror/index.ts";
import {
  bindCursors,
  bindTextarea,
  bindUndo,
  browserTabs,
  indexedDbStore,
  openDocument,
} from "../../client/sync/index.ts";
import { createDoc, createUndo, marks } from "../../lib/crdt/index.ts";

const WRONG: readonly unknown[] = [undefined, null, {}, [], "x", 5, true, Symbol("s"), () => {}];
const isString = (value: unknown): boolean => typeof value === "string";

const doc = createDoc({ replicaId: 1, features: [marks({})] });
const text = doc.text("body");
text.insert(0, "text");
const field = document.createElement("textarea");

/** What callers without types pass, with the parts that are to be refused. */
const CALLS: readonly (readonly [
  name: string,
  call: (wrong: unknown) => unknown,
  takes?: (value: unknown) => boolean,
])[] = [
  ["bindTextarea: text", (wrong) => bindTextarea(wrong as never, field)],
  ["bindTextarea: field", (wrong) => bindTextarea(text, wrong as never)],
  ["bindUndo: undo", (wrong) => bindUndo(wrong as never, field)],
  ["bindUndo: field", (wrong) => bindUndo(createUndo(doc), wrong as never)],
  ["bindCursors", (wrong) => bindCursors(wrong as never)],
  ["bindCursors: field", (wrong) => bindCursors({ doc, text, field: wrong } as never)],
  [
    "indexedDbStore: database",
    (wrong) => indexedDbStore({ database: wrong } as never),
    (value) => value === undefined || isString(value),
  ],
  [
    "indexedDbStore: durability",
    (wrong) => indexedDbStore({ durability: wrong } as never),
    (value) => value === undefined,
  ],
  ["browserTabs", (wrong) => browserTabs(wrong as never), isString],
  ["openDocument: url", (wrong) => openDocument({ url: wrong, name: "notes" } as never), isString],
  ["sharedText", (wrong) => sharedText(wrong as never)],
  ["sharedText: doc", (wrong) => sharedText({ doc: wrong, text } as never)],
  ["sharedText: text", (wrong) => sharedText({ doc, text: wrong } as never)],
  [
    "sharedText: presence",
    (wrong) => sharedText({ doc, text, presence: wrong } as never),
    (value) => value === undefined,
  ],
  ["sharedRichText", (wrong) => sharedRichText(wrong as never)],
  ["sharedRichText: doc", (wrong) => sharedRichText({ doc: wrong, text } as never)],
  ["sharedRichText: text", (wrong) => sharedRichText({ doc, text: wrong } as never)],
  ["sharedRichText: a text without marks", () => sharedRichText({ doc, text: createDoc().text("body") } as never)],
  [
    "sharedRichText: presence",
    (wrong) => sharedRichText({ doc, text, presence: wrong } as never),
    (value) => value === undefined,
  ],
];

describe("what callers without types pass to the binding of a page", () => {
  test.each(CALLS.map(([name, call, takes = () => false]) => ({ name, call, takes })))(
    "$name is refused with a code, before anything changes",
    ({ call, takes }) => {
      for (const wrong of WRONG) if (!takes(wrong)) assert.throws(() => call(wrong), { code: "SYNC_BAD_OPTION" });
      assert.equal(field.value, "");
    },
  );
});
