import assert from "node:assert/strict";
import { test } from "vitest";
import type { SnapshotStore } from "../../lib/live/index.ts";

/** What every store of snapshots owes, run on each implementation. */
export function snapshotStoreSuite(withStore: (run: (store: SnapshotStore) => Promise<void>) => Promise<void>): void {
  const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);

  test("gives back the bytes that were put, whichever they are", () =>
    withStore(async (store) => {
      assert.equal(await store.get("a/b.c:d"), undefined);
      await store.put("a/b.c:d", every, 60_000);
      assert.deepEqual(await store.get("a/b.c:d"), every);
      assert.equal(Object.getPrototypeOf(await store.get("a/b.c:d")), Uint8Array.prototype);
      await store.put("empty", new Uint8Array(), 60_000);
      assert.deepEqual(await store.get("empty"), new Uint8Array());
    }));

  test("puts a part of a buffer, and nothing of the rest", () =>
    withStore(async (store) => {
      await store.put("part", every.subarray(10, 20), 60_000);
      assert.deepEqual(await store.get("part"), every.slice(10, 20));
    }));

  test("replaces and deletes one key and no other", () =>
    withStore(async (store) => {
      await store.put("one", Uint8Array.of(1), 60_000);
      await store.put("two", Uint8Array.of(2), 60_000);
      await store.put("one", Uint8Array.of(3), 60_000);
      await store.delete("two");
      await store.delete("three");
      assert.deepEqual(await store.get("one"), Uint8Array.of(3));
      assert.equal(await store.get("two"), undefined);
    }));

  test("keeps what was put from later changes of the bytes on either side", () =>
    withStore(async (store) => {
      const bytes = Uint8Array.of(1, 2, 3);
      await store.put("mine", bytes, 60_000);
      bytes[0] = 9;
      const got = await store.get("mine");
      got?.fill(8);
      assert.deepEqual(await store.get("mine"), Uint8Array.of(1, 2, 3));
    }));

  test("forgets a key when its time is over, and a later put gives it more", () =>
    withStore(async (store) => {
      await store.put("short", Uint8Array.of(1), 30);
      await store.put("longer", Uint8Array.of(1), 30);
      await store.put("longer", Uint8Array.of(2), 60_000);
      while ((await store.get("short")) !== undefined) await new Promise((done) => setTimeout(done, 5));
      assert.deepEqual(await store.get("longer"), Uint8Array.of(2));
    }));

  test("of several that claim a key gives it to one, and to the next when its time is over", () =>
    withStore(async (store) => {
      assert.ok(store.claim);
      const claims = [1, 2, 3].map((byte) => store.claim?.("heir", Uint8Array.of(byte), 60_000));
      const won = await Promise.all(claims);
      assert.equal(won.filter((isMine) => isMine === true).length, 1);
      assert.deepEqual(await store.get("heir"), Uint8Array.of(won.indexOf(true) + 1));
      assert.equal(await store.claim("heir", Uint8Array.of(9), 60_000), false);
      await store.put("short", Uint8Array.of(1), 1);
      while (!(await store.claim("short", Uint8Array.of(2), 60_000))) await new Promise((done) => setTimeout(done, 2));
      assert.deepEqual(await store.get("short"), Uint8Array.of(2));
    }));

  test("takes a megabyte", () =>
    withStore(async (store) => {
      const large = Uint8Array.from({ length: 1 << 20 }, (_, at) => at * 31);
      await store.put("large", large, 60_000);
      assert.deepEqual(await store.get("large"), large);
    }));
}
