import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  compareVersions,
  createDoc,
  decodeCursor,
  decodeVersion,
  encodeCursor,
  encodeVersion,
  mergeVersions,
  readTexts,
  type Version,
  versionCovers,
} from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";

const coded = (code: string) => (error: unknown) => error instanceof Error && "code" in error && error.code === code;
const highest = Number.MAX_SAFE_INTEGER;

test.each([[null], [{}], [[]], ["version"], [5], [new Uint8Array(3)]] as readonly [unknown][])(
  "what is asked for since %j, which is no version, is refused by a code",
  (value) => {
    const doc = createDoc({ replicaId: 1 });
    doc.text("t").insert(0, "a");
    const since = value as Version; // cast: what JavaScript may pass
    assert.throws(() => doc.encode({ since }), coded("CRDT_BAD_VERSION"));
    assert.throws(() => createDoc().encode({ since }), coded("CRDT_BAD_VERSION"));
  },
);

describe("a replica id", () => {
  test("is drawn once from the random bytes, 53 bits of them", () => {
    const asked: number[] = [];
    const random = (byteLength: number): Uint8Array => {
      asked.push(byteLength);
      return new Uint8Array(byteLength).fill(255);
    };
    const doc = createDoc({ random });
    assert.deepEqual(asked, []);
    doc.text("t").insert(0, "a");
    assert.equal(doc.replicaId, highest);
    assert.deepEqual(asked, [7]);
    assert.deepEqual([...doc.version()], [[highest, 1]]);
  });

  test("is needed for edits alone", () => {
    const doc = createDoc();
    const writer = createDoc({ replicaId: 1 });
    writer.text("t").insert(0, "a");
    doc.apply(writer.encode());
    assert.equal(doc.text("t").toString(), "a");
    assert.throws(() => doc.text("t").insert(0, "b"), coded("CRDT_NO_REPLICA_ID"));
    assert.throws(() => doc.replicaId, coded("CRDT_NO_REPLICA_ID"));
    assert.deepEqual(doc.encode(), writer.encode());
  });

  test.each([-1, 0.5, 2 ** 53, Number.NaN])("may not be %s", (replicaId) => {
    assert.throws(() => createDoc({ replicaId }), coded("CRDT_BAD_REPLICA_ID"));
  });

  test("used by another session is noticed, and nothing changes", () => {
    const mine = createDoc({ replicaId: 7 });
    const theirs = createDoc({ replicaId: 7 });
    mine.text("t").insert(0, "a");
    theirs.text("t").insert(0, "bcd");
    const before = mine.encode();
    assert.throws(() => mine.apply(theirs.encode()), coded("CRDT_REPLICA_REUSED"));
    assert.deepEqual(mine.encode(), before);
  });

  test("may go on where an earlier session of the same id stopped", () => {
    const first = createDoc({ replicaId: 7 });
    first.text("t").insert(0, "a");
    const second = createDoc({ replicaId: 7 });
    second.apply(first.encode());
    second.text("t").insert(1, "b");
    assert.deepEqual([...second.version()], [[7, 2]]);
  });
});

