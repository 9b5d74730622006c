import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  type CrdtNode,
  type CrdtText,
  createDoc,
  createUndo,
  type Doc,
  isCrdtNode,
  marks,
  type RichText,
} from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";

function pair(): [Doc, Doc] {
  const ann = createDoc({ replicaId: 1 });
  const bob = createDoc({ replicaId: 2 });
  for (const [from, to] of [
    [ann, bob],
    [bob, ann],
  ] as const)
    from.onUpdate((bytes, origin) => {
      if (origin !== "network") to.apply(bytes, "network");
    });
  return [ann, bob];
}

describe("an undo", () => {
  test("takes back what was typed, step by step, and repeats it", () => {
    const doc = createDoc({ replicaId: 1 });
    const body = doc.text("body");
    const undo = createUndo(doc);
    body.insert(0, "abc");
    body.delete(1, 1);
    body.insert(2, "d");
    assert.equal(body.toString(), "acd");
    assert.ok(undo.undo());
    assert.equal(body.toString(), "ac");
    undo.undo();
    assert.equal(body.toString(), "abc");
    undo.undo();
    assert.equal(body.toString(), "");
    assert.equal(undo.undo(), false);
    for (const text of ["abc", "ac", "acd"]) {
      assert.ok(undo.redo());
      assert.equal(body.toString(), text);
    }
    assert.equal(undo.redo(), false);
    for (const text of ["ac", "abc", ""]) {
      undo.undo();
      assert.equal(body.toString(), text);
    }
  });

  test("brings backspaced units back in their order", () => {
    const doc = createDoc({ replicaId: 1 });
    const body = doc.text("body");
    body.insert(0, "a😀bc");
    const undo = createUndo(doc);
    for (const [at, count] of [
      [4, 1],
      [3, 1],
      [1, 2],
      [0, 1],
    ] as const)
      body.delete(at, count);
    for (const text of ["a", "a😀", "a😀b", "a😀bc"]) {
      undo.undo();
      assert.equal(body.toString(), text);
    }
  });

  test("leaves alone what others wrote between, and puts text back around it", () => {
    const [ann, bob] = pair();
    const undo = createUndo(ann);
    ann.text("body").insert(0, "hello");
    bob.text("body").insert(2, "XX");
    assert.equal(ann.text("body").toString(), "heXXllo");
    undo.undo();
    assert.equal(bob.text("body").toString(), "XX");
    undo.redo();
    assert.equal(bob.text("body").toString(), "heXXllo");
    ann.text("body").delete(0, 7);
    undo.undo();
    assert.equal(bob.text("body").toString(), "heXXllo");
    assert.deepEqual(ann.encode(), bob.encode());
  });

  test("groups what follows closely when it has a clock, until cut", () => {
    const doc = createDoc({ replicaId: 1 });
    let nowMs = 0;
    const undo = createUndo(doc, { clock: () => nowMs });
    const type = (text: string, waitMs: number): void => {
      nowMs += waitMs;
      doc.text("t").insert(doc.text("t").length, text);
    };
    type("a", 0);
    type("b", 100);
    type("c", 501);
    type("d", 1);
    undo.cut();
    type("e", 1);
    const seen: string[] = [];
    while (undo.undo()) seen.push(doc.text("t").toString());
    assert.deepEqual(seen, ["abcd", "ab", ""]);
    while (undo.redo()) seen.push(doc.text("t").toString());
    assert.deepEqual(seen.slice(3), ["ab", "abcd", "abcde"]);
  });

  test("follows origins: two stacks on one document do not take each other's steps", () => {
    const doc = createDoc({ replicaId: 1 });
    const left = createUndo(doc, { origins: ["left"] });
    const right = createUndo(doc, { origins: ["right"] });
    const body = doc.text("body");
    const by = (origin: string, f: () => void): void => doc.transact(f, { origin });
    by("left", () => body.insert(0, "left "));
    by("right", () => body.insert(5, "right"));
    body.insert(0, "> ");
    by("left", () => body.delete(7, 5));
    assert.equal(body.toString(), "> left ");
    left.undo();
    assert.equal(body.toString(), "> left right");
    right.undo(); // what came back is what it had inserted
    assert.equal(body.toString(), "> left ");
    left.undo();
    assert.equal(body.toString(), "> ");
  });

  test("puts back keys, counters and members, unless others have changed them since", () => {
    const [ann, bob] = pair();
    ann.map("m").set("a", 1);
    ann.set("s").add("x");
    ann.counter("n").add(5);
    const undo = createUndo(ann);
    ann.transact(() => {
      ann.map("m").set("a", 2);
      ann.map("m").set("b", 3);
      ann.counter("n").add(2);
      ann.set("s").delete("x");
      ann.set("s").add("y");
      ann.set("s").add("z");
    });
    bob.map("m").set("b", "bob's");
    bob.counter("n").add(10);
    bob.set("s").add("z");
    undo.undo();
    assert.deepEqual(bob.map("m").entries(), [
      ["a", 1],
      ["b", "bob's"],
    ]);
    assert.equal(bob.counter("n").value, 15);
    assert.deepEqual(bob.set("s").values(), ["x", "z"]);
    undo.redo();
    assert.equal(bob.map("m").get("a"), 2);
    assert.equal(bob.counter("n").value, 17);
    assert.deepEqual(bob.set("s").values(), ["y", "z"]);
    assert.deepEqual(ann.encode(), bob.encode());
  });

  test("brings back elements and keys with what was in them", () => {
    const [ann, bob] = pair();
    const cards = ann.list("cards");
    const undo = createUndo(ann);
    cards.insert(0, "first", "last");
    const card = cards.insertChild(1, "map");
    card.child("text", "title").insert(0, "Milk");
    card.child("counter", "votes").add(3);
    card.set("done", true);
    card.child("list", "tags").insert(0, 1, 2);
    cards.delete(0, 3);
    assert.equal(undo.undo(), true);
    const read = (doc: Doc): unknown =>
      doc
        .list("cards")
        .toArray()
        .map((value) => {
          if (typeof value === "string") return value;
          const map = value as typeof card; // cast: the test put nothing else in
          return [
            String(map.get("title")),
            map.child("counter", "votes").value,
            map.get("done"),
            map.child("list", "tags").toArray(),
          ];
        });
    const whole = ["first", ["Milk", 3, true, [1, 2]], "last"];
    assert.deepEqual(read(bob), whole);
    // Steps from before the element came back go to the one that stands for it.
    undo.undo();
    assert.deepEqual(read(bob), ["first", ["Milk", 3, true, []], "last"]);
    undo.undo();
    undo.undo();
    undo.undo();
    assert.deepEqual(read(bob), ["first", ["undefined", 0, undefined, []], "last"]);
    while (undo.redo());
    assert.deepEqual(read(bob), []);
    undo.undo();
    assert.deepEqual(read(bob), whole);
    assert.deepEqual(ann.encode(), bob.encode());

    const box = ann.map("box");
    box.child("text", "note").insert(0, "note");
    box.delete("note");
    undo.undo();
    assert.equal(String(bob.map("box").get("note")), "note");
    undo.undo();
    assert.deepEqual(bob.map("box").entries(), []);
  });

  test("is not for a document without a replica id, which others' updates come into as before", () => {
    const [ann] = pair();
    ann.text("t").insert(0, "x");
    const reader = createDoc();
    assert.throws(() => createUndo(reader), { code: "CRDT_NO_REPLICA_ID" });
    reader.apply(ann.encode());
    assert.equal(reader.text("t").toString(), "x");
  });

  test("keeps the place of each step, forgets the oldest, and ends", () => {
    const doc = createDoc({ replicaId: 1 });
    const places: number[] = [];
    const undo = createUndo(doc, { maxSteps: 2, place: () => doc.text("t").length, goTo: (at) => places.push(at) });
    let heard = 0;
    undo.observe(() => heard++);
    for (const text of ["a", "b", "c"]) doc.text("t").insert(0, text);
    assert.equal(undo.canUndo, true);
    while (undo.undo());
    assert.deepEqual(places, [2, 1]);
    assert.equal(doc.text("t").toString(), "a");
    assert.equal(undo.canRedo, true);
    assert.equal(heard, 5);
    undo.clear();
    assert.equal(undo.redo(), false);
    undo.dispose();
    doc.text("t").insert(0, "d");
    assert.equal(undo.canUndo, false);
  });
});

