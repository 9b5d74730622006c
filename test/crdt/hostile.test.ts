import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createDoc, type Doc, mergeUpdates, updateRanges } from "../../lib/crdt/index.ts";
import { createWriter, type Writer } from "../../lib/pool/index.ts";
import { runs } from "../helpers/runs.ts";
import { headerOf, resum, scene } from "./damage.ts";

interface Snapshot {
  readonly bytes: Uint8Array;
  readonly version: unknown;
  readonly pending: unknown;
  readonly text: string;
  readonly others: unknown;
}

function snapshot(doc: Doc): Snapshot {
  return {
    bytes: doc.encode(),
    version: [...doc.version()],
    pending: doc.pending(),
    text: doc.text("body").toString(),
    others: [
      doc.list("todo").toArray(),
      doc.set("tags").values(),
      doc.counter("votes").value,
      doc.map("meta").entries(),
    ],
  };
}

/** A document that knows the first `known` updates, and hears of everything. */
function receiver(updates: readonly Uint8Array[], known: number): { doc: Doc; heard: () => number } {
  const doc = createDoc({ replicaId: 5 });
  for (const bytes of updates.slice(0, known)) doc.apply(bytes);
  let events = 0;
  doc.onUpdate(() => events++);
  for (const name of ["body", "notes"]) doc.text(name).observe(() => events++);
  doc.map("meta").observe(() => events++);
  return { doc, heard: () => events };
}

/** Applies what may be damaged: it throws and nothing changes, or it is taken in and the document is whole. */
function applyDamaged(updates: readonly Uint8Array[], known: number, bytes: Uint8Array): "refused" | "taken" {
  const { doc, heard } = receiver(updates, known);
  const before = snapshot(doc);
  try {
    doc.apply(bytes);
  } catch (error) {
    assert.ok(error instanceof Error && "code" in error && String(error.code).startsWith("CRDT_"), String(error));
    assert.deepEqual(snapshot(doc), before, "a throw changes nothing");
    assert.equal(heard(), 0, "a throw is not announced");
    return "refused";
  }
  checkWhole(doc);
  return "taken";
}

function checkWhole(doc: Doc): void {
  const copy = createDoc();
  copy.apply(doc.encode());
  assert.deepEqual(copy.encode(), doc.encode(), "encodes canonically");
  for (const name of ["body", "notes"]) {
    const text = doc.text(name).toString();
    assert.equal(copy.text(name).toString(), text);
    assert.equal(doc.text(name).length, text.length);
    assert.equal(/\p{Surrogate}/u.test(text), false, "no half pairs");
  }
  assert.deepEqual(copy.map("meta").entries(), doc.map("meta").entries());
  assert.deepEqual(copy.list("todo").toArray(), doc.list("todo").toArray());
  assert.equal(doc.list("todo").length, doc.list("todo").toArray().length);
  assert.deepEqual(copy.set("tags").values(), doc.set("tags").values());
  assert.equal(copy.counter("votes").value, doc.counter("votes").value);
}

function mutate(bytes: Uint8Array, from: number, changes: readonly { at: number; to: number }[]): Uint8Array {
  const copy = bytes.slice();
  for (const { at, to } of changes) {
    const place = from + (at % (copy.length - from));
    copy[place] = (copy[place] ?? 0) ^ to;
  }
  return copy;
}