describe("updates", () => {
  test("hold exactly the operations that are new, one per transaction", () => {
    const doc = createDoc({ replicaId: 1 });
    const updates: Uint8Array[] = [];
    const origins: unknown[] = [];
    const stop = doc.onUpdate((bytes, origin) => {
      updates.push(bytes);
      origins.push(origin);
    });
    doc.transact(() => doc.text("t").insert(0, "abc"), { origin: 5 });
    doc.transact(() => undefined);
    doc.text("t").delete(0, 1);
    const remote = createDoc({ replicaId: 2 });
    remote.apply(doc.encode());
    remote.map("m").set("k", 1);
    assert.deepEqual(doc.apply(remote.encode(), "net"), { pending: false, changed: true });
    assert.deepEqual(doc.apply(remote.encode(), "again"), { pending: false, changed: false });
    stop();
    doc.text("t").insert(0, "unheard");
    assert.deepEqual(origins, [5, undefined, "net"]);
    const copy = createDoc();
    for (const bytes of updates) copy.apply(bytes);
    assert.deepEqual(copy.encode(), remote.encode());
  });

  test("that come too early wait, are reported, and come in once what they miss is there", () => {
    const writer = createDoc({ replicaId: 1 });
    const updates: Uint8Array[] = [];
    writer.onUpdate((bytes) => updates.push(bytes));
    for (const letter of "abcde") writer.text("t").insert(writer.text("t").length, letter);
    const reader = createDoc();
    const heard: unknown[] = [];
    reader.onUpdate((_, origin) => heard.push(origin));
    for (const bytes of [updates[4], updates[2], updates[1], updates[2]] as Uint8Array[]) {
      assert.deepEqual(reader.apply(bytes), { pending: true, changed: false });
    }
    assert.equal(reader.text("t").toString(), "");
    assert.deepEqual(reader.pending().missing, [{ replica: 1, counter: 0 }]);
    assert.equal(reader.pending().updates, 3);
    assert.ok(reader.pending().bytes > 0);
    assert.deepEqual(reader.encode(), createDoc().encode());
    assert.deepEqual(reader.apply(updates[0] as Uint8Array, "first"), { pending: false, changed: true });
    assert.equal(reader.text("t").toString(), "abc");
    assert.deepEqual(reader.pending().missing, [{ replica: 1, counter: 3 }]);
    reader.apply(updates[3] as Uint8Array, "second");
    assert.deepEqual(heard, ["first", "second"]);
    assert.deepEqual(reader.pending(), { updates: 0, bytes: 0, missing: [] });
    assert.deepEqual(reader.encode(), writer.encode());
  });

  test("wait for other replicas' operations too", () => {
    const first = createDoc({ replicaId: 1 });
    first.text("t").insert(0, "abc");
    const second = createDoc({ replicaId: 2 });
    second.apply(first.encode());
    const before = second.version();
    second.text("t").insert(1, "X");
    const reader = createDoc();
    assert.equal(reader.apply(second.encode({ since: before })).pending, true);
    assert.deepEqual(reader.pending().missing, [{ replica: 1, counter: 0 }]);
    reader.apply(first.encode());
    assert.equal(reader.text("t").toString(), "aXbc");
  });

  test("wait for all they build on, however much waits, and are told apart from what waits twice", () => {
    const others = Array.from({ length: 20 }, (_, i) => createDoc({ replicaId: 10 + i }));
    for (const [i, other] of others.entries()) other.map("m").set(`key ${i}`, i);
    const writer = createDoc({ replicaId: 1 });
    for (const [i, other] of others.entries()) {
      other.text("t").insert(0, `${i} `);
      writer.apply(other.encode({ since: new Map([[1, 1]]) }));
    }
    const updates: Uint8Array[] = [];
    writer.onUpdate((bytes) => updates.push(bytes.slice()));
    for (let round = 0; round < 3; round++)
      writer.transact(() => {
        for (let i = 0; i < 20; i++)
          writer.text("t").insert((i * 7919) % writer.text("t").length, "long ".repeat(2000));
        writer.text("t").delete(round, 5);
        writer.map("m").delete(`key ${round}`);
      });
    const reader = createDoc();
    for (const bytes of [...updates, ...updates]) assert.equal(reader.apply(bytes).pending, true);
    assert.ok(reader.pending().bytes > 600_000);
    for (const other of others) {
      assert.ok([0, 3].includes(reader.pending().updates));
      reader.apply(other.encode({ since: new Map([[1, 1]]) }));
      for (const bytes of updates) reader.apply(bytes);
    }
    assert.deepEqual(reader.pending(), { updates: 0, bytes: 0, missing: [] });
    assert.deepEqual(reader.encode(), writer.encode());
  });

  test("that wait are bounded", () => {
    const writer = createDoc({ replicaId: 1 });
    const updates: Uint8Array[] = [];
    writer.onUpdate((bytes) => updates.push(bytes));
    for (let i = 0; i < 10; i++) writer.text("t").insert(0, "a");
    for (const limits of [{ maxPendingUpdates: 3 }, { maxPendingBytes: 90 }]) {
      const reader = createDoc({ limits });
      assert.throws(() => {
        for (const bytes of updates.slice(1)) reader.apply(bytes);
      }, coded("CRDT_PENDING_FULL"));
      assert.ok(reader.pending().updates >= 3);
      reader.apply(writer.encode());
      assert.deepEqual(reader.encode(), writer.encode());
      assert.equal(reader.pending().updates, 0);
    }
  });

  test("may not be applied inside a transaction", () => {
    const doc = createDoc({ replicaId: 1 });
    const bytes = createDoc().encode();
    assert.throws(() => doc.transact(() => doc.apply(bytes)), coded("CRDT_IN_TRANSACTION"));
  });

  test("of a whole document give their texts without being loaded", () => {
    const doc = createDoc({ replicaId: 1 });
    assert.equal(readTexts(doc.encode()).size, 0);
    doc.text("a").insert(0, "one 😀");
    doc.text("a").delete(0, 1);
    doc.text("__proto__").insert(0, "two");
    doc.list("a").insert(0, "no text");
    doc.text("asked for only");
    const bytes = doc.encode();
    assert.deepEqual(
      [...readTexts(bytes)],
      [
        ["__proto__", "two"],
        ["a", "ne 😀"],
      ],
    );
    for (let end = 0; end < bytes.length / 2; end++) assert.throws(() => readTexts(bytes.subarray(0, end)));
    const damaged = bytes.slice();
    damaged[20] = (damaged[20] ?? 0) ^ 1;
    assert.throws(() => readTexts(damaged), coded("CRDT_BAD_CHECKSUM"));
    assert.throws(() => readTexts(doc.encode({ since: new Map([[1, 2]]) })), coded("CRDT_UNKNOWN_FORMAT"));
  });

  test("that bring deletions known in part are passed on as what is new", () => {
    const writer = createDoc({ replicaId: 1 });
    const relay = createDoc();
    const reader = createDoc();
    relay.onUpdate((bytes) => reader.apply(bytes));
    writer.text("t").insert(0, "0123456789");
    relay.apply(writer.encode());
    for (const count of [2, 3, 1]) {
      writer.text("t").delete(1, count); // each time the whole interval is sent
      relay.apply(writer.encode({ since: relay.version() }));
      assert.equal(reader.pending().updates, 0);
      assert.deepEqual(reader.encode(), writer.encode());
    }
  });

  test("that are the first a document gets are told as they came, in bytes of their own", () => {
    const ann = createDoc({ replicaId: 1 });
    ann.text("t").insert(0, "hello");
    ann.map("m").set("k", 1);
    ann.text("t").delete(1, 2);
    const bytes = ann.encode();
    const given = bytes.slice();
    const doc = createDoc();
    const heard: Uint8Array[] = [];
    doc.onUpdate((update) => heard.push(update));
    doc.apply(given);
    given.fill(0); // a channel uses its buffer again
    assert.deepEqual(heard, [bytes]);
    doc.apply(bytes);
    assert.equal(heard.length, 1);
  });

  test("that come first and let in what waited are told with that", () => {
    const ann = createDoc({ replicaId: 1 });
    const each: Uint8Array[] = [];
    ann.onUpdate((update) => each.push(update));
    ann.text("t").insert(0, "ab");
    ann.text("t").insert(2, "cd");
    const doc = createDoc();
    const heard = createDoc();
    doc.onUpdate((update) => void heard.apply(update));
    for (const update of each.reverse()) doc.apply(update);
    assert.equal(heard.text("t").toString(), "abcd");
  });

  test("drop deleted text", () => {
    const doc = createDoc({ replicaId: 1 });
    doc.text("t").insert(0, "a secret word");
    doc.text("t").delete(2, 7);
    const shown = new TextDecoder().decode(doc.encode());
    assert.equal(shown.includes("secret"), false);
    assert.equal(shown.includes("word"), true);
  });
});