describe("all steps taken back and repeated", () => {
  const features = [marks({ word: "both", link: "none" })] as const;
  const create = () => createDoc({ replicaId: 1, features });
  type Marked = ReturnType<typeof create>;
  const bold = (doc: Marked, start: number, end: number): void => doc.text("t").mark({ start, end }, { bold: true });
  const word = (doc: Marked, start: number, end: number): void => doc.text("t").mark({ start, end }, { word: true });
  const element = (doc: Marked): RichText => {
    const [first] = doc.list("l").toArray();
    const text = isCrdtNode(first) ? first : doc.list("l").insertChild(0, "text");
    return text as RichText; // cast: nothing else is inserted, and the document has the feature
  };
  const shown = (doc: Marked): unknown =>
    JSON.parse(
      JSON.stringify([
        doc.text("t").toDelta(),
        doc
          .list("l")
          .toArray()
          .map((node) => (node as RichText).toDelta()), // cast: as above
        doc
          .map("m")
          .entries()
          .map(([key, node]) => [key, isCrdtNode(node) ? contentOf(node) : node]),
      ]),
    );

  const contentOf = (node: CrdtNode): unknown =>
    node.type === "counter" ? node.value : node.type === "set" ? node.values() : String(node);

  const programs: readonly (readonly [
    name: string,
    begin: (doc: Marked) => void,
    steps: readonly ((doc: Marked) => void)[],
  ])[] = [
    [
      "a mark ends where it did, though text in it comes back as two",
      () => {},
      [
        (doc) => {
          doc.text("t").insert(0, "yy");
          word(doc, 0, 1);
        },
        (doc) => doc.text("t").insert(1, "xx"),
      ],
    ],
    [
      "what was marked twice is unmarked, though the text came back in between",
      (doc) => doc.text("t").insert(0, "z"),
      [(doc) => bold(doc, 0, 1), (doc) => bold(doc, 0, 1), (doc) => doc.text("t").delete(0, 1)],
    ],
    [
      "what was marked twice is marked again",
      (doc) => doc.text("t").insert(0, "xx"),
      [(doc) => word(doc, 0, 1), (doc) => word(doc, 0, 1), (doc) => doc.text("t").delete(1, 1)],
    ],
    [
      "a text in an element that comes back has the marks it got there",
      () => {},
      [(doc) => element(doc).insert(0, "z"), (doc) => element(doc).mark({ start: 0, end: 1 }, { bold: true })],
    ],
    [
      "a text under the key of a counter has its content, and the counter its value",
      () => {},
      [(doc) => doc.map("m").child("counter", "k").add(2), (doc) => doc.map("m").child("text", "k").insert(0, "two")],
    ],
    [
      "a set that a text hid within the same step has what it had",
      () => {},
      [
        (doc) => {
          doc.map("m").child("set", "k").add("a");
          doc.map("m").child("text", "k").insert(0, "x");
        },
        (doc) => doc.map("m").child("set", "k").add("a"),
      ],
    ],
    [
      "a counter has its value to the last digit",
      (doc) => doc.map("m").child("counter", "k").add(0.1),
      [(doc) => doc.map("m").child("counter", "k").add(0.2)],
    ],
    [
      "what was marked, deleted and brought back several times is not marked",
      (doc) => doc.text("t").insert(0, "yy"),
      [(doc) => word(doc, 0, 1), (doc) => doc.text("t").delete(0, 2)],
    ],
    [
      "what was marked and deleted in one step is beside the mark that it was beside",
      (doc) => {
        doc.text("t").insert(0, "def");
        doc.text("t").mark({ start: 1, end: 3 }, { link: true });
      },
      [
        (doc) => {
          doc.text("t").mark({ start: 0, end: 1 }, { link: true });
          doc.text("t").delete(0, 2);
        },
      ],
    ],
    [
      "marks of one step hide each other as they did",
      (doc) => doc.text("t").insert(0, "xx"),
      [
        (doc) => {
          doc.text("t").mark({ start: 0, end: 2 }, { bold: null });
          bold(doc, 1, 2);
        },
      ],
    ],
  ];
  test.each(programs)("%s", (_name, begin, steps) => {
    const doc = create();
    begin(doc);
    check(doc, steps);
  });

  const edit = fc.record({
    kind: fc.constantFrom("insert", "insert", "delete", "delete", "drop"),
    at: fc.nat(6),
    count: fc.integer({ min: 1, max: 3 }),
    content: fc.constantFrom("a", "bc", "def"),
  });
  test("a text in an element, typed and deleted at random with and without its element, is what it was before and after", () => {
    fc.assert(
      fc.property(fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 9 }), (steps) => {
        const doc = create();
        element(doc).insert(0, "abc");
        const apply = (text: CrdtText, { kind, at, count, content }: (typeof steps)[number][number]): void => {
          if (kind === "drop") doc.list("l").delete(0, 1);
          else if (kind === "insert") text.insert(Math.min(at, text.length), content);
          else if (at < text.length) text.delete(at, Math.min(count, text.length - at));
        };
        check(
          doc,
          steps.map((step) => () => {
            for (const one of step) apply(element(doc), one);
          }),
        );
      }),
      { numRuns: runs(300) },
    );
  });

  function check(doc: Marked, steps: readonly ((doc: Marked) => void)[]): void {
    const undo = createUndo(doc);
    const states = [shown(doc)];
    let made = 0; // a step that leaves no trace is none
    for (const step of steps) {
      doc.transact(() => step(doc));
      states.push(shown(doc));
    }
    for (let time = 0; time < 2; time++) {
      while (undo.undo()) made++;
      assert.deepEqual(shown(doc), states[0]);
      while (undo.redo()) made--;
      assert.deepEqual(shown(doc), states.at(-1));
      assert.equal(made, 0);
      for (let i = 0; i < 9; i++) i % 4 < 2 ? undo.undo() : undo.redo();
      while (undo.undo());
      assert.deepEqual(shown(doc), states[0]);
      while (undo.redo());
      assert.deepEqual(shown(doc), states.at(-1));
    }
  }
});
