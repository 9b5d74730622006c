import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { childName } from "../../lib/crdt/container-name.ts";
import { containerOf, write } from "../../lib/crdt/containers.ts";
import { editorOf } from "../../lib/crdt/doc.ts";
import { createDoc, createUndo, marks, multiMap, observeDoc, type RichDelta } from "../../lib/crdt/index.ts";
import { markBody } from "../../lib/crdt/marks/kernel.ts";
import type { Sequence } from "../../lib/crdt/model.ts";

import { allRuns } from "../../lib/crdt/sequence/runs.ts";
import { encodeValue } from "../../lib/wire/index.ts";

const features = [marks({ link: "none", head: "before", both: "both" })] as const;

function pair() {
  const ann = createDoc({ replicaId: 1, features });
  const bob = createDoc({ replicaId: 2, features });
  return [ann, bob] as const;
}

describe("marks", () => {
  test("grow at their ends as their kind says", () => {
    const doc = createDoc({ replicaId: 1, features });
    const text = doc.text("t");
    text.insert(0, "abcd");
    text.mark({ start: 1, end: 3 }, { bold: true, link: "x", head: 1, both: 2 });
    text.insert(1, "<");
    text.insert(4, ">");
    assert.deepEqual(text.toDelta(), [
      { insert: "a" },
      { insert: "<", marks: { both: 2, head: 1 } },
      { insert: "bc", marks: { bold: true, both: 2, head: 1, link: "x" } },
      { insert: ">", marks: { bold: true, both: 2 } },
      { insert: "d" },
    ]);
    assert.equal(text.toString(), "a<bc>d");
  });

  test("grow in the same way where the units at their ends have been deleted", () => {
    const typed = (mark: [number, number], gone: [number, number], at: number, kind: string): unknown => {
      const doc = createDoc({ replicaId: 1, features });
      const text = doc.text("t");
      text.insert(0, "abcdef");
      text.mark({ start: mark[0], end: mark[1] }, { [kind]: 1 });
      text.delete(gone[0], gone[1]);
      text.insert(at, "X");
      const step = text.toDelta().find((part) => "insert" in part && part.insert.includes("X"));
      return step !== undefined && "marks" in step && step.marks !== undefined;
    };
    // ab[cd]ef: the last of the mark, the first behind it, the first of it, or the last before it is gone.
    for (const [gone, at] of [
      [3, 3],
      [4, 4],
    ] as const) {
      assert.equal(typed([2, 4], [gone, 1], at, "bold"), true);
      assert.equal(typed([2, 4], [gone, 1], at, "both"), true);
      assert.equal(typed([2, 4], [gone, 1], at, "link"), false);
      assert.equal(typed([2, 4], [gone, 1], at, "head"), false);
    }
    for (const [gone, at] of [
      [2, 2],
      [1, 1],
    ] as const) {
      assert.equal(typed([2, 4], [gone, 1], at, "bold"), false);
      assert.equal(typed([2, 4], [gone, 1], at, "link"), false);
      assert.equal(typed([2, 4], [gone, 1], at, "both"), true);
      assert.equal(typed([2, 4], [gone, 1], at, "head"), true);
    }
    assert.equal(typed([2, 4], [3, 2], 3, "bold"), true);
    assert.equal(typed([2, 4], [1, 2], 1, "bold"), false);
  });

  test("overlap, are taken away, and survive what is edited at the same time", () => {
    const [ann, bob] = pair();
    ann.text("t").insert(0, "The quick fox");
    bob.apply(ann.encode());
    ann.text("t").mark({ start: 0, end: 9 }, { bold: true });
    bob.text("t").mark({ start: 4, end: 13 }, { italic: true });
    bob.text("t").insert(9, " brown");
    ann.text("t").delete(4, 2);
    ann.apply(bob.encode({ since: ann.version() }));
    bob.apply(ann.encode({ since: bob.version() }));
    const expected: RichDelta = [
      { insert: "The ", marks: { bold: true } },
      { insert: "ick brown", marks: { bold: true, italic: true } },
      { insert: " fox", marks: { italic: true } },
    ];
    assert.deepEqual(ann.text("t").toDelta(), expected);
    assert.deepEqual(bob.text("t").toDelta(), expected);
    bob.text("t").mark({ start: 0, end: bob.text("t").length }, { bold: null, italic: null });
    assert.deepEqual(bob.text("t").toDelta(), [{ insert: "The ick brown fox" }]);
    ann.apply(bob.encode());
    assert.deepEqual(ann.encode(), bob.encode());
  });

  test("are told with the text that they are on", () => {
    const doc = createDoc({ replicaId: 1, features });
    const text = doc.text("t");
    const heard: RichDelta[] = [];
    text.observeDelta((delta) => heard.push(delta));
    text.insert(0, "abcd");
    text.mark({ start: 1, end: 3 }, { bold: true });
    doc.transact(() => {
      text.insert(3, "!");
      text.mark({ start: 0, end: 2 }, { bold: null });
      text.delete(4, 1);
    });
    text.insertEmbed(0, "x.png");
    assert.deepEqual(heard, [
      [{ insert: "abcd" }],
      [{ retain: 1 }, { retain: 2, marks: { bold: true } }],
      [
        { retain: 1 },
        { retain: 1, marks: { bold: null } },
        { retain: 1 },
        { insert: "!", marks: { bold: true } },
        { delete: 1 },
      ],
      [{ embed: "x.png" }],
    ]);
    assert.deepEqual(text.toDelta(), [{ embed: "x.png" }, { insert: "ab" }, { insert: "c!", marks: { bold: true } }]);
  });

  test("never begin or end inside a surrogate pair", () => {
    const doc = createDoc({ replicaId: 1, features });
    const text = doc.text("t");
    text.insert(0, "a😀b");
    assert.throws(() => text.mark({ start: 2, end: 4 }, { bold: true }), { code: "CRDT_SPLIT_PAIR" });
    assert.throws(() => text.mark({ start: 0, end: 2 }, { bold: true }), { code: "CRDT_SPLIT_PAIR" });
    assert.throws(() => text.mark({ start: 2, end: 1 }, { bold: true }), { code: "CRDT_BAD_INDEX" });
  });

  test("come back with the text an undo brings back, and are undone themselves", () => {
    const [ann, bob] = pair();
    const text = ann.text("t");
    text.insert(0, "one two");
    text.mark({ start: 4, end: 7 }, { link: "x" });
    bob.apply(ann.encode());
    const before = text.toDelta();
    const undo = createUndo(ann);
    text.delete(2, 5);
    undo.undo();
    assert.deepEqual(text.toDelta(), before);
    text.mark({ start: 0, end: 7 }, { bold: true });
    text.mark({ start: 0, end: 7 }, { bold: false });
    const marked = text.toDelta();
    undo.undo();
    const [first] = text.toDelta();
    assert.deepEqual(first, { insert: "one ", marks: { bold: true } });
    undo.undo();
    assert.deepEqual(text.toDelta(), before);
    undo.redo();
    undo.redo();
    assert.deepEqual(text.toDelta(), marked);
    bob.apply(ann.encode());
    assert.deepEqual(bob.text("t").toDelta(), marked);
    assert.deepEqual(bob.encode(), ann.encode());
  });

  test("of documents without the feature are passed on as they are", () => {
    const [ann, bob] = pair();
    const relay = createDoc();
    ann.text("t").insert(0, "hello");
    ann.text("t").mark({ start: 0, end: 5 }, { bold: true });
    ann.map("m").child("text", "note").insert(0, "x");
    relay.apply(ann.encode());
    assert.deepEqual(relay.encode(), ann.encode());
    bob.apply(relay.encode());
    assert.deepEqual(bob.text("t").toDelta(), [{ insert: "hello", marks: { bold: true } }]);
  });

  test("wait for the units they are anchored at", () => {
    const [ann, bob] = pair();
    ann.text("t").insert(0, "hello");
    bob.apply(ann.encode());
    const since = bob.version();
    bob.text("t").mark({ start: 1, end: 2 }, { bold: true });
    const update = bob.encode({ since });
    for (const late of [createDoc({ features }), createDoc()]) {
      assert.deepEqual(late.apply(update), { pending: true, changed: false });
      assert.deepEqual(late.pending().missing, [{ replica: 1, counter: 0 }]); // nothing of it is known
      late.apply(ann.encode());
      assert.deepEqual(late.encode(), bob.encode());
    }
  });

  test("leave nothing behind once nobody observes or undoes them", () => {
    const doc = createDoc({ replicaId: 1, features });
    for (let i = 0; i < 3; i++) {
      const undo = createUndo(doc);
      const stop = doc.text("t").observeDelta(() => undefined);
      const others = doc.text("t").observeDelta(() => undefined);
      doc.text("t").insert(0, "x");
      stop();
      stop();
      doc.text("t").insert(0, "y");
      others();
      undo.dispose();
    }
    assert.ok(Object.values(editorOf(doc).model.hooks).every((hook) => hook === undefined));
  });

  test("of a stranger that are on nothing still take in what is typed there", () => {
    const [ann, bob] = pair();
    ann.text("t").insert(0, "ab");
    const own = editorOf(ann);
    const text = own.model.containers.get("1:t") as Sequence;
    const [span] = [...allRuns(text.tree)].map((run) => run.span);
    assert.ok(span);
    const home = containerOf(own.model, childName(7, "", text));
    const [after, before] = [
      { span, offset: 0, after: true },
      { span, offset: 1, after: false },
    ];
    own.edit(home, (log) => write(own.model, log, home, markBody(log.id, 1, after, before, "bold", encodeValue(true))));
    bob.apply(ann.encode());
    const heard: RichDelta[] = [];
    bob.text("t").observeDelta((delta) => heard.push(delta));
    bob.text("t").insert(1, "x");
    assert.deepEqual(heard, [[{ retain: 1 }, { insert: "x", marks: { bold: true } }]]);
    assert.deepEqual(bob.text("t").toDelta()[1], { insert: "x", marks: { bold: true } });
  });

  test("of a document that is loaded are told to those who observe all of it", () => {
    const all = [...features, multiMap()] as const;
    const writer = createDoc({ replicaId: 5, features: all });
    writer.text("t").insert(0, "a");
    const other = createDoc({ replicaId: 1, features: all });
    other.apply(writer.encode());
    other.transact(() => {
      other.multiMap("m").set("x", 1);
      other.text("t").mark({ start: 0, end: 1 }, { bold: 1 });
    });
    const late = createDoc({ replicaId: 9, features: all });
    const heard: unknown[] = [];
    observeDoc(late, (changes) =>
      heard.push(...changes.filter(({ type }) => type === "text").map(({ change }) => change)),
    );
    late.apply(other.encode());
    writer.apply(other.encode());
    const since = late.version();
    writer.text("t").mark({ start: 0, end: 1 }, { bold: 2 });
    late.apply(writer.encode({ since }));
    assert.deepEqual(heard, [[{ insert: "a", marks: { bold: 1 } }], [{ retain: 1, marks: { bold: 2 } }]]);
  });

  test("that an undo has put on again and again can be taken back again and again", () => {
    const doc = createDoc({ replicaId: 1, features });
    const text = doc.text("t");
    const undo = createUndo(doc);
    text.insert(0, "abcd");
    text.mark({ start: 1, end: 4 }, { both: 1 });
    text.delete(0, 4);
    text.insert(0, "a");
    const last = text.toDelta();
    for (let round = 0; round < 3; round++) {
      while (undo.undo());
      assert.deepEqual(text.toDelta(), []);
      undo.redo();
      undo.redo();
      assert.deepEqual(text.toDelta(), [{ insert: "a" }, { insert: "bcd", marks: { both: 1 } }]);
      while (undo.redo());
      assert.deepEqual(text.toDelta(), last);
    }
  });
});