describe("versions", () => {
  const anyVersion = fc
    .uniqueArray(
      fc.tuple(
        fc.oneof(
          fc.maxSafeNat(),
          fc.maxSafeNat().map((id) => -1 - id),
        ),
        fc.integer({ min: 1, max: 2 ** 48 }),
      ),
      {
        selector: ([id]) => id,
        maxLength: 6,
      },
    )
    .map((pairs) => new Map(pairs));

  test("survive encoding, in one form only", () => {
    fc.assert(
      fc.property(anyVersion, (version) => {
        const bytes = encodeVersion(version);
        assert.deepEqual([...decodeVersion(bytes)].sort(), [...version].sort());
        assert.deepEqual(encodeVersion(new Map([...version].reverse())), bytes);
        for (let end = 0; end < bytes.length; end++) {
          assert.throws(() => decodeVersion(bytes.subarray(0, end)), coded("CRDT_BAD_VERSION"));
        }
      }),
    );
    assert.throws(() => decodeVersion(new Uint8Array([1, 5, 0, 0])), coded("CRDT_BAD_VERSION"));
    assert.throws(() => decodeVersion(new Uint8Array([255, 255, 255, 255, 15])), coded("CRDT_BAD_VERSION"));
  });

  test("compare as sets of operations", () => {
    const low = new Map([[1, 5]]);
    const high = new Map([
      [1, 5],
      [2, 1],
    ]);
    const aside = new Map([
      [1, 4],
      [3, 1],
    ]);
    assert.equal(compareVersions(low, low), "equal");
    assert.equal(compareVersions(high, low), "ahead");
    assert.equal(compareVersions(low, high), "behind");
    assert.equal(compareVersions(high, aside), "concurrent");
    assert.equal(versionCovers(high, low), true);
    assert.equal(versionCovers(low, high), false);
    assert.equal(versionCovers(mergeVersions(high, aside), aside), true);
    assert.deepEqual([...mergeVersions(high, aside)].sort(), [
      [1, 5],
      [2, 1],
      [3, 1],
    ]);
  });
});

