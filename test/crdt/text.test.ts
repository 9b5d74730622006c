import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createDoc, type Doc, type TextDelta } from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";
import { boundary, patch } from "./world.ts";

const coded = (code: string) => (error: unknown) => error instanceof Error && "code" in error && error.code === code;

describe("a text", () => {
  test("inserts, deletes and reads like a string", () => {
    const text = createDoc({ replicaId: 1 }).text("body");
    text.insert(0, "hello");
    text.insert(5, " world");
    text.insert(0, ">");
    text.delete(1, 6);
    assert.equal(text.toString(), ">world");
    assert.equal(text.length, 6);
    text.insert(3, "");
    text.delete(6, 0);
    assert.equal(text.toString(), ">world");
  });

  test("does what the same edits do to a string, however many there are", () => {
    const edit = fc.record({
      at: fc.nat(5000),
      count: fc.nat(12),
      text: fc.constantFrom("a", "bc", "line\n", "😀", ""),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 200, maxLength: 1500 }), (edits) => {
        const doc = createDoc({ replicaId: 1 });
        const text = doc.text("body");
        let expected = "";
        for (const { at, count, text: content } of edits) {
          const start = boundary(expected, at % (expected.length + 1));
          const end = boundary(expected, Math.min(expected.length, start + count));
          text.delete(start, end - start);
          text.insert(start, content);
          expected = expected.slice(0, start) + content + expected.slice(end);
        }
        assert.equal(text.toString(), expected);
        assert.equal(text.length, expected.length);
      }),
      { numRuns: 20 },
    );
  });

  test("keeps a million units inserted at once, cut at a thousand places", () => {
    const text = createDoc({ replicaId: 1 }).text("body");
    let expected = "0123456789".repeat(100_000);
    text.insert(0, expected);
    for (let i = 0; i < 1000; i++) {
      const at = (i * 7919) % expected.length;
      text.insert(at, "x");
      expected = `${expected.slice(0, at)}x${expected.slice(at)}`;
    }
    assert.equal(text.toString(), expected);
  });

  test.each([
    ["insert past the end", (doc: Doc) => doc.text("t").insert(4, "x")],
    ["insert before the start", (doc: Doc) => doc.text("t").insert(-1, "x")],
    ["insert between units", (doc: Doc) => doc.text("t").insert(0.5, "x")],
    ["insert at no number", (doc: Doc) => doc.text("t").insert(Number.NaN, "x")],
    ["delete past the end", (doc: Doc) => doc.text("t").delete(1, 3)],
    ["delete a negative count", (doc: Doc) => doc.text("t").delete(1, -1)],
    ["a cursor past the end", (doc: Doc) => doc.cursor(doc.text("t"), 4)],
  ])("refuses %s and stays as it was", (_, edit) => {
    const doc = createDoc({ replicaId: 1 });
    doc.text("t").insert(0, "abc");
    const before = doc.encode();
    assert.throws(() => edit(doc), coded("CRDT_BAD_INDEX"));
    assert.deepEqual(doc.encode(), before);
  });

  test("never splits a surrogate pair and takes no half of one", () => {
    const doc = createDoc({ replicaId: 1 });
    const text = doc.text("t");
    text.insert(0, "a😀b😀");
    for (const edit of [
      () => text.insert(2, "x"),
      () => text.delete(2, 1),
      () => text.delete(1, 1),
      () => text.delete(0, 2),
      () => text.delete(2, 4),
      () => doc.cursor(text, 2),
    ]) {
      assert.throws(edit, coded("CRDT_SPLIT_PAIR"));
    }
    for (const half of ["\ud83d", "\ude00", "a\ud83d", "\ude00b", "\ude00\ud83d"]) {
      assert.throws(() => text.insert(0, half), coded("CRDT_LONE_SURROGATE"));
    }
    assert.equal(text.toString(), "a😀b😀");
    text.delete(1, 2);
    text.insert(1, "é");
    assert.equal(text.toString(), "aéb😀");
    const copy = createDoc();
    copy.apply(doc.encode());
    assert.equal(copy.text("t").toString(), "aéb😀");
    assert.deepEqual(copy.encode(), doc.encode());
  });

  test("keeps roots apart by type and name, whatever the name", () => {
    const doc = createDoc({ replicaId: 1 });
    const names = ["__proto__", "constructor", "toString", "", "é", "😀", "a".repeat(1024)];
    for (const name of names) {
      doc.text(name).insert(0, `text of ${name}`);
      doc.map(name).set("__proto__", name);
    }
    const copy = createDoc();
    copy.apply(doc.encode());
    for (const name of names) {
      assert.equal(copy.text(name).toString(), `text of ${name}`);
      assert.equal(copy.map(name).get("__proto__"), name);
      assert.equal(copy.text(name), copy.text(name));
    }
    assert.equal(Object.getPrototypeOf({}), Object.prototype);
    for (const name of ["\ud800", "a".repeat(1025), "é".repeat(600)]) {
      assert.throws(() => doc.text(name), coded("CRDT_BAD_NAME"));
      assert.throws(() => doc.map(name), coded("CRDT_BAD_NAME"));
      assert.throws(() => doc.map("m").set(name, 1), coded("CRDT_BAD_NAME"));
    }
  });
});

