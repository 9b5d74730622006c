import assert from "node:assert/strict";
import { ClassicLevel } from "classic-level";
import { describe, test } from "vitest";
import { levelStore } from "../../adapters/level/index.ts";
import type { Store } from "../../lib/sync/index.ts";
import { withFolder } from "../helpers/folder.ts";

type Method = "batch" | "clear";

/** While `work` runs, a method of LevelDB is another. */
async function instead<T>(
  method: Method,
  other: (before: () => Promise<void>) => Promise<void>,
  work: () => Promise<T>,
) {
  const prototype = ClassicLevel.prototype as unknown as Record<Method, (...args: unknown[]) => Promise<void>>; // cast: one of its overloads
  const before = prototype[method];
  prototype[method] = function (this: ClassicLevel, ...args: unknown[]) {
    return other(() => before.apply(this, args));
  };
  try {
    return await work();
  } finally {
    prototype[method] = before;
  }
}

const append = (store: Store, number: number, epoch = 0) =>
  store.append("a", Uint8Array.of(number), {
    ranges: [{ replica: 1, from: number - 1, to: number }],
    author: "ada",
    epoch,
  });

const cut = (store: Store, upTo: number) =>
  store.cut("a", Uint8Array.of(100), upTo, {
    epoch: 1,
    version: new Map([[9, 1]]),
    author: "",
    file: { key: "epoch/0/1", bytes: Uint8Array.of(7) },
  });

const read = async (store: Store, after = 0) => {
  const { snapshot, updates, position } = await store.load("a", after);
  return { bytes: [...(snapshot ?? []), ...updates.flatMap((update) => [...update])], position };
};

describe("what a snapshot has taken the place of", () => {
  test.each([
    ["a crash", () => Promise.resolve()],
    ["a full disk", () => Promise.reject(new Error("no space left on device"))],
  ])("does not count where %s kept it from being removed, also when the folder is opened anew", (_why, clear) =>
    withFolder(async (folder) => {
      let store = await levelStore(folder);
      for (let i = 1; i <= 4; i++) await append(store, i);
      await instead("clear", clear, () => store.compact("a", Uint8Array.of(50), 3));
      for (let opened = 0; opened < 2; opened++) {
        assert.deepEqual(await read(store), { bytes: [50, 4], position: 4 });
        assert.deepEqual(await read(store, 3), { bytes: [4], position: 4 });
        assert.equal(await append(store, 2), 4, "it is there already");
        await assert.rejects(append(store, 6), { code: "SYNC_STORE_GAP" });
        await store.close();
        store = await levelStore(folder);
      }
      await instead("clear", clear, () => cut(store, 4));
      for (let opened = 0; opened < 2; opened++) {
        assert.deepEqual(await read(store), { bytes: [100], position: 4 });
        await assert.rejects(append(store, 5), { code: "SYNC_STORE_EPOCH" });
        await store.close();
        store = await levelStore(folder);
      }
      assert.equal(await append(store, 1, 1), 5, "of another epoch: it is another");
      await store.remove("a");
      assert.deepEqual(await read(store), { bytes: [], position: 0 });
      assert.equal(await append(store, 1), 1);
      await store.close();
      store = await levelStore(folder);
      assert.deepEqual(await read(store), { bytes: [1], position: 1 });
      await store.close();
    }),
  );

  test("stays when an append it is to stand for never reached the disk", () =>
    withFolder(async (folder) => {
      let store = await levelStore(folder);
      await append(store, 1);
      let writes = 0;
      await instead(
        "batch",
        (write) => (writes++ === 0 ? Promise.reject(new Error("no space left on device")) : write()),
        async () => {
          const results = await Promise.allSettled([append(store, 2), store.compact("a", Uint8Array.of(50), 2)]);
          assert.deepEqual(
            results.map(({ status }) => status),
            ["rejected", "rejected"],
          );
        },
      );
      await store.close();
      store = await levelStore(folder);
      assert.deepEqual(await read(store), { bytes: [1], position: 1 });
      assert.equal(await append(store, 2), 2, "nothing says that it is there");
      await store.close();
    }));
});

describe("a document that is removed", () => {
  test.each([
    ["cut", (store: Store, upTo: number) => cut(store, upTo)],
    ["compacted", (store: Store, upTo: number) => store.compact("a", Uint8Array.of(50), upTo).then(() => true)],
  ])("while it is being %s stays removed", (_what, rewrite) =>
    withFolder(async (folder) => {
      for (let late = 0; late < 4; late++) {
        let store = await levelStore(folder);
        for (let i = 1; i <= 3; i++) await append(store, i);
        await store.compact("a", Uint8Array.of(50), 1);
        const rewritten = rewrite(store, 3).catch(() => false);
        for (let turns = 0; turns < late * 3; turns++) await Promise.resolve();
        await store.remove("a");
        await rewritten;
        assert.deepEqual(await read(store), { bytes: [], position: 0 });
        await store.close();
        store = await levelStore(folder);
        assert.deepEqual(await read(store), { bytes: [], position: 0 });
        assert.deepEqual(await store.listFiles("a"), []);
        assert.deepEqual(await store.list(), []);
        await store.close();
      }
    }),
  );
});
