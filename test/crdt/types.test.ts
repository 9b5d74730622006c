import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { type CrdtValue, createDoc, type Doc, type ListDelta } from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";

const coded = (code: string) => (error: unknown) => error instanceof Error && "code" in error && error.code === code;

const merge = (docs: readonly Doc[]): void => {
  for (const to of docs) for (const from of docs) to.apply(from.encode({ since: to.version() }));
};

function pair(): [Doc, Doc] {
  return [createDoc({ replicaId: 1 }), createDoc({ replicaId: 2 })];
}

describe("a list", () => {
  test("inserts, deletes and reads like an array", () => {
    const list = createDoc({ replicaId: 1 }).list("todo");
    list.insert(0, "a", 2, null, [true], "v");
    list.insert(1);
    list.delete(1, 2);
    list.insert(3, new Uint8Array([7]));
    assert.deepEqual(list.toArray(), ["a", [true], "v", new Uint8Array([7])]);
    assert.equal(list.length, 4);
    assert.deepEqual(list.get(1), [true]);
    for (const index of [-1, 4, 0.5]) assert.equal(list.get(index), undefined);
  });

  test("keeps copies of what it is given", () => {
    const list = createDoc({ replicaId: 1 }).list("todo");
    const value = [1];
    list.insert(0, value);
    value.push(2);
    assert.deepEqual(list.toArray(), [[1]]);
  });

  test.each([
    ["insert past the end", (doc: Doc) => doc.list("l").insert(3, 1)],
    ["delete past the end", (doc: Doc) => doc.list("l").delete(1, 2)],
  ])("refuses to %s and stays as it was", (_, edit) => {
    const doc = createDoc({ replicaId: 1 });
    doc.list("l").insert(0, 1, 2);
    const before = doc.encode();
    assert.throws(() => edit(doc), coded("CRDT_BAD_INDEX"));
    assert.deepEqual(doc.encode(), before);
  });

  test("keeps what two replicas put in the same place apart", () => {
    const [a, b] = pair();
    a.list("l").insert(0, "start", "end");
    merge([a, b]);
    for (let i = 0; i < 3; i++) {
      a.list("l").insert(1 + i, `a${i}`);
      b.list("l").insert(1, `b${2 - i}`);
    }
    merge([a, b]);
    const words = a.list("l").toArray();
    assert.deepEqual(b.list("l").toArray(), words);
    assert.match(words.join(" "), /^start (a0 a1 a2 b0 b1 b2|b0 b1 b2 a0 a1 a2) end$/);
    assert.deepEqual(a.encode(), b.encode());
  });

  test("tells its observers deltas from which it can be rebuilt", () => {
    const [a, b] = pair();
    let mirror: CrdtValue[] = [];
    const deltas: ListDelta[] = [];
    a.list("l").observe((delta) => {
      deltas.push(delta);
      mirror = patched(mirror, delta);
    });
    a.list("l").insert(0, 1, 2, 3);
    merge([a, b]);
    b.list("l").delete(1, 1);
    b.list("l").insert(2, "x");
    a.transact(() => {
      a.list("l").insert(0, "first");
      a.list("l").delete(3, 1);
    });
    merge([a, b]);
    assert.deepEqual(mirror, a.list("l").toArray());
    assert.deepEqual(deltas[0], [{ insert: [1, 2, 3] }]);
    assert.deepEqual(deltas[1], [{ insert: ["first"] }, { retain: 2 }, { delete: 1 }]);
  });
});

describe("a counter", () => {
  test("loses no addition, whoever makes it", () => {
    const [a, b] = pair();
    a.counter("n").add(5);
    b.counter("n").add(-2);
    b.counter("n").add(0.5);
    merge([a, b]);
    assert.equal(a.counter("n").value, 3.5);
    assert.equal(b.counter("n").value, 3.5);
    a.counter("n").add(1);
    merge([a, b]);
    assert.equal(b.counter("n").value, 4.5);
    assert.deepEqual(a.encode(), b.encode());
  });

  test("keeps its size however often it is added to", () => {
    const doc = createDoc({ replicaId: 1 });
    const sizeAfter = (times: number): number => {
      for (let i = 0; i < times; i++) doc.counter("n").add(1);
      return doc.encode().length;
    };
    const once = sizeAfter(10);
    assert.ok(sizeAfter(5000) <= once + 6);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses %s", (amount) => {
    const doc = createDoc({ replicaId: 1 });
    doc.counter("n").add(Number.MAX_VALUE);
    const before = doc.encode();
    assert.throws(() => doc.counter("n").add(amount), coded("CRDT_BAD_AMOUNT"));
    assert.throws(() => doc.counter("n").add(Number.MAX_VALUE), coded("CRDT_BAD_AMOUNT"));
    assert.deepEqual(doc.encode(), before);
  });

  test("tells its observers its value before and after", () => {
    const [a, b] = pair();
    const heard: unknown[] = [];
    const stop = a.counter("n").observe((change, origin) => heard.push([change, origin]));
    a.transact(
      () => {
        a.counter("n").add(1);
        a.counter("n").add(2);
      },
      { origin: "me" },
    );
    b.counter("n").add(10);
    a.apply(b.encode(), "net");
    stop();
    a.counter("n").add(1);
    assert.deepEqual(heard, [
      [{ before: 0, after: 3 }, "me"],
      [{ before: 3, after: 13 }, "net"],
    ]);
  });
});