describe("what concurrent writers typed", () => {
  const type = (doc: Doc, at: number, word: string, backwards: boolean): void => {
    const letters = backwards ? [...word].reverse() : [...word];
    letters.forEach((letter, i) => {
      doc.text("t").insert(backwards ? at : at + i, letter);
    });
  };

  test("stays contiguous, typed forwards or backwards, whoever writes where and in whatever order it merges", () => {
    const writer = fc.record({ backwards: fc.boolean(), id: fc.integer({ min: 10, max: 1_000_000 }) });
    const scene = fc.record({
      base: fc.constantFrom("", "x", "xy", "[]"),
      at: fc.nat(2),
      writers: fc.uniqueArray(writer, { minLength: 2, maxLength: 5, selector: ({ id }) => id }),
      gone: fc.boolean(),
    });
    fc.assert(
      fc.property(scene, ({ base, at, writers, gone }) => {
        const origin = createDoc({ replicaId: 1 });
        origin.text("t").insert(0, base);
        if (gone) origin.text("t").delete(0, Math.min(1, base.length));
        const start = Math.min(at, origin.text("t").length);
        const docs = writers.map(({ id, backwards }, i) => {
          const doc = createDoc({ replicaId: id });
          doc.apply(origin.encode());
          type(doc, start, String.fromCharCode(65 + i).repeat(8), backwards);
          return doc;
        });
        for (const order of [docs, [...docs].reverse()]) {
          const merged = createDoc();
          for (const doc of order) merged.apply(doc.encode());
          const text = merged.text("t").toString();
          for (let i = 0; i < docs.length; i++) assert.match(text, new RegExp(`${String.fromCharCode(65 + i)}{8}`));
        }
      }),
      { numRuns: runs(300) },
    );
  });

  test("stays contiguous when several hands continue it, in both directions", () => {
    // The case in which YATA interleaves: two pairs of people prepend by turns, the pairs apart from each other.
    const docs = [3, 1, 4, 2].map((replicaId) => createDoc({ replicaId }));
    const [a1, a2, b1, b2] = docs as [Doc, Doc, Doc, Doc]; // cast: four were made
    for (const [first, second, letter] of [
      [a1, a2, "A"],
      [b1, b2, "B"],
    ] as const) {
      for (let i = 0; i < 6; i++) {
        const [writer, reader] = i % 2 === 0 ? [first, second] : [second, first];
        writer.text("t").insert(0, letter);
        reader.apply(writer.encode({ since: reader.version() }));
      }
    }
    const merged = createDoc();
    for (const doc of docs) merged.apply(doc.encode());
    assert.match(merged.text("t").toString(), /^(AAAAAABBBBBB|BBBBBBAAAAAA)$/);
  });
});

