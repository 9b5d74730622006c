import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  type CrdtMap,
  type CrdtText,
  createDoc,
  createUndo,
  type Doc,
  isCrdtNode,
  marks,
  moves,
  multiMap,
  type RichText,
  reapplyUpdates,
  renewDoc,
  type TextDelta,
  tree,
} from "../../lib/crdt/index.ts";

const random = (byteLength: number): Uint8Array => new Uint8Array(byteLength).fill(7);

/** Makes each edit a transaction on a copy of `base`. */
function made<D extends Doc>(base: Doc, doc: D, edits: readonly ((doc: D) => void)[]): Uint8Array[] {
  doc.apply(base.encode());
  const updates: Uint8Array[] = [];
  doc.onUpdate((bytes) => updates.push(bytes.slice()));
  for (const edit of edits) doc.transact(() => edit(doc));
  return updates;
}

function without(refused: number, updates: readonly Uint8Array[]): { update: Uint8Array; isRefused: boolean }[] {
  return updates.map((update, i) => ({ update, isRefused: i === refused }));
}

describe("transactions made anew without one of them", () => {
  const base = createDoc({ replicaId: 1 });
  base.text("body").insert(0, "one two three");
  base.map("meta").set("title", "old");
  base.list("todo").insert(0, "a", "b");

  test("stand next to the same units of a text, and what the refused one wrote is gone", () => {
    const own = createDoc({ replicaId: 2 });
    const updates = made(base, own, [
      (doc) => doc.text("body").insert(0, "first "),
      (doc) => doc.text("body").insert(10, "BAD "), // first one BAD two three
      (doc) => doc.text("body").insert(14, "good "), // behind what is refused
      (doc) => doc.text("body").insert(12, "!"), // within it
      (doc) => doc.text("body").insert(doc.text("body").length, "."),
    ]);
    assert.equal(own.text("body").toString(), "first one BA!D good two three.");
    const { doc, results } = reapplyUpdates(own, base.encode(), without(1, updates), random);
    assert.equal(doc.text("body").toString(), "first one !good two three.");
    assert.deepEqual(
      results.map(({ update, error }) => [update !== undefined, error]),
      [
        [true, undefined],
        [false, undefined],
        [true, undefined],
        [true, undefined],
        [true, undefined],
      ],
    );
    assert.deepEqual(results[1]?.changes, [
      { type: "text", path: ["body"], change: [{ retain: 10 }, { insert: "BAD " }] },
    ]);
    assert.equal(doc.version().get(2), undefined);
    const friend = createDoc();
    friend.apply(base.encode());
    for (const { update } of results) if (update !== undefined) friend.apply(update);
    assert.deepEqual(friend.encode(), doc.encode());
  });

  test("delete what they deleted, and not what only the refused one did", () => {
    const own = createDoc({ replicaId: 2 });
    const updates = made(base, own, [
      (doc) => doc.text("body").delete(0, 4), // two three
      (doc) => doc.text("body").delete(3, 3), // tworee
    ]);
    const { doc } = reapplyUpdates(own, base.encode(), without(0, updates), random);
    assert.equal(own.text("body").toString(), "tworee");
    assert.equal(doc.text("body").toString(), "one tworee");
  });

  test("change maps, lists, counters, sets and what is in them", () => {
    const features = [tree(), multiMap()] as const;
    const own = createDoc({ replicaId: 2, features });
    const updates = made(base, own, [
      (doc) => doc.map("meta").set("title", "BAD"),
      (doc) => doc.map("meta").set("author", "ada"),
      (doc) => doc.list("todo").insert(1, "x"),
      (doc) => doc.list("todo").insertChild(0, "map").set("k", 1),
      (doc) => {
        const child = doc.list("todo").get(0);
        if (isCrdtNode(child) && child.type === "map") child.child("text", "deep").insert(0, "hi");
      },
      (doc) => doc.counter("n").add(3),
      (doc) => doc.set("tags").add("t"),
      (doc) => doc.map("meta").child("text", "note").insert(0, "note"),
      (doc) => doc.tree("outline").data(doc.tree("outline").add()).set("name", "top"),
      (doc) => doc.tree("outline").add(doc.tree("outline").children()[0]),
      (doc) => doc.multiMap("many").set("k", 7),
      (doc) => doc.list("todo").delete(1, 1),
    ]);
    const { doc, results } = reapplyUpdates(own, base.encode(), without(0, updates), random);
    assert.deepEqual(
      results.map(({ error }) => error),
      updates.map(() => undefined),
    );
    const told = doc as typeof own; // cast: it has the same features
    assert.equal(doc.map("meta").get("title"), "old");
    assert.equal(doc.map("meta").get("author"), "ada");
    const [child, ...rest] = doc.list("todo").toArray();
    assert.deepEqual(rest, ["x", "b"]);
    assert.ok(isCrdtNode(child) && child.type === "map");
    assert.equal(child.get("k"), 1);
    assert.equal(String(child.get("deep")), "hi");
    assert.equal(doc.counter("n").value, 3);
    assert.deepEqual(doc.set("tags").values(), ["t"]);
    assert.equal(String(doc.map("meta").get("note")), "note");
    const [top] = told.tree("outline").children();
    assert.equal(
      told
        .tree("outline")
        .data(top ?? "")
        .get("name"),
      "top",
    );
    assert.equal(told.tree("outline").children(top).length, 1);
    assert.deepEqual(told.multiMap("many").all("k"), [7]);
  });

  test("take away a node of a tree that was moved below another and deleted with it", () => {
    const features = [tree()] as const;
    const own = createDoc({ replicaId: 2, features });
    const outline = own.tree("outline");
    const updates = made(base, own, [
      (doc) => doc.map("meta").set("title", "BAD"),
      () => void [outline.add(), outline.add()],
      (doc) =>
        doc.transact(() => {
          const [top = "", low = ""] = outline.children();
          outline.move(low, top);
          outline.delete(top);
        }),
    ]);
    const { doc, results } = reapplyUpdates(own, base.encode(), without(0, updates), random);
    assert.deepEqual(
      results.map(({ error }) => error),
      updates.map(() => undefined),
    );
    assert.deepEqual((doc as typeof own).tree("outline").children(), []); // cast: it has the same features
  });

  test("make nothing of what a transaction edits and takes away", () => {
    const features = [tree(), moves()] as const;
    const own = createDoc({ replicaId: 2, features });
    const card = (doc: Doc): CrdtMap => doc.list("todo").get(0) as CrdtMap; // cast: it is the only one
    const updates = made(base, own, [
      (doc) => doc.map("meta").set("title", "BAD"),
      (doc) => void doc.list("todo").delete(0, 2),
      (doc) => doc.list("todo").insertChild(0, "map").child("counter", "n").add(3),
      (doc) => doc.map("meta").child("counter", "votes").add(3),
      (doc) => {
        card(doc).child("counter", "n").add(1);
        doc.list("todo").delete(0, 1);
        doc.map("meta").child("counter", "votes").add(1);
        doc.map("meta").delete("votes");
        const node = own.tree("outline").add();
        own.tree("outline").data(node).set("name", "gone");
        own.tree("outline").delete(node);
      },
    ]);
    const { doc, results } = reapplyUpdates(own, base.encode(), without(0, updates), random);
    assert.deepEqual(
      results.map(({ error }) => error),
      updates.map(() => undefined),
    );
    assert.deepEqual(doc.list("todo").toArray(), []);
    assert.deepEqual(doc.map("meta").entries(), [["title", "old"]]);
    assert.deepEqual((doc as typeof own).tree("outline").children(), []); // cast: it has the same features
  });

  test("move elements with all that is in them, next to the same ones", () => {
    const features = [moves()] as const;
    const own = createDoc({ replicaId: 2, features });
    const todo = own.list("todo");
    const updates = made(base, own, [
      () => todo.insertChild(1, "text").insert(0, "card"),
      () => todo.insert(0, "BAD"),
      () => todo.move(2, 3), // the card, behind "b"
      () => todo.move(3, 1), // and before "a"
      () => (todo.get(1) as CrdtText).insert(4, "s"), // cast: the card
      () => todo.move(0, 3), // what is refused
      () => todo.move(2, 1), // "b" before "a"
    ]);
    assert.deepEqual(todo.toArray().map(String), ["cards", "b", "a", "BAD"]);
    const { doc, results } = reapplyUpdates(own, base.encode(), without(1, updates), random);
    assert.deepEqual(
      results.map(({ error }) => error),
      updates.map(() => undefined),
    );
    assert.deepEqual(doc.list("todo").toArray().map(String), ["cards", "b", "a"]);
    assert.equal(results[5]?.update, undefined); // there is nothing to move
    const friend = createDoc({ replicaId: 9, features });
    friend.apply(base.encode());
    friend.list("todo").move(0, 1); // "a"
    friend.apply(doc.encode());
    assert.equal(friend.list("todo").length, 3, "they are the same elements");
  });

  test("bring a tree's node back with all that is in it and below it", () => {
    const features = [tree()] as const;
    const own = createDoc({ replicaId: 2, features });
    const outline = own.tree("outline");
    const start = made(base, own, [() => void outline.data(outline.add(outline.add())).set("name", "low")]);
    const undo = createUndo(own);
    const top = outline.children()[0] as string; // cast: just made
    const updates = made(createDoc(), own, [
      (doc) => doc.map("meta").set("title", "BAD"),
      () => outline.delete(top),
      () => void undo.undo(),
    ]);
    const { doc } = reapplyUpdates(own, base.encode(), without(1, [...start, ...updates]), random);
    const copy = (doc as typeof own).tree("outline"); // cast: it has the same features
    const [low = ""] = copy.children(copy.children()[0]);
    assert.equal(copy.data(low).get("name"), "low");
  });

  test("say so when what they were about was made by the refused one", () => {
    const own = createDoc({ replicaId: 2 });
    const updates = made(base, own, [
      (doc) => void doc.list("todo").insertChild(0, "text"),
      (doc) => {
        const child = doc.list("todo").get(0);
        if (isCrdtNode(child) && child.type === "text") child.insert(0, "lost");
        doc.text("body").insert(0, "kept ");
      },
    ]);
    const { doc, results } = reapplyUpdates(own, base.encode(), without(0, updates), random);
    assert.equal((results[1]?.error as { code?: string } | undefined)?.code, "CRDT_NO_NODE");
    assert.equal(results[1]?.changes.length, 2); // to be shown to whoever wrote it
    assert.deepEqual(doc.list("todo").toArray(), ["a", "b"]);
    assert.equal(doc.text("body").toString(), "kept one two three");
  });

  test("keep marks and embeds", () => {
    const features = [marks({ link: "none" })] as const;
    const start = createDoc({ replicaId: 1, features });
    start.text("body").insert(0, "plain bold");
    start.text("body").mark({ start: 6, end: 10 }, { bold: true });
    const own = createDoc({ replicaId: 2, features });
    const updates = made(start, own, [
      (doc) => doc.text("body").insert(0, "BAD "),
      (doc) => doc.text("body").mark({ start: 4, end: 9 }, { link: "x" }),
      (doc) => doc.text("body").insert(14, "!"), // bold, as it is typed behind it
      (doc) => doc.text("body").insertEmbed(9, { img: 1 }),
    ]);
    const { doc } = reapplyUpdates(own, start.encode(), without(0, updates), random);
    const expected = (own.text("body").toDelta() as readonly { insert?: string }[]).map((step) => step);
    const got = (doc.text("body") as RichText).toDelta();
    assert.deepEqual(expected[0], { insert: "BAD " });
    assert.deepEqual(got, expected.slice(1));
  });
});

