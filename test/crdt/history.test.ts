import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { crc32 } from "../../lib/crdt/encoding/format.ts";
import {
  createDoc,
  createHistory,
  deflate,
  diffDocs,
  forkDoc,
  inflate,
  marks,
  type RichDelta,
  tree,
} from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";
import { anyCommand, patch, ROOTS, World } from "./world.ts";

const features = [marks(), tree()] as const;

describe("a history", () => {
  test("shows the document as it was after each step, with what has been deleted since", () => {
    const doc = createDoc({ replicaId: 1, features });
    doc.text("t").insert(0, "before");
    const history = createHistory(doc);
    doc.text("t").insert(6, " after");
    doc.text("t").mark({ start: 0, end: 6 }, { bold: true });
    doc.text("t").delete(0, 7);
    const node = doc.tree("o").add();
    const shown = (steps: number): string => history.at(steps).text("t").toString();
    assert.equal(history.length, 5);
    assert.deepEqual([0, 1, 2, 4, 3, 5].map(shown), ["", "before", "before after", "after", "before after", "after"]);
    const past = history.at(3, { features, replicaId: 2 });
    assert.deepEqual(past.text("t").toDelta(), [{ insert: "before", marks: { bold: true } }, { insert: " after" }]);
    assert.deepEqual(past.version(), history.version(3));
    assert.equal(past.tree("o").has(node), false);
    // It is a branch: what is done there merges.
    past.text("t").insert(12, "!");
    doc.apply(past.encode());
    assert.equal(doc.text("t").toString(), "after!");
    assert.throws(() => history.at(7), { code: "CRDT_BAD_INDEX" });
  });

  test("goes on from its bytes, and refuses damaged ones", () => {
    const doc = createDoc({ replicaId: 1 });
    const first = createHistory(doc);
    doc.text("t").insert(0, "a");
    doc.text("t").delete(0, 1);
    first.dispose();
    const bytes = first.encode();
    const history = createHistory(doc, { from: bytes });
    doc.text("t").insert(0, "b");
    assert.equal(first.length, 2);
    assert.deepEqual(
      [1, 2, 3].map((steps) => history.at(steps).text("t").toString()),
      ["a", "", "b"],
    );
    for (let i = 0; i < bytes.length; i++) {
      const damaged = bytes.slice();
      damaged[i] = (bytes[i] as number) ^ 1; // cast: within the bytes
      assert.throws(() => createHistory(doc, { from: damaged }), /CRDT_|no history|checksum/);
      assert.throws(() => createHistory(doc, { from: bytes.subarray(0, i) }), /no history|checksum/);
    }
    assert.throws(() => createHistory(doc, { from: bytes, maxBytes: 10 }), { code: "CRDT_LIMIT" });
  });

  test("goes on where the document has gone on without it, and not from what the document does not know", () => {
    const doc = createDoc({ replicaId: 1 });
    const first = createHistory(doc);
    doc.text("t").insert(0, "a");
    first.dispose();
    doc.text("t").insert(1, "b"); // a process ended here, and its history had been stored before that
    doc.text("t").delete(0, 1);
    const history = createHistory(doc, { from: first.encode() });
    doc.text("t").insert(1, "c");
    const shown = (steps: number): string => history.at(steps).text("t").toString();
    assert.deepEqual(
      Array.from({ length: history.length + 1 }, (_, i) => shown(i)),
      ["", "a", "b", "bc"],
    );
    assert.throws(() => createHistory(createDoc(), { from: first.encode() }), { code: "CRDT_NOT_NEWER" });
  });

  test("of recorded writing takes some bytes a keystroke once deflated, with all that was deleted", async () => {
    const doc = createDoc({ replicaId: 2 ** 52 + 1 });
    const history = createHistory(doc);
    const text = doc.text("t");
    for (let i = 0; i < 2000; i++) {
      if (i % 10 === 9) text.delete(text.length - 1, 1);
      else text.insert(i % 100 < 50 ? text.length : 3, "etaoin shr"[i % 10] as string);
    }
    const bytes = history.encode();
    const packed = await deflate(bytes);
    assert.ok(packed.length < 2000 * 1.5, `${packed.length} bytes`);
    assert.deepEqual(createHistory(doc, { from: await inflate(packed) }).encode(), bytes);
  });

  test("whose bytes were changed is refused, or is one that has other steps", () => {
    const doc = createDoc({ replicaId: 1 });
    doc.text("t").insert(0, "first");
    const history = createHistory(doc);
    for (const word of ["one", "two", "three"]) doc.text("t").insert(0, word);
    const bytes = history.encode();
    fc.assert(
      fc.property(fc.nat(bytes.length - 6), fc.nat(255), (at, byte) => {
        const changed = bytes.slice();
        changed[5 + at] = byte;
        new DataView(changed.buffer).setUint32(1, crc32(changed, 5, changed.length), true);
        try {
          const other = createHistory(doc, { from: changed });
          assert.deepEqual(other.version(other.length), doc.version());
        } catch (error) {
          assert.match(String((error as { code?: string }).code), /^CRDT_/);
        }
      }),
      { numRuns: runs(1500) },
    );
  });

  test("at random is, at each step, what the document was", () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 40 }), (commands) => {
        const world = new World(3);
        const [replica] = world.replicas;
        assert.ok(replica);
        const { doc } = replica;
        const history = createHistory(doc);
        const states = [doc.encode()];
        doc.onUpdate(() => states.push(doc.encode()));
        for (const command of commands) if (command.kind !== "reload") world.run(command);
        states.forEach((state, steps) => {
          if (steps > 0) assert.deepEqual(history.at(steps).encode(), state);
        });
        const last = history.length;
        for (const from of [0, Math.floor(last / 2)]) {
          const [older, newer] = [history.at(from), history.at(last)];
          const told = new Map(diffDocs(older, newer).map((diff) => [diff.type + diff.path.join("/"), diff.change]));
          for (const name of ROOTS) {
            const delta = (told.get(`text${name}`) ?? []) as Parameters<typeof patch>[1]; // cast: of a text
            assert.equal(patch(older.text(name).toString(), delta), newer.text(name).toString());
          }
        }
      }),
      { numRuns: runs(150) },
    );
  });
});