describe("a damaged update", () => {
  const { updates } = scene();
  const change = fc.record({ at: fc.nat(100_000), to: fc.integer({ min: 1, max: 255 }) });
  const which = fc.nat(updates.length - 1);
  const at = (i: number): Uint8Array => updates[i] ?? new Uint8Array();

  test("cut short anywhere is refused and changes nothing", () => {
    updates.forEach((bytes, i) => {
      for (let end = 0; end < bytes.length; end++) {
        assert.equal(applyDamaged(updates, i, bytes.slice(0, end)), "refused");
        if (end > headerOf(bytes)) assert.equal(applyDamaged(updates, i, resum(bytes.slice(0, end))), "refused");
      }
      assert.equal(applyDamaged(updates, i, resum(Uint8Array.of(...bytes, 0))), "refused");
    });
  });

  test("with one or two bytes changed is refused and changes nothing", () => {
    fc.assert(
      fc.property(which, fc.array(change, { minLength: 1, maxLength: 2 }), (i, changes) => {
        const bytes = mutate(at(i), 0, changes);
        if (Buffer.compare(bytes, at(i)) !== 0) assert.equal(applyDamaged(updates, i, bytes), "refused");
      }),
      { numRuns: runs(900) },
    );
  });

  test("with a checksum made to fit is refused and changes nothing, or leaves a whole document", () => {
    const seen = { refused: 0, taken: 0 };
    fc.assert(
      fc.property(
        which,
        fc.nat(updates.length),
        fc.array(change, { minLength: 1, maxLength: 2 }),
        (i, known, changes) => {
          seen[applyDamaged(updates, known, resum(mutate(at(i), headerOf(at(i)), changes)))]++;
        },
      ),
      { numRuns: runs(1500) },
    );
    assert.ok(seen.refused > 0 && seen.taken > 0);
  });

  test("never brings only half of a surrogate pair, whichever byte is slightly another one", () => {
    const first = at(0);
    for (let place = 0; place < first.length - headerOf(first); place++) {
      for (let to = 1; to < 16; to++)
        applyDamaged(updates, 2, resum(mutate(first, headerOf(first), [{ at: place, to }])));
    }
  });

  test("taken in by one of several does not keep the others' good updates out", () => {
    fc.assert(
      fc.property(which, change, (i, damage) => {
        const { doc } = receiver(updates, i);
        try {
          doc.apply(resum(mutate(at(i), headerOf(at(i)), [damage])));
        } catch {
          for (const bytes of updates) doc.apply(bytes);
          assert.deepEqual(doc.encode(), at(updates.length - 1));
        }
      }),
      { numRuns: runs(500) },
    );
  });
});

