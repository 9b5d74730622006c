import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { DocumentLog, Store } from "../../lib/sync/index.ts";
import { createStoreOracle } from "../oracle/store.ts";

/** A place a store lives in: opening it again finds what was durable. */
export interface StoreHome<S extends DocumentLog = Store> {
  /** Opens the store, anew when it was closed. */
  open(): Promise<S>;
  /** Whether what a closed store held is there when it is opened again. */
  readonly lasting: boolean;
  /** Whether it may be open twice at once, as by two processes. */
  readonly shared?: boolean;
}

type WithHome<S extends DocumentLog> = (run: (home: StoreHome<S>) => Promise<void>) => Promise<void>;

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** What every store owes, run on each implementation. */
export function storeSuite(withHome: WithHome<Store>): void {
  logSuite(withHome);
  claimSuite(withHome);
  cutSuite(withHome);
  fileSuite(withHome);
}

/** The part about documents: what a store in a browser owes too. */
export function logSuite(withHome: WithHome<DocumentLog>): void {
  const withStore = (run: (store: DocumentLog) => Promise<void>): Promise<void> =>
    withHome(async (home) => {
      const store = await home.open();
      await run(store);
      await store.close();
    });

  test("knows nothing of a name never written", () =>
    withStore(async (store) => {
      const { snapshot, updates, position } = await store.load("new");
      assert.deepEqual({ snapshot, updates, position }, { snapshot: undefined, updates: [], position: 0 });
    }));

  test("hands back only what is later than a position, and everything once the log was cut above it", () =>
    withStore(async (store) => {
      const at: number[] = [];
      for (const value of [1, 2, 3, 4]) at.push(await store.append("a", bytes(value)));
      const [, second = 0, third = 0, fourth = 0] = at;
      const read = async (after: number): Promise<unknown[]> => {
        const { snapshot, updates, position } = await store.load("a", after);
        assert.equal(position, fourth);
        return [snapshot && [...snapshot], ...updates.map((update) => [...update])];
      };
      assert.deepEqual(await read(second), [undefined, [3], [4]]);
      assert.deepEqual(await read(fourth), [undefined]);
      await store.compact("a", bytes(1, 2, 3), third);
      assert.deepEqual(await read(second), [[1, 2, 3], [4]]);
      assert.deepEqual(await read(third), [undefined, [4]]);
      await store.compact("a", bytes(1, 2, 3, 4), fourth);
      assert.deepEqual(await read(fourth), [undefined]);
      assert.deepEqual(await read(third), [[1, 2, 3, 4]]);
      assert.deepEqual(await read(0), [[1, 2, 3, 4]]);
    }));

  test("hands back appended updates in order, with rising positions", () =>
    withStore(async (store) => {
      const positions = [await store.append("a", bytes(1)), await store.append("a", bytes(2, 2))];
      positions.push(...(await Promise.all([3, 4, 5].map((value) => store.append("a", bytes(value))))));
      assert.deepEqual(
        positions,
        [...positions].sort((left, right) => left - right),
      );
      assert.equal(new Set(positions).size, 5);
      const stored = await store.load("a");
      assert.deepEqual(
        stored.updates.map((update) => [...update]),
        [[1], [2, 2], [3], [4], [5]],
      );
      assert.equal(stored.position, positions.at(-1));
    }));

  test("keeps documents apart whose names are prefixes, escapes or look like paths", () =>
    withStore(async (store) => {
      const names = [
        "a",
        "a/",
        "a/b",
        "a0",
        "a%2Fb",
        "../a",
        "A",
        "ä",
        "a\u0308",
        "😀",
        " ",
        "__proto__",
        "constructor",
      ];
      for (const [index, name] of names.entries()) await store.append(name, bytes(index));
      for (const name of names) await store.compact(name, bytes(99), (await store.load(name)).position);
      for (const [index, name] of names.entries()) await store.append(name, bytes(index));
      for (const [index, name] of names.entries()) {
        const stored = await store.load(name);
        assert.deepEqual([...(stored.snapshot ?? [])], [99], name);
        assert.deepEqual(
          stored.updates.map((update) => [...update]),
          [[index]],
          name,
        );
      }
    }));

  test("a compaction replaces exactly the updates it names", () =>
    withStore(async (store) => {
      const first = await store.append("a", bytes(1));
      await store.append("a", bytes(2));
      await store.compact("a", bytes(7, 7), first);
      const stored = await store.load("a");
      assert.deepEqual([...(stored.snapshot ?? [])], [7, 7]);
      assert.deepEqual(
        stored.updates.map((update) => [...update]),
        [[2]],
      );
    }));

  test("an older snapshot never replaces a newer one, in any order of arrival", () =>
    withStore(async (store) => {
      const first = await store.append("a", bytes(1));
      const second = await store.append("a", bytes(2));
      await Promise.all([store.compact("a", bytes(1), first), store.compact("a", bytes(1, 2), second)]);
      await store.compact("a", bytes(1), first);
      const stored = await store.load("a");
      assert.deepEqual([...(stored.snapshot ?? [])], [1, 2]);
      assert.deepEqual(stored.updates, []);
      assert.equal(stored.position, second);
    }));

  test("positions go on rising after everything was compacted", () =>
    withHome(async (home) => {
      let store = await home.open();
      const before = await store.append("a", bytes(1));
      await store.compact("a", bytes(1), before);
      if (home.lasting) {
        await store.close();
        store = await home.open();
        assert.equal((await store.load("a")).position, before);
      }
      assert.ok((await store.append("a", bytes(2))) > before);
      await store.close();
    }));

  test("refuses a snapshot of updates that do not exist yet", () =>
    withStore(async (store) => {
      await expect(store.compact("a", bytes(1), 1)).rejects.toMatchObject({ code: "SYNC_STORE_POSITION" });
      const position = await store.append("a", bytes(1));
      await expect(store.compact("a", bytes(1), position + 1)).rejects.toMatchObject({ code: "SYNC_STORE_POSITION" });
    }));

  test("does not change when the caller reuses its buffers after the promise", () =>
    withStore(async (store) => {
      const update = bytes(1, 2, 3);
      const position = await store.append("a", update);
      update.fill(0);
      assert.deepEqual([...((await store.load("a")).updates[0] ?? [])], [1, 2, 3]);
      const snapshot = bytes(4, 5);
      await store.compact("a", snapshot, position);
      snapshot.fill(0);
      (await store.load("a")).snapshot?.fill(9);
      assert.deepEqual([...((await store.load("a")).snapshot ?? [])], [4, 5]);
    }));

  test("holds empty and large updates", () =>
    withStore(async (store) => {
      await store.append("a", bytes());
      await store.append("a", new Uint8Array(3_000_000).fill(7));
      const { updates } = await store.load("a");
      assert.deepEqual(
        updates.map((update) => update.length),
        [0, 3_000_000],
      );
    }));

  test("refuses every call after close, and closing twice is harmless", () =>
    withHome(async (home) => {
      const store = await home.open();
      const begun = store.append("a", bytes(1));
      await Promise.all([store.close(), store.close()]);
      await begun;
      await expect(store.load("a")).rejects.toMatchObject({ code: "SYNC_STORE_CLOSED" });
      await expect(store.append("a", bytes(1))).rejects.toMatchObject({ code: "SYNC_STORE_CLOSED" });
      await expect(store.compact("a", bytes(1), 1)).rejects.toMatchObject({ code: "SYNC_STORE_CLOSED" });
    }));

  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant("append" as const), name: fc.constantFrom("a", "b"), size: fc.nat(5) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("compact" as const), name: fc.constantFrom("a", "b"), back: fc.nat(4) }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: "reopen" as const }) },
  );
  test("agrees with the obvious store after any appends, compactions and reopenings", () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), (steps) =>
        withHome(async (home) => {
          let store = await home.open();
          const oracle = createStoreOracle();
          const before = new Map<string, number>(); // where a log begins is the store's choice
          let tag = 0;
          for (const step of steps) {
            if (step.kind === "append") {
              const update = new Uint8Array(step.size).fill(++tag);
              const position = await store.append(step.name, update);
              const expected = oracle.append(step.name, update);
              if (!before.has(step.name)) before.set(step.name, position - expected);
              assert.equal(position, expected + (before.get(step.name) ?? 0));
            } else if (step.kind === "compact") {
              const upTo = Math.max(0, oracle.load(step.name).position - step.back);
              if (upTo === 0) continue;
              const snapshot = bytes(++tag);
              await store.compact(step.name, snapshot, upTo + (before.get(step.name) ?? 0));
              oracle.compact(step.name, snapshot, upTo);
            } else if (home.lasting) {
              await store.close();
              store = await home.open();
            }
          }
          for (const name of ["a", "b"]) {
            const stored = await store.load(name);
            const expected = oracle.load(name);
            assert.deepEqual(stored.snapshot && [...stored.snapshot], expected.snapshot && [...expected.snapshot]);
            assert.deepEqual(
              stored.updates.map((update) => [...update]),
              expected.updates.map((update) => [...update]),
            );
            assert.equal(stored.position, expected.position + (before.get(name) ?? 0));
          }
          await store.close();
        }),
      ),
      { numRuns: 25 },
    ));
}