describe("a branch", () => {
  test("is edited apart, compared, and merged both ways", () => {
    const doc = createDoc({ replicaId: 1, features });
    doc.text("t").insert(0, "draft");
    const branch = forkDoc(doc, { replicaId: 2, features });
    branch.text("t").mark({ start: 0, end: 5 }, { bold: true });
    branch.map("m").child("text", "note").insert(0, "new");
    const node = branch.tree("o").add();
    assert.equal(doc.map("m").size, 0);
    const note = branch.map("m").get("note");
    const diff = diffDocs(doc, branch, features);
    assert.deepEqual(
      diff.map(({ type, path }) => [type, ...path]),
      [
        ["map", "m"],
        ["text", "m", "note"],
        ["tree", "o"],
        ["text", "t"],
      ],
    );
    const bold: RichDelta = [{ retain: 5, marks: { bold: true } }];
    assert.deepEqual(diff[1]?.change, [{ insert: "new" }]);
    assert.deepEqual(diff[2]?.change, [{ node, before: undefined, after: { parent: null, index: 0 } }]);
    assert.deepEqual(diff[3]?.change, bold);
    doc.text("t").insert(5, "!");
    assert.throws(() => diffDocs(doc, branch), { code: "CRDT_NOT_NEWER" });
    doc.apply(branch.encode());
    branch.apply(doc.encode());
    assert.equal(String(note), "new");
    assert.deepEqual(doc.encode(), branch.encode());
    assert.deepEqual(diffDocs(doc, branch), []);
  });
});