describe("a set", () => {
  test("is rid of a value on a replica that knows its first addition alone", () => {
    const [a, b] = pair();
    a.set("s").add("x");
    merge([a, b]);
    a.set("s").add("x");
    a.set("s").delete("x");
    merge([a, b]);
    assert.deepEqual(b.set("s").values(), []);
    assert.deepEqual(b.encode(), a.encode());
  });

  test("holds a value once, whatever its kind", () => {
    const set = createDoc({ replicaId: 1 }).set("tags");
    for (const value of ["x", 1, "x", null, [1, "__proto__"], 1]) set.add(value);
    assert.equal(set.size, 4);
    assert.equal(set.has("x"), true);
    assert.equal(set.has([1, "__proto__"]), true);
    assert.equal(set.has("1"), false);
    set.delete("x");
    set.delete("never");
    assert.equal(set.has("x"), false);
    assert.equal(set.values().length, 3);
  });

  test("keeps what is added while another deletes it", () => {
    const [a, b] = pair();
    a.set("s").add("x");
    a.set("s").add("y");
    merge([a, b]);
    a.set("s").delete("x");
    a.set("s").delete("y");
    b.set("s").add("x");
    merge([a, b]);
    for (const doc of [a, b]) assert.deepEqual(doc.set("s").values(), ["x"]);
    assert.deepEqual(a.encode(), b.encode());
    b.set("s").delete("x");
    merge([a, b]);
    for (const doc of [a, b]) assert.deepEqual(doc.set("s").values(), []);
  });

  test("tells its observers what came and what went", () => {
    const [a, b] = pair();
    const heard: unknown[] = [];
    a.set("s").observe((changes) => heard.push(changes));
    a.set("s").add("x");
    a.set("s").add("x");
    a.transact(() => {
      a.set("s").add("y");
      a.set("s").delete("y");
    });
    b.apply(a.encode());
    b.set("s").delete("x");
    b.set("s").add("z");
    a.apply(b.encode());
    assert.deepEqual(heard, [
      { added: ["x"], deleted: [] },
      { added: ["z"], deleted: ["x"] },
    ]);
  });
});

describe("lists, counters and sets", () => {
  const who = fc.nat(2);
  const value = fc.oneof(fc.nat(3), fc.constantFrom("a", "😀"));
  const command = fc.oneof(
    fc.record({ kind: fc.constant("insert" as const), who, at: fc.nat(50), value }),
    fc.record({ kind: fc.constant("delete" as const), who, at: fc.nat(50), value }),
    fc.record({ kind: fc.constant("add" as const), who, at: fc.integer({ min: -5, max: 5 }), value }),
    fc.record({ kind: fc.constant("member" as const), who, at: fc.nat(2), value }),
    fc.record({ kind: fc.constant("sync" as const), who, at: fc.nat(2), value }),
  );

  test("agree on all replicas, byte for byte, and count and hold what was added", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
        const docs = [31, 7, 19].map((replicaId) => createDoc({ replicaId }));
        const late: Uint8Array[] = [];
        const mirrors = docs.map((doc) => {
          const mirror = { list: [] as CrdtValue[] };
          doc.list("l").observe((delta) => {
            mirror.list = patched(mirror.list, delta);
          });
          doc.onUpdate((bytes, origin) => {
            if (origin !== "net") late.push(bytes);
          });
          return mirror;
        });
        let sum = 0;
        for (const { kind, who, at, value } of commands) {
          const doc = docs[who] as Doc; // cast: three were made
          const list = doc.list("l");
          if (kind === "insert") list.insert(at % (list.length + 1), value, at);
          else if (kind === "delete" && list.length > 0) list.delete(at % list.length, 1);
          else if (kind === "add") {
            doc.counter("n").add(at);
            sum += at;
          } else if (kind === "member") {
            if (at === 0) doc.set("s").delete(value);
            else doc.set("s").add(value);
          } else if (kind === "sync") {
            const from = docs[at] as Doc; // cast: three were made
            doc.apply(from.encode({ since: doc.version() }), "net");
          }
        }
        for (const doc of docs) for (const bytes of [...late].reverse()) doc.apply(bytes, "net");
        const bytes = docs[0]?.encode();
        docs.forEach((doc, i) => {
          assert.equal(doc.pending().updates, 0);
          assert.deepEqual(doc.encode(), bytes);
          assert.equal(doc.counter("n").value, sum);
          assert.deepEqual(mirrors[i]?.list, doc.list("l").toArray());
        });
        const copy = createDoc();
        copy.apply(bytes ?? new Uint8Array());
        assert.deepEqual(copy.encode(), bytes);
        assert.deepEqual(copy.set("s").values(), docs[0]?.set("s").values());
        assert.deepEqual(copy.list("l").toArray(), docs[0]?.list("l").toArray());
      }),
      { numRuns: runs(300) },
    );
  });
});

function patched(list: readonly CrdtValue[], delta: ListDelta): CrdtValue[] {
  const result: CrdtValue[] = [];
  let at = 0;
  for (const step of delta) {
    if ("retain" in step) {
      result.push(...list.slice(at, at + step.retain));
      at += step.retain;
    } else if ("insert" in step) result.push(...step.insert);
    else at += step.delete;
  }
  assert.ok(at <= list.length, "a delta stays within the list");
  return [...result, ...list.slice(at)];
}