/** Appends that say what they bring: the log has no holes, whoever writes. */
function claimSuite(withHome: WithHome<Store>): void {
  const range = (replica: number, from: number, to: number) => ({ replica, from, to });
  const LARGE = 2 ** 53 - 1;

  test("refuses an update whose predecessors it has not got, and stores nothing of it", () =>
    withHome(async (home) => {
      const store = await home.open();
      await store.append("a", bytes(1), { ranges: [range(LARGE, 0, 3), range(-1 - LARGE + 1, 0, 2)] });
      const missing = [range(5, 0, 1), range(LARGE, 4, 5)];
      await expect(store.append("a", bytes(2), { ranges: missing })).rejects.toMatchObject({ code: "SYNC_STORE_GAP" });
      await expect(store.append("a", bytes(2), { ranges: [range(-LARGE, 3, 4)] })).rejects.toMatchObject({
        code: "SYNC_STORE_GAP",
      });
      await store.append("a", bytes(3), { ranges: [range(5, 0, 1), range(LARGE, 3, 4)] });
      await store.append("a", bytes(4), { ranges: [range(-LARGE, 2, 4)] });
      assert.deepEqual(
        (await store.load("a")).updates.map((update) => [...update]),
        [[1], [3], [4]],
      );
      await store.close();
    }));

  test("adds nothing when all of an update is there, and all of it when a part is new", () =>
    withHome(async (home) => {
      let store = await home.open();
      const first = await store.append("a", bytes(1), { ranges: [range(7, 0, 3)] });
      assert.equal(await store.append("a", bytes(9), { ranges: [range(7, 1, 3)] }), first);
      const second = await store.append("a", bytes(2), { ranges: [range(7, 1, 4)] });
      assert.ok(second > first);
      if (home.lasting) {
        await store.close();
        store = await home.open();
      }
      assert.equal(await store.append("a", bytes(9), { ranges: [range(7, 3, 4)] }), second);
      await store.compact("a", bytes(1, 2), second, new Map([[7, 4]]));
      if (home.lasting) {
        await store.close();
        store = await home.open();
      }
      assert.equal(await store.append("a", bytes(9), { ranges: [range(7, 0, 4)] }), second);
      await expect(store.append("a", bytes(9), { ranges: [range(7, 5, 6)] })).rejects.toMatchObject({
        code: "SYNC_STORE_GAP",
      });
      assert.ok((await store.append("a", bytes(3), { ranges: [range(7, 4, 5)] })) > second);
      const { snapshot, updates } = await store.load("a");
      assert.deepEqual([snapshot && [...snapshot], ...updates.map((update) => [...update])], [[1, 2], [3]]);
      await store.close();
    }));

  test("a snapshot that came from elsewhere counts for what it knows", () =>
    withHome(async (home) => {
      const store = await home.open();
      const at = await store.append("a", bytes(0));
      await store.compact("a", bytes(1), at, new Map([[7, 4]]));
      assert.equal(await store.append("a", bytes(9), { ranges: [range(7, 3, 4)] }), at);
      await store.append("a", bytes(2), { ranges: [range(7, 4, 6)] });
      assert.equal((await store.load("a")).updates.length, 1);
      await store.close();
    }));

  test("a replica belongs to the author who first wrote as it, also after a compaction", () =>
    withHome(async (home) => {
      let store = await home.open();
      const at = await store.append("a", bytes(1), { ranges: [range(7, 0, 3), range(-8, 0, 1)], author: "ada" });
      const asBob = (): Promise<number> => store.append("a", bytes(2), { ranges: [range(7, 3, 4)], author: "bob" });
      await expect(asBob()).rejects.toMatchObject({ code: "SYNC_REPLICA_TAKEN" });
      await expect(store.append("a", bytes(2), { ranges: [range(-8, 1, 2)], author: "bob" })).rejects.toMatchObject({
        code: "SYNC_REPLICA_TAKEN",
      });
      assert.equal(await store.append("a", bytes(2), { ranges: [range(7, 0, 3)], author: "bob" }), at);
      await store.compact("a", bytes(1), at);
      if (home.lasting) {
        await store.close();
        store = await home.open();
      }
      await expect(asBob()).rejects.toMatchObject({ code: "SYNC_REPLICA_TAKEN" });
      assert.deepEqual([...((await store.load("a")).authors ?? [])], [[7, "ada"]]);
      await store.append("b", bytes(2), { ranges: [range(7, 0, 1)], author: "bob" });
      await store.append("a", bytes(2), { ranges: [range(7, 3, 4)], author: "ada" });
      await store.close();
    }));

  test("of many writers at once, each number gets in once and in order", () =>
    withHome(async (home) => {
      const first = await home.open();
      const stores = home.shared === true ? [first, await home.open()] : [first, first];
      const writers = stores.flatMap((store) => [store, store]);
      // All write as one replica, as a client does that went from one server to another: each number must stand once.
      await Promise.all(
        writers.map(async (store) => {
          for (let next = 0; next < 20; next++) {
            await store.append("a", bytes(next), { ranges: [range(7, next, next + 1)] });
          }
        }),
      );
      assert.deepEqual(
        (await first.load("a")).updates.map(([value]) => value),
        Array.from({ length: 20 }, (_, next) => next),
      );
      // And each as its own: nothing is lost, positions are one sequence.
      const positions = await Promise.all(
        writers.map(async (store, replica) => {
          const mine: number[] = [];
          for (let next = 0; next < 20; next++) {
            mine.push(await store.append("b", bytes(replica, next), { ranges: [range(replica, next, next + 1)] }));
          }
          return mine;
        }),
      );
      assert.deepEqual(
        positions.flat().sort((a, b) => a - b),
        Array.from({ length: 80 }, (_, index) => index + 1),
      );
      const { updates } = await first.load("b");
      assert.equal(updates.length, 80);
      for (const mine of positions)
        assert.deepEqual(
          mine,
          [...mine].sort((a, b) => a - b),
        );
      await Promise.all([...new Set(stores)].map((store) => store.close()));
    }));

  test("of snapshots written by many at once the one that reaches furthest stays, and the log begins after it", () =>
    withHome(async (home) => {
      const first = await home.open();
      const stores = home.shared === true ? [first, await home.open()] : [first, first];
      for (let next = 1; next <= 20; next++) await first.append("a", bytes(next));
      const reach = [5, 17, 3, 12, 17, 9];
      await Promise.all(
        reach.map((upTo, index) => stores[index % 2]?.compact("a", new Uint8Array(upTo).fill(1), upTo)),
      );
      const { snapshot, updates } = await first.load("a");
      assert.equal(snapshot?.length, 17);
      assert.deepEqual(
        updates.map((update) => [...update]),
        [[18], [19], [20]],
      );
      await Promise.all([...new Set(stores)].map((store) => store.close()));
    }));
}