describe("a crafted update", () => {
  /** An update well summed, whatever it says. */
  const craft = (write: (out: Writer) => void): Uint8Array => {
    const out = createWriter();
    for (const byte of [0xc6, 0, 0, 0, 0]) out.u8(byte);
    write(out);
    return resum(out.toBytes());
  };
  const numbers = (out: Writer, ...values: number[]): void => {
    for (const value of values) out.varint(value);
  };
  /** One replica, and a text "body" or a container of another type. */
  const tables = (out: Writer, flags: number, type = 1): void => {
    numbers(out, flags + 1 + 8, 7, 1, 2 * type);
    out.string("body");
  };
  /** One run at the start of the container. */
  const run = (out: Writer, length: number, kind = 0): void => numbers(out, 1 + 2 * kind, 0, length - 1, 0, 0, 0);
  const coded =
    (...codes: string[]) =>
    (error: unknown) =>
      error instanceof Error && "code" in error && codes.includes(String(error.code));

  test("is what these tests think it is", () => {
    const doc = createDoc();
    doc.apply(
      craft((out) => {
        tables(out, 2);
        run(out, 4);
        numbers(out, 1, 0, 0, 0, 4 + 1); // the deletions of one replica: its own units 1 and 2
        out.utf8("ad");
      }),
    );
    assert.equal(doc.text("body").toString(), "ad");
    assert.deepEqual(
      [...doc.version()],
      [
        [7, 4],
        [-8, 2],
      ],
    );
  });

  const refused: [string, (out: Writer) => void][] = [
    ["claims 2^40 replicas", (out) => numbers(out, 8 * 2 ** 40)],
    ["claims 2^40 containers", (out) => numbers(out, 1, 2 ** 40)],
    ["puts a container into itself", (out) => numbers(out, 1, 1, 2 * 2 + 1, 0, 0)],
    ["puts a container into one that is not listed", (out) => numbers(out, 1, 1, 2 * 2 + 1, 1, 0)],
    ["puts a map into a text", (out) => numbers(out, 1, 2, 2 * 1, 0, 2 * 2 + 1, 1, 0)],
    ["puts a map into no element of a list", (out) => numbers(out, 1, 2, 2 * 3, 0, 2 * 2 + 1, 1, 0)],
    ["lists a root after a child", (out) => numbers(out, 1, 3, 2 * 2, 0, 2 * 2 + 1, 1, 0, 2 * 3, 0)],
    [
      "nests 34 maps",
      (out) => {
        numbers(out, 1, 34, 2 * 2, 0);
        for (let depth = 1; depth < 34; depth++) numbers(out, 2 * 2 + 1, 1, 0);
      },
    ],
    [
      "holds a child of no type",
      (out) => {
        tables(out, 0, 2);
        numbers(out, 1 + 2 * 2, 0, 0, 5, 1, 1, 107, 0xc1, 0);
      },
    ],
    [
      "claims 2^40 rows",
      (out) => {
        tables(out, 0);
        numbers(out, 1 + 16 * 2 ** 40, 0, 0, 0, 0, 0);
      },
    ],
    [
      "claims 2^40 rows that share their reference",
      (out) => {
        tables(out, 0);
        numbers(out, 1 + 1, 0, 0, 0, 0, 0, 1 + 2 * 6 + 16 * 2 ** 40, 0, 5);
      },
    ],
    [
      "has more rows that share their reference than bytes, and deletes them",
      (out) => {
        tables(out, 2);
        numbers(out, 1 + 1, 0, 0, 0, 0, 0, 1 + 2 * 6 + 16 * 998, 0, 5, 1, 0, 0, 0, 3, 1000 - 4);
      },
    ],
    [
      "shares a reference that is no distance",
      (out) => {
        tables(out, 0);
        numbers(out, 1 + 2 * 6 + 16, 0, 0, 0, 0, 0, 0, 0);
        out.utf8("ab");
      },
    ],
    [
      "claims 2^40 units of text",
      (out) => {
        tables(out, 0);
        run(out, 2 ** 40);
        out.utf8("ab");
      },
    ],
    [
      "claims 2^25 elements of a list",
      (out) => {
        tables(out, 0, 3);
        run(out, 2 ** 25, 1);
        out.utf8("ab");
      },
    ],
    [
      "starts at 2^50",
      (out) => {
        tables(out, 0);
        numbers(out, 1, 2 ** 50, 0, 0, 0, 0);
        out.utf8("a");
      },
    ],
    [
      "claims 2^40 sets of deletions",
      (out) => {
        tables(out, 2);
        numbers(out, 0, 2 ** 40);
      },
    ],
    [
      "claims 2^40 intervals",
      (out) => {
        tables(out, 2);
        numbers(out, 0, 1, 0, 0, 2 ** 40);
      },
    ],
    [
      "deletes 2^47 units at a time",
      (out) => {
        tables(out, 2);
        numbers(out, 0, 1, 0, 0, 1, 3, 2 ** 47, 7, 2 ** 47);
      },
    ],
    [
      "has intervals that touch",
      (out) => {
        tables(out, 2);
        run(out, 2);
        numbers(out, 1, 0, 0, 1, 0, 0);
      },
    ],
    [
      "deletes of a replica that is not listed",
      (out) => {
        tables(out, 2);
        run(out, 1);
        numbers(out, 1, 0, 1, 0, 0);
      },
    ],
    [
      "claims 2^40 pairs",
      (out) => {
        tables(out, 4);
        run(out, 1);
        numbers(out, 2 ** 40);
      },
    ],
    [
      "has a stretch of nothing",
      (out) => {
        tables(out, 0);
        numbers(out, 2, 0, 0, 0, 0, 0, 0);
        out.utf8("a");
      },
    ],
    [
      "writes to a text",
      (out) => {
        tables(out, 0);
        numbers(out, 1 + 2 * 2, 0, 0, 1, 1);
      },
    ],
    [
      "writes what is no write of a map",
      (out) => {
        tables(out, 0, 2);
        numbers(out, 1 + 2 * 2, 0, 0, 3, 1, 2, 65);
      },
    ],
    [
      "adds a word to a counter",
      (out) => {
        tables(out, 0, 4);
        numbers(out, 1 + 2 * 2, 0, 0, 2, 33, 65);
      },
    ],
    [
      "puts text into a list",
      (out) => {
        tables(out, 0, 3);
        run(out, 1);
        out.utf8("a");
      },
    ],
    [
      "has a kind of row that is none",
      (out) => {
        tables(out, 0);
        numbers(out, 1 + 2 * 5, 0, 0, 0, 0, 0);
      },
    ],
    [
      "hangs a unit left of the start",
      (out) => {
        tables(out, 0);
        numbers(out, 1, 0, 0, 1, 0, 0);
        out.utf8("a");
      },
    ],
    [
      "hangs a unit on itself",
      (out) => {
        tables(out, 0);
        numbers(out, 1, 0, 0, 0, 2, 0);
        out.utf8("a");
      },
    ],
    [
      "has more text than units",
      (out) => {
        tables(out, 0);
        run(out, 1);
        out.utf8("ab");
      },
    ],
  ];
  test.each(refused)("that %s is refused", (_, write) => {
    assert.throws(() => createDoc().apply(craft(write)), coded("CRDT_BAD_UPDATE", "CRDT_LIMIT"));
  });

  test("in which thousands delete the same thousands of runs is taken in at one walk", { timeout: 10_000 }, () => {
    const doc = createDoc();
    const [runs, deleters] = [9000, 3000];
    doc.apply(
      craft((out) => {
        numbers(out, 1 + 2 + 8 * (1 + deleters), 7);
        for (let i = 0; i < deleters; i++) numbers(out, 1);
        numbers(out, 1, 2);
        out.string("body");
        numbers(out, 1 + 16 * (runs - 1), 0);
        for (let i = 0; i < runs; i++) numbers(out, 0, 0, 0, 0); // each hangs on the start of the text: no two are one run
        for (let i = 0; i < deleters; i++) numbers(out, 0);
        numbers(out, 0);
        for (let i = 0; i < deleters; i++) numbers(out, 1, 0, 0, 0, 3, runs - 4);
      }),
    );
    assert.equal(doc.text("body").length, 0);
    assert.equal(doc.version().size, 1 + deleters);
  });

  test("that deletes every second of two hundred thousand units is taken in", { timeout: 10_000 }, () => {
    const count = 200_000;
    const insert = craft((out) => {
      tables(out, 0);
      run(out, count);
      out.utf8("ab".repeat(count / 2));
    });
    const remove = craft((out) => {
      numbers(out, 2 + 8, 7, 0, 1, 0, 0, count / 2 - 1, 0);
      for (let i = 1; i < count / 2; i++) numbers(out, 4);
    });
    for (const order of [
      [insert, remove],
      [remove, insert],
    ]) {
      const doc = createDoc();
      for (const bytes of order) doc.apply(bytes);
      assert.equal(doc.text("body").toString(), "b".repeat(count / 2));
    }
  });

  test("that uses up the Lamport times leaves a document that can be read and encoded", () => {
    const doc = createDoc({ replicaId: 1, limits: { maxLamportJump: 2 ** 48 } });
    const body = createWriter();
    body.varint(2 ** 48 - 1);
    body.string("k");
    body.u8(5);
    doc.apply(
      craft((out) => {
        numbers(out, 1 + 8, 7, 1, 4);
        out.string("meta");
        numbers(out, 1 + 2 * 2, 0, 0, body.length);
        out.bytes(body.toBytes());
      }),
    );
    const before = snapshot(doc);
    assert.throws(() => doc.map("meta").set("k", 6), coded("CRDT_LIMIT"));
    assert.throws(() => doc.map("meta").delete("k"), coded("CRDT_LIMIT"));
    assert.equal(doc.map("meta").get("k"), 5);
    assert.deepEqual(snapshot(doc), before);
  });

  test("of a later format says so", () => {
    for (const bytes of [
      Uint8Array.of(0xc8, 0, 0, 0, 0, 0),
      Uint8Array.of(0xc6),
      Uint8Array.of(0xc7, 0, 0, 0, 0),
      new Uint8Array(),
      Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    ]) {
      assert.throws(() => createDoc().apply(bytes), coded("CRDT_UNKNOWN_FORMAT"));
    }
  });

  test.each([
    [undefined],
    [null],
    [5],
    ["text"],
    [[1, 2, 3]],
    [new ArrayBuffer(8)],
    [new DataView(new ArrayBuffer(8))],
  ] as readonly [unknown][])("that is no bytes but %s is refused by a code", (value) => {
    const doc = createDoc({ replicaId: 1 });
    doc.text("t").insert(0, "a");
    const before = doc.encode();
    const bytes = value as Uint8Array; // cast: what JavaScript may pass
    for (const read of [() => doc.apply(bytes), () => mergeUpdates([bytes]), () => updateRanges(bytes)])
      assert.throws(read, coded("CRDT_UNKNOWN_FORMAT"));
    assert.deepEqual(doc.encode(), before);
  });

  test("of any bytes at all never harms a document", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (tail) => {
        applyDamaged([], 0, resum(Uint8Array.of(0xc6, 0, 0, 0, 0, ...tail)));
        applyDamaged([], 0, resum(Uint8Array.of(0xc7, 0, 0, 0, 0, 0, 0, 0, 0, ...tail)));
      }),
      { numRuns: runs(3000) },
    );
  });

  test("stays within the limits a document sets", () => {
    const writer = createDoc({ replicaId: 1 });
    writer.text("t").insert(0, "0123456789");
    writer.map("m").set("k", 1);
    const other = createDoc({ replicaId: 2 });
    other.apply(writer.encode());
    other.text("t").insert(0, "x");
    for (const limits of [{ maxUpdateBytes: 20 }, { maxOperations: 11 }, { maxReplicas: 1 }, { maxLamportJump: 0 }]) {
      const doc = createDoc({ limits });
      assert.throws(() => doc.apply(other.encode()), coded("CRDT_LIMIT"), JSON.stringify(limits));
      assert.deepEqual(doc.encode(), createDoc().encode());
    }
    createDoc({ limits: { maxUpdateBytes: 200, maxOperations: 12, maxReplicas: 2, maxLamportJump: 1 } }).apply(
      other.encode(),
    );
  });
});