describe("observers of a text", () => {
  const watch = (doc: Doc): { deltas: TextDelta[]; origins: unknown[]; stop: () => void } => {
    const deltas: TextDelta[] = [];
    const origins: unknown[] = [];
    const stop = doc.text("t").observe((delta, origin) => {
      deltas.push(delta);
      origins.push(origin);
    });
    return { deltas, origins, stop };
  };

  test("hear one delta per transaction, with its origin", () => {
    const doc = createDoc({ replicaId: 1 });
    const { deltas, origins } = watch(doc);
    doc.text("t").insert(0, "hello");
    doc.transact(
      () => {
        doc.text("t").delete(0, 1);
        doc.text("t").insert(0, "J");
        doc.transact(() => doc.text("t").insert(5, "!"), { origin: "inner" });
      },
      { origin: "outer" },
    );
    doc.map("other").set("k", 1);
    doc.transact(() => {
      doc.text("t").insert(2, "gone");
      doc.text("t").delete(2, 4);
    });
    assert.deepEqual(deltas, [[{ insert: "hello" }], [{ insert: "J" }, { delete: 1 }, { retain: 4 }, { insert: "!" }]]);
    assert.deepEqual(origins, [undefined, "outer"]);
  });

  test("hear nothing after their stop, and stopping twice is harmless", () => {
    const doc = createDoc({ replicaId: 1 });
    const first = watch(doc);
    const second = watch(doc);
    first.stop();
    first.stop();
    doc.text("t").insert(0, "a");
    second.stop();
    doc.text("t").insert(0, "b");
    assert.deepEqual([first.deltas.length, second.deltas.length], [0, 1]);
  });

  test("may edit: every listener hears transactions in the order they happened", () => {
    const doc = createDoc({ replicaId: 1 });
    doc.text("t").observe(() => {
      if (doc.text("t").length < 3) doc.text("t").insert(0, "x");
    });
    const { deltas } = watch(doc);
    const copy = createDoc();
    doc.onUpdate((bytes) => copy.apply(bytes));
    doc.text("t").insert(0, "a");
    assert.equal(doc.text("t").toString(), "xxa");
    assert.deepEqual(deltas, [[{ insert: "a" }], [{ insert: "x" }], [{ insert: "x" }]]);
    assert.equal(copy.text("t").toString(), "xxa");
  });

  test("that throw keep no one else from hearing", () => {
    const doc = createDoc({ replicaId: 1 });
    doc.text("t").observe(() => {
      throw new Error("first");
    });
    const { deltas } = watch(doc);
    assert.throws(() => doc.text("t").insert(0, "a"), /first/);
    assert.equal(deltas.length, 1);
    assert.equal(doc.text("t").toString(), "a");
    assert.throws(() => doc.text("t").insert(1, "b"), /first/);
    assert.equal(doc.text("t").toString(), "ab");
  });

  test("hear of edits made before a transaction threw", () => {
    const doc = createDoc({ replicaId: 1 });
    const { deltas } = watch(doc);
    const fail = (): void => {
      doc.text("t").insert(0, "kept");
      throw new Error("too late");
    };
    assert.throws(() => doc.transact(fail), /too late/);
    assert.deepEqual(deltas, [[{ insert: "kept" }]]);
  });

  test("typed on after another's text has grown before it goes where the index says", () => {
    const [ann, bob] = [createDoc({ replicaId: 1 }), createDoc({ replicaId: 2 })] as const;
    ann.onUpdate((bytes, origin) => origin !== "net" && bob.apply(bytes, "net"));
    bob.onUpdate((bytes, origin) => origin !== "net" && ann.apply(bytes, "net"));
    ann.text("t").insert(0, "z");
    bob.text("t").insert(0, "b");
    ann.text("t").insert(2, "aa");
    bob.text("t").insert(1, "bb");
    ann.text("t").insert(4, "X");
    assert.equal(ann.text("t").toString(), "bbbzXaa");
    assert.equal(bob.text("t").toString(), "bbbzXaa");
  });

  test("can rebuild a large remote change", () => {
    const writer = createDoc({ replicaId: 2 });
    const reader = createDoc({ replicaId: 1 });
    writer.text("t").insert(0, "0123456789".repeat(200));
    reader.apply(writer.encode());
    let mirror = reader.text("t").toString();
    reader.text("t").observe((delta) => {
      mirror = patch(mirror, delta);
    });
    for (let i = 0; i < 300; i++) {
      writer.text("t").delete((i * 37) % 1000, 3);
      writer.text("t").insert((i * 91) % 900, "new ");
    }
    reader.text("t").insert(5, "mine");
    reader.apply(writer.encode({ since: reader.version() }), "net");
    assert.equal(mirror, reader.text("t").toString());
  });
});