test("a text made anew takes on no mark of its neighbours, whatever it is called", () => {
  const features = [marks()] as const;
  const start = createDoc({ replicaId: 1, features });
  start.text("body").insert(0, "plain");
  const own = createDoc({ replicaId: 2, features });
  const updates = made(start, own, [
    (doc) => doc.map("meta").set("a", "BAD"),
    (doc) => {
      doc.text("body").insert(5, "!");
      doc.text("body").mark({ start: 0, end: 5 }, { ["__proto__"]: 1 });
    },
  ]);
  const { doc } = reapplyUpdates(own, start.encode(), without(0, updates), random);
  assert.deepEqual((doc.text("body") as RichText).toDelta(), own.text("body").toDelta());
});

describe("a document that is made another one in place", () => {
  test("has its bytes, tells its observers, and goes on as its replica", () => {
    const doc = createDoc({ replicaId: 2 });
    const body = doc.text("body");
    const meta = doc.map("meta");
    body.insert(0, "one BAD two 😀");
    meta.set("a", 1);
    doc.list("todo").insert(0, "x");
    doc.counter("n").add(5);
    const undo = createUndo(doc);
    body.insert(0, ">");
    const other = createDoc({ replicaId: 3 });
    other.text("body").insert(0, "one two 😁");
    other.map("meta").set("b", 2);
    other.text("new").insert(0, "new");
    other.counter("n").add(1);
    const deltas: TextDelta[] = [];
    const seen: string[] = [];
    const updates: Uint8Array[] = [];
    body.observe((delta, origin) => {
      deltas.push(delta);
      seen.push(`${origin} ${body}`);
    });
    doc.text("new").observe((delta) => seen.push(JSON.stringify(delta)));
    doc.list("todo").observe((delta) => seen.push(JSON.stringify(delta)));
    const mirror = new Map<string, unknown>([["a", 1]]);
    meta.observe((changes) => {
      for (const [key, { after }] of changes) after === undefined ? mirror.delete(key) : mirror.set(key, after);
    });
    let sum = doc.counter("n").value;
    doc.counter("n").observe(({ before, after }) => {
      sum += after - before;
    });
    doc.onUpdate((bytes) => updates.push(bytes));
    const bytes = other.encode();
    renewDoc(doc, other, { origin: "renewed" });
    assert.deepEqual(doc.encode(), bytes);
    assert.equal(deltas.length, 1);
    assert.deepEqual(seen, ["renewed one two 😁", '[{"insert":"new"}]', '[{"delete":1}]']);
    assert.deepEqual([...mirror], [["b", 2]]);
    assert.equal(sum, 1);
    assert.equal(doc.text("body"), body);
    assert.equal(updates.length, 0);
    assert.equal(undo.canUndo, false);
    const friend = createDoc();
    friend.apply(bytes);
    body.insert(3, "!");
    meta.set("c", 3);
    undo.undo();
    for (const update of updates) friend.apply(update);
    assert.deepEqual(friend.encode(), doc.encode());
    assert.equal(friend.text("body").toString(), "one! two 😁");
    assert.equal(doc.replicaId, 3);
  });

  test("may be empty, before or after", () => {
    const doc = createDoc({ replicaId: 1 });
    doc.text("body").insert(0, "a");
    renewDoc(doc, createDoc({ replicaId: 2 }));
    assert.equal(doc.text("body").toString(), "");
    assert.equal(doc.version().size, 0);
    const other = createDoc({ replicaId: 3 });
    other.text("body").insert(0, "b");
    renewDoc(doc, other);
    assert.equal(doc.text("body").toString(), "b");
  });
});