/** Epochs: a document that begins anew, in one step. */
function cutSuite(withHome: WithHome<Store>): void {
  const LARGE = 2 ** 53 - 2;
  const first = { ranges: [{ replica: 7, from: 0, to: 3 }], author: "ada", epoch: 0 };
  const claim = { epoch: 1, version: new Map([[LARGE, 4]]), author: "", file: { key: "epoch/0", bytes: bytes(6) } };
  const next = { ranges: [{ replica: 7, from: 0, to: 1 }], author: "bob", epoch: 1 };

  test("a cut replaces everything, forgets what was claimed, and refuses what was made before it", () =>
    withHome(async (home) => {
      let store = await home.open();
      await store.append("a", bytes(1), first);
      const at = await store.append("a", bytes(2), { ranges: [{ replica: -8, from: 0, to: 1 }], author: "ada" });
      await store.compact("a", bytes(1), at - 1, new Map([[7, 3]]));
      assert.equal((await store.load("a")).epoch ?? 0, 0);
      assert.equal(await store.cut("a", bytes(9, 9), at, claim), true);
      if (home.lasting) {
        await store.close();
        store = await home.open();
      }
      const { snapshot, updates, position, epoch, authors } = await store.load("a");
      assert.deepEqual([snapshot && [...snapshot], updates, position, epoch], [[9, 9], [], at, 1]);
      assert.deepEqual([...(authors ?? [])], [[LARGE, ""]]);
      assert.deepEqual([...((await store.getFile("a", "epoch/0")) ?? [])], [6]);
      await expect(store.append("a", bytes(3), { ...first, ranges: [] })).rejects.toMatchObject({
        code: "SYNC_STORE_EPOCH",
      });
      await expect(store.append("a", bytes(3), first)).rejects.toMatchObject({ code: "SYNC_STORE_EPOCH", value: 1 });
      assert.ok((await store.append("a", bytes(4), next)) > at);
      const asBob = { ranges: [{ replica: LARGE, from: 4, to: 5 }], author: "bob", epoch: 1 };
      await expect(store.append("a", bytes(5), asBob)).rejects.toMatchObject({ code: "SYNC_REPLICA_TAKEN" });
      await expect(
        store.append("a", bytes(5), { ranges: [{ replica: LARGE, from: 5, to: 6 }], author: "", epoch: 1 }),
      ).rejects.toMatchObject({ code: "SYNC_STORE_GAP" });
      const read = await store.load("a", at);
      assert.deepEqual([read.snapshot, read.updates.map((update) => [...update]), read.epoch], [undefined, [[4]], 1]);
      await store.close();
    }));

  test("a cut changes nothing when something was appended meanwhile, or somebody else has cut", () =>
    withHome(async (home) => {
      const store = await home.open();
      assert.equal(await store.cut("a", bytes(9), 0, claim), false);
      const at = await store.append("a", bytes(1), first);
      await store.append("a", bytes(2), { ranges: [{ replica: 7, from: 3, to: 4 }], author: "ada", epoch: 0 });
      assert.equal(await store.cut("a", bytes(9), at, claim), false);
      assert.equal(await store.cut("a", bytes(9), at + 1, { ...claim, epoch: 2 }), false);
      assert.deepEqual(
        (await store.load("a")).updates.map((update) => [...update]),
        [[1], [2]],
      );
      const other = home.shared === true ? await home.open() : store;
      const both = await Promise.all([
        store.cut("a", bytes(8), at + 1, claim),
        other.cut("a", bytes(9), at + 1, claim),
        store.append("a", bytes(3), { ranges: [{ replica: 7, from: 4, to: 5 }], author: "ada", epoch: 0 }).then(
          () => "late",
          () => "never",
        ),
      ]);
      const { snapshot, updates, epoch } = await store.load("a");
      const done = both.filter((answer) => answer === true).length;
      assert.ok(done <= 1, "one of them wins");
      assert.equal(epoch ?? 0, done);
      // What got in before the cut kept it from happening; what did not was refused.
      assert.deepEqual(
        [both[2], updates.length, snapshot?.length],
        done === 1 ? ["never", 0, 1] : ["late", 3, undefined],
      );
      await Promise.all([...new Set([store, other])].map((each) => each.close()));
    }));

  test("a document never written begins in the epoch of its first update", () =>
    withHome(async (home) => {
      let store = await home.open();
      await store.append("a", bytes(1), { ...next, epoch: 5 });
      if (home.lasting) {
        await store.close();
        store = await home.open();
      }
      assert.equal((await store.load("a")).epoch, 5);
      assert.equal((await store.load("a", 1)).epoch, 5);
      await expect(store.append("a", bytes(2), { ...first, epoch: 0 })).rejects.toMatchObject({
        code: "SYNC_STORE_EPOCH",
      });
      const at = await store.append("a", bytes(2), {
        ranges: [{ replica: 7, from: 1, to: 2 }],
        author: "bob",
        epoch: 5,
      });
      assert.equal(await store.cut("a", bytes(9), at, { ...claim, epoch: 6 }), true);
      await store.remove("a");
      await store.append("a", bytes(1), first);
      assert.equal((await store.load("a")).epoch ?? 0, 0);
      await store.close();
    }));
}

