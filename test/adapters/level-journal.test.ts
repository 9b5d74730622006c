import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClassicLevel } from "classic-level";
import { afterEach, describe, expect, test, vi } from "vitest";
import { levelStore } from "../../adapters/level/index.ts";
import type { Store } from "../../lib/sync/index.ts";

const JOURNAL = "appends.journal";

/** Runs with a store that answers before LevelDB has an append, and a way to find what a killed process would leave. */
async function withStore(run: (store: Store, killed: () => Promise<string>, folder: string) => Promise<void>) {
  const parent = await mkdtemp(join(tmpdir(), "busbar-journal-"));
  const folder = join(parent, "db");
  let copies = 0;
  const killed = async (): Promise<string> => {
    const copy = join(parent, `copy ${copies++}`);
    await cp(folder, copy, { recursive: true });
    await rm(join(copy, "LOCK"), { force: true });
    return copy;
  };
  const store = await levelStore({ path: folder, durability: "process" });
  try {
    await run(store, killed, folder);
  } finally {
    await store.close();
    await rm(parent, { recursive: true, force: true });
  }
}

/** What is found in a folder: the numbers that were appended to "a", by which position each has. */
async function found(folder: string): Promise<number[]> {
  const store = await levelStore(folder);
  try {
    const { updates, position } = await store.load("a");
    assert.equal(position, updates.length);
    return updates.map(([number = 0]) => number);
  } finally {
    await store.close();
  }
}

const append = (store: Store, number: number, length = 1) =>
  store.append("a", new Uint8Array(length).fill(number), { ranges: [{ replica: 1, from: number - 1, to: number }] });

const first = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** While `work` runs, LevelDB takes no batch. */
async function refusing(work: () => Promise<void>): Promise<void> {
  const { batch } = ClassicLevel.prototype;
  const refuse = () => Promise.reject(new Error("no space left on device"));
  ClassicLevel.prototype.batch = refuse as unknown as typeof batch; // cast: the form the store calls
  try {
    await work();
  } finally {
    ClassicLevel.prototype.batch = batch;
  }
}

/** However long a test takes, LevelDB is given nothing before it must be. */
const noTimers = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
afterEach(() => void vi.useRealTimers());

describe("a LevelDB folder with durability process", () => {
  test("has each append the moment it is answered", () =>
    withStore(async (store, killed) => {
      for (const number of first(5)) {
        await append(store, number);
        assert.deepEqual(await found(await killed()), first(number));
      }
    }));

  test("keeps what is whole of a journal whose end is torn", () =>
    withStore(async (store, killed) => {
      noTimers();
      for (const number of first(4)) await append(store, number);
      const copy = await killed();
      const { size } = await stat(join(copy, JOURNAL));
      await truncate(join(copy, JOURNAL), size - 3);
      assert.deepEqual(await found(copy), first(3));
    }));

  test("keeps what stands before a byte that changed", () =>
    withStore(async (store, killed) => {
      noTimers();
      for (const number of first(4)) await append(store, number);
      const copy = await killed();
      const bytes = await readFile(join(copy, JOURNAL));
      const at = Math.floor(bytes.length * 0.6);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await writeFile(join(copy, JOURNAL), bytes);
      assert.deepEqual(await found(copy), first(2));
    }));

  test("writes no hole when a power cut took from LevelDB what stood before the journal", () =>
    withStore(async (store, killed) => {
      await append(store, 1);
      const early = await killed();
      await store.load("a"); // LevelDB has it now
      for (let number = 2; number < 2000; number++) await append(store, number, 1000);
      const late = await killed();
      await cp(join(late, JOURNAL), join(early, JOURNAL));
      await assert.doesNotReject(found(early));
      const numbers = await found(early);
      assert.deepEqual(numbers, first(numbers.length));
    }));

  test("empties the journal from time to time", () =>
    withStore(async (store, killed, folder) => {
      let most = 0;
      for (let number = 1; number < 4000; number++) {
        await append(store, number, 1000);
        if (number % 100 === 0) most = Math.max(most, (await stat(join(folder, JOURNAL))).size);
      }
      assert.ok(most < 2 ** 21, `${most} bytes`);
      assert.equal((await found(await killed())).length, 3999);
    }));

  test("gives LevelDB later what it would not take at first, and refuses to read without it", () =>
    withStore(async (store, killed) => {
      await append(store, 1);
      let left = "";
      await refusing(async () => {
        await append(store, 2);
        await expect(store.load("a")).rejects.toMatchObject({ code: "SYNC_STORE_UNAVAILABLE" });
        await expect(append(store, 3)).rejects.toMatchObject({ code: "SYNC_STORE_UNAVAILABLE" }); // not in the journal: no more than there must be
        await expect(store.putFile("a", "x", new Uint8Array(1))).rejects.toMatchObject({
          code: "SYNC_STORE_UNAVAILABLE",
        });
        left = await killed();
      });
      assert.deepEqual(await found(left), first(2));
      assert.equal((await store.load("a")).updates.length, 2);
      assert.equal(await append(store, 3), 3);
      assert.equal(await store.getFile("a", "x"), undefined); // it was refused
    }));

  test("hands out no position twice when it forgets a document and reads it anew", () =>
    withStore(async (store) => {
      const names = Array.from({ length: 5000 }, (_, index) => `doc ${index}`);
      for (const round of [1, 2, 3]) {
        const places = await Promise.all(names.map((name) => store.append(name, Uint8Array.of(round))));
        assert.ok(places.every((place) => place === round));
      }
    }));

  test("cuts with appends all around it, and keeps those of the epoch in which they came", () =>
    withStore(async (store, killed) => {
      await append(store, 1);
      const claim = {
        epoch: 1,
        version: new Map([[9, 1]]),
        author: "",
        file: { key: "before", bytes: Uint8Array.of(1) },
      };
      const cutting = store.cut("a", Uint8Array.of(7), 1, claim);
      const ranges = [{ replica: 2, from: 0, to: 1 }];
      const later = store.append("a", Uint8Array.of(8), { ranges, epoch: 1 });
      await expect(store.append("a", Uint8Array.of(2), { ranges, epoch: 0 })).rejects.toMatchObject({
        code: "SYNC_STORE_EPOCH",
      });
      assert.equal(await cutting, true);
      assert.equal(await later, 2);
      const again = await levelStore(await killed());
      const { snapshot, updates, epoch } = await again.load("a");
      assert.deepEqual([snapshot?.[0], updates.map(([byte]) => byte), epoch], [7, [8], 1]);
      await again.close();
    }));
});