interface Edit {
  readonly at: number;
  readonly text: string;
  readonly count: number;
}

const anyEdit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(60),
  text: fc.constantFrom("", "a", "bc", "def", "😀"),
  count: fc.nat(4),
});

/** Whole characters, so that pairs are never split; each is told from all others. */
type Unit = { readonly char: string };

test("a text without some of its edits is what a plain list of units says", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("", "hello world", "a😀b😀c"),
      fc.array(fc.record({ edit: anyEdit, isRefused: fc.boolean() }), { maxLength: 12 }),
      (start, steps) => {
        const base = createDoc({ replicaId: 1 });
        base.text("body").insert(0, start);
        const own = createDoc({ replicaId: 2 });
        own.apply(base.encode());
        const body = own.text("body");
        let all: Unit[] = [...start].map((char) => ({ char }));
        let kept = [...all];
        const updates: { update: Uint8Array; isRefused: boolean }[] = [];
        const deltas: TextDelta[] = [];
        body.observe((delta) => deltas.push(delta));
        for (const { edit, isRefused } of steps) {
          const at = Math.min(edit.at, all.length);
          const count = Math.min(edit.count, all.length - at);
          const added = [...edit.text].map((char) => ({ char }));
          const gone = new Set(all.slice(at, at + count));
          const index = length(all.slice(0, at));
          const stop = own.onUpdate((update) => updates.push({ update: update.slice(), isRefused }));
          own.transact(() => {
            body.delete(index, length([...gone]));
            body.insert(index, edit.text);
          });
          stop();
          if (!isRefused) {
            // As an observer is told: what is inserted comes before or behind what is deleted there.
            const anchor = placeOf(deltas.at(-1) ?? [], all);
            const left = all.slice(0, anchor).findLast((unit) => kept.includes(unit));
            const to = left === undefined ? 0 : kept.indexOf(left) + 1;
            kept = [...kept.slice(0, to), ...added, ...kept.slice(to)].filter((unit) => !gone.has(unit));
          }
          all = [...all.slice(0, at), ...added, ...all.slice(at + count)];
        }
        const { doc } = reapplyUpdates(own, base.encode(), updates, random);
        assert.equal(doc.text("body").toString(), kept.map(({ char }) => char).join(""));
        const mirror = follow(own.text("body"));
        renewDoc(own, doc);
        assert.equal(own.text("body").toString(), kept.map(({ char }) => char).join(""));
        assert.equal(mirror(), own.text("body").toString());
      },
    ),
    { numRuns: 300 },
  );
});

function length(units: readonly Unit[]): number {
  return units.reduce((sum, { char }) => sum + char.length, 0);
}

/** How many units stand before an insertion. */
function placeOf(delta: TextDelta, units: readonly Unit[]): number {
  let index = 0;
  for (const step of delta) {
    if ("insert" in step) break;
    index += "retain" in step ? step.retain : step.delete;
  }
  let at = 0;
  for (let sum = 0; sum < index && at < units.length; at++) sum += units[at]?.char.length ?? 0;
  return at;
}

function follow(text: CrdtText): () => string {
  let mirror = text.toString();
  text.observe((delta) => {
    let at = 0;
    for (const step of delta) {
      if ("retain" in step) at += step.retain;
      else if ("delete" in step) mirror = mirror.slice(0, at) + mirror.slice(at + step.delete);
      else {
        mirror = mirror.slice(0, at) + step.insert + mirror.slice(at);
        at += step.insert.length;
      }
    }
  });
  return () => mirror;
}
