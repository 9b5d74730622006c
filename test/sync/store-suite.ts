import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Store } from "../../lib/sync/index.ts";
import { createStoreOracle } from "../oracle/store.ts";

/** A place a store lives in: opening it again finds what was durable. */
export interface StoreHome {
  /** Opens the store, anew when it was closed. */
  open(): Promise<Store>;
  /** Whether what a closed store held is there when it is opened again. */
  readonly lasting: boolean;
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** What every store owes, run on each implementation. */
export function storeSuite(withHome: (run: (home: StoreHome) => Promise<void>) => Promise<void>): void {
  const withStore = (run: (store: Store) => Promise<void>): Promise<void> =>
    withHome(async (home) => {
      const store = await home.open();
      await run(store);
      await store.close();
    });

  test("knows nothing of a name never written", () =>
    withStore(async (store) => {
      assert.deepEqual(await store.load("new"), { snapshot: undefined, updates: [], position: 0 });
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
          let tag = 0;
          for (const step of steps) {
            if (step.kind === "append") {
              const update = new Uint8Array(step.size).fill(++tag);
              assert.equal(await store.append(step.name, update), oracle.append(step.name, update));
            } else if (step.kind === "compact") {
              const upTo = Math.max(0, oracle.load(step.name).position - step.back);
              if (upTo === 0) continue;
              const snapshot = bytes(++tag);
              await store.compact(step.name, snapshot, upTo);
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
            assert.equal(stored.position, expected.position);
          }
          await store.close();
        }),
      ),
      { numRuns: 25 },
    ));
}