/** Lists, removal and what lies beside documents. */
function fileSuite(withHome: WithHome<Store>): void {
  const withStore = (run: (store: Store) => Promise<void>): Promise<void> =>
    withHome(async (home) => {
      const store = await home.open();
      await run(store);
      await store.close();
    });

  test("lists documents by prefix, page by page, in the order of their bytes", () =>
    withStore(async (store) => {
      const names = ["a", "a/1", "a/2", "a/%", "a/ä", "a/\u{1f600}", "a/\uffee", "a0", "b", "__proto__"];
      for (const name of names) await store.append(name, bytes(1));
      await store.compact("b", bytes(1), 1);
      const byBytes = (list: readonly string[]): string[] =>
        [...list].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
      assert.deepEqual(await store.list(), byBytes(names));
      const below = byBytes(names.filter((name) => name.startsWith("a/")));
      assert.deepEqual(await store.list({ prefix: "a/" }), below);
      const paged: string[] = [];
      for (let page = await store.list({ prefix: "a/", limit: 2 }); page.length > 0; ) {
        paged.push(...page);
        page = await store.list({ prefix: "a/", limit: 2, after: page.at(-1) ?? "" });
      }
      assert.deepEqual(paged, below);
      assert.deepEqual(await store.list({ prefix: "nothing" }), []);
      assert.deepEqual(await store.list({ prefix: "b", after: "c" }), []);
    }));

  test("keeps files beside documents, apart from each other", () =>
    withHome(async (home) => {
      let store = await home.open();
      await store.putFile("a", "x/1", bytes(1));
      await store.putFile("a", "x/2", new Uint8Array(300_000).fill(2));
      await store.putFile("a", "y", bytes());
      await store.putFile("a/x", "1", bytes(3));
      await store.putFile("a", "y", bytes(4));
      if (home.lasting) {
        await store.close();
        store = await home.open();
      }
      assert.deepEqual(await store.listFiles("a"), ["x/1", "x/2", "y"]);
      assert.deepEqual(await store.listFiles("a", "x/"), ["x/1", "x/2"]);
      assert.deepEqual([...((await store.getFile("a", "y")) ?? [])], [4]);
      assert.equal((await store.getFile("a", "x/2"))?.length, 300_000);
      assert.equal(await store.getFile("a", "1"), undefined);
      await store.removeFile("a", "y");
      await store.removeFile("a", "y");
      assert.equal(await store.getFile("a", "y"), undefined);
      assert.deepEqual(await store.list(), []);
      await store.close();
    }));

  test("removes a document with its log, its snapshot and its files, and nothing else", () =>
    withStore(async (store) => {
      for (const name of ["a", "a/b", "b"]) {
        await store.append(name, bytes(1), { ranges: [{ replica: 7, from: 0, to: 1 }], author: "ada" });
        await store.compact(name, bytes(1), 1);
        await store.append(name, bytes(2));
        await store.putFile(name, "x", bytes(1));
      }
      await store.remove("a");
      await store.remove("never written");
      assert.deepEqual(await store.list(), ["a/b", "b"]);
      assert.equal(await store.getFile("a", "x"), undefined);
      const { snapshot, updates, position } = await store.load("a");
      assert.deepEqual({ snapshot, updates, position }, { snapshot: undefined, updates: [], position: 0 });
      assert.equal((await store.load("a/b")).updates.length, 1);
      assert.equal((await store.getFile("b", "x"))?.length, 1);
      // The name is free: another author may begin it anew.
      assert.equal(await store.append("a", bytes(3), { ranges: [{ replica: 7, from: 0, to: 2 }], author: "bob" }), 1);
      assert.deepEqual(await store.list(), ["a", "a/b", "b"]);
    }));
}