describe("a place where thousands insert", () => {
  test.each([
    ["before a chain of left children", 0, 0],
    ["after a chain of right children", 1, 1],
  ])("%s is found without walking the chain each time", { timeout: 20_000 }, (_, index, step) => {
    const base = createDoc({ replicaId: 500_000 });
    base.text("t").insert(0, "|");
    const start = base.encode();
    const deep = [600_000, 600_001].map((replicaId) => createDoc({ replicaId }));
    for (const doc of deep) doc.apply(start);
    const [one, other] = deep as [Doc, Doc]; // cast: two were made
    for (let i = 0; i < 15_000; i++) {
      // Two writers in turn: no two units are one run.
      for (const [from, to] of [
        [one, other],
        [other, one],
      ] as const) {
        const since = from.version();
        from.text("t").insert(index + step * (from.text("t").length - 1), "c");
        to.apply(from.encode({ since }));
      }
    }
    const chain = one.encode();
    const doc = createDoc();
    doc.apply(chain);
    for (let i = 0; i < 5000; i++) {
      const sibling = createDoc({ replicaId: step === 0 ? i : 900_000 - i });
      sibling.apply(start);
      sibling.text("t").insert(index, "s");
      doc.apply(sibling.encode({ since: base.version() }));
    }
    const [c, all] = ["c".repeat(30_000), "s".repeat(5000)];
    assert.equal(doc.text("t").toString(), step === 0 ? `${all}${c}|` : `|${c}${all}`);
  });

  test("keeps all that hangs there in order, and all pieces of a run that is cut everywhere", () => {
    const base = createDoc({ replicaId: 1 });
    base.text("cut").insert(0, "ab".repeat(4000));
    const doc = createDoc({ replicaId: 2 });
    doc.apply(base.encode());
    for (let i = 7998; i >= 0; i -= 2) doc.text("cut").delete(i, 1);
    const place = (i: number): number => (i * 7919) % 3000; // 7919 is prime: each place once, in no order
    for (let i = 0; i < 3000; i++) {
      const writer = createDoc({ replicaId: 10 + place(i) });
      writer.text("t").insert(0, String.fromCharCode(0x4e00 + place(i)));
      doc.apply(writer.encode());
    }
    const letters = Array.from({ length: 3000 }, (_, i) => String.fromCharCode(0x4e00 + i)).join("");
    assert.equal(doc.text("t").toString(), letters);
    assert.equal(doc.text("cut").toString(), "b".repeat(4000));
    const copy = createDoc();
    copy.apply(doc.encode());
    assert.deepEqual(copy.encode(), doc.encode());
    base.apply(doc.encode());
    assert.deepEqual(base.encode(), doc.encode());
    assert.equal(base.text("cut").toString(), doc.text("cut").toString());
    base.text("cut").delete(0, 4000); // and the pieces become one again
    assert.equal(base.text("cut").length, 0);
  });
});