describe("a cursor", () => {
  test("stays with its neighbour while others edit", () => {
    const doc = createDoc({ replicaId: 1 });
    const text = doc.text("t");
    text.insert(0, "hello world");
    const left = doc.cursor(text, 5, "left");
    const right = doc.cursor(text, 5, "right");
    text.insert(5, ",");
    assert.deepEqual([doc.resolve(left), doc.resolve(right)], [5, 6]);
    text.insert(0, ">> ");
    assert.deepEqual([doc.resolve(left), doc.resolve(right)], [8, 9]);
    text.delete(0, 12);
    assert.deepEqual([doc.resolve(left), doc.resolve(right)], [0, 0]);
    text.delete(0, text.length);
    assert.deepEqual([doc.resolve(left), doc.resolve(right)], [0, 0]);
  });

  test("at an end stays there", () => {
    const doc = createDoc({ replicaId: 1 });
    const text = doc.text("t");
    const start = doc.cursor(text, 0, "left");
    const end = doc.cursor(text, 0, "right");
    text.insert(0, "abc");
    assert.deepEqual([doc.resolve(start), doc.resolve(end)], [0, 3]);
  });

  test("survives encoding and means the same elsewhere, or nothing yet", () => {
    const doc = createDoc({ replicaId: highest });
    const other = createDoc();
    const text = doc.text("__proto__");
    text.insert(0, "a😀b");
    for (let index = 0; index <= 4; index++) {
      if (index === 2) continue;
      for (const side of ["left", "right"] as const) {
        const cursor = doc.cursor(text, index, side);
        const bytes = encodeCursor(cursor);
        assert.deepEqual(decodeCursor(bytes), cursor);
        for (let end = 0; end < bytes.length; end++) {
          assert.throws(() => decodeCursor(bytes.subarray(0, end)), coded("CRDT_BAD_CURSOR"));
        }
        if (cursor.unit !== null) assert.equal(other.resolve(cursor), undefined);
        const copy = createDoc();
        copy.apply(doc.encode());
        assert.equal(copy.resolve(decodeCursor(bytes)), index);
      }
    }
    assert.equal(doc.resolve({ text: "elsewhere", side: "left", unit: { replica: highest, counter: 0 } }), undefined);
  });
});

test("a whole document enters one in use as its updates do, whatever that knows of it", () => {
  const edit = fc.record({
    who: fc.nat(1),
    at: fc.nat(40),
    word: fc.constantFrom("a", "😀", "hello", ""),
    seen: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 30 }), (edits) => {
      const [ann, bob] = [createDoc({ replicaId: 1 }), createDoc({ replicaId: 2 })];
      const [whole, single] = [createDoc({ replicaId: 3 }), createDoc({ replicaId: 3 })];
      for (const reader of [whole, single]) reader.text("mine").insert(0, "x😀");
      let heard = "";
      whole.text("t").observe((delta) => {
        let at = 0;
        for (const step of delta) {
          if ("retain" in step) at += step.retain;
          else if ("delete" in step) heard = heard.slice(0, at) + heard.slice(at + step.delete);
          else {
            heard = heard.slice(0, at) + step.insert + heard.slice(at);
            at += step.insert.length;
          }
        }
      });
      for (const { who, at, word, seen } of edits) {
        const doc = who === 0 ? ann : bob;
        for (const text of [doc.text("t"), doc.map("m").child("text", "k")]) {
          const units = [...String(text)];
          const index = units.slice(0, at % (units.length + 1)).join("").length;
          if (word !== "") text.insert(index, word);
          else if (index < text.length) text.delete(index, units[at % (units.length + 1)]?.length ?? 0);
        }
        doc.list("l").insert(0, word, at, [word]);
        if (!seen) continue;
        ann.apply(bob.encode({ since: ann.version() }));
        bob.apply(ann.encode({ since: bob.version() }));
        for (const reader of [whole, single]) reader.apply(ann.encode({ since: reader.version() }));
      }
      for (const doc of [ann, bob, ann]) {
        whole.apply(doc.encode());
        single.apply(doc.encode({ since: single.version() }));
        assert.deepEqual(whole.encode(), single.encode());
        assert.equal(String(whole.text("t")), String(single.text("t")));
        assert.equal(heard, String(whole.text("t")));
      }
    }),
    { numRuns: runs(100) },
  );
});
