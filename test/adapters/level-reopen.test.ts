import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClassicLevel } from "classic-level";
import { expect, test } from "vitest";
import { levelStore } from "../../adapters/level/index.ts";

const claim = (from: number) => ({ author: "ann", ranges: [{ replica: 1, from, to: from + 1 }] });

for (const durability of ["disk", "process"] as const) {
  test(`a LevelDB that cannot be opened anew behind a failed write is tried again by whoever reads (${durability})`, async () => {
    const parent = await mkdtemp(join(tmpdir(), "busbar-reopen-"));
    const folder = join(parent, "db");
    const store = await levelStore({ path: folder, durability });
    assert.equal(await store.append("a", Uint8Array.of(1), claim(0)), 1);
    await store.load("a"); // LevelDB has it
    const lock = join(folder, "LOCK");
    await rm(lock);
    await mkdir(lock); // nobody opens the folder now
    const { batch } = ClassicLevel.prototype;
    ClassicLevel.prototype.batch = (() => Promise.reject(new Error("input/output error"))) as unknown as typeof batch; // cast: the form the store calls
    await expect(store.putFile("a", "x", Uint8Array.of(1))).rejects.toMatchObject({ code: "SYNC_STORE_UNAVAILABLE" });
    ClassicLevel.prototype.batch = batch;
    await expect(store.putFile("a", "x", Uint8Array.of(1))).rejects.toMatchObject({ code: "SYNC_STORE_UNAVAILABLE" });
    await expect(store.load("b")).rejects.toMatchObject({ code: "SYNC_STORE_UNAVAILABLE" });
    await rm(lock, { recursive: true });
    assert.equal((await store.load("a")).updates.length, 1);
    assert.deepEqual(await store.list(), ["a"]);
    assert.equal(await store.append("a", Uint8Array.of(2), claim(1)), 2);
    await store.close();
    const again = await levelStore(folder);
    assert.equal((await again.load("a")).updates.length, 2);
    await again.close();
    await rm(parent, { recursive: true, force: true });
  });
}

test("a store that is closed while appends are under way finishes them, and a folder closed and opened again and again has each once", async () => {
  const parent = await mkdtemp(join(tmpdir(), "busbar-reopen-"));
  const folder = join(parent, "db");
  const kept: number[] = [];
  let next = 0;
  for (let round = 0; round < 12; round++) {
    const store = await levelStore({ path: folder, durability: round % 2 === 0 ? "disk" : "process" });
    const { updates, position } = await store.load("a");
    assert.deepEqual(
      updates.map(([number]) => number),
      kept,
    );
    assert.equal(position, kept.length);
    const appends: Promise<number>[] = [];
    const first = next;
    for (let i = 0; i < 9; i++, next++) appends.push(store.append("a", Uint8Array.of(next), claim(next)));
    const closing = store.close();
    await expect(store.append("a", Uint8Array.of(255), claim(next))).rejects.toMatchObject({
      code: "SYNC_STORE_CLOSED",
    });
    const answers = await Promise.allSettled(appends);
    await closing;
    assert.ok(answers.every(({ status }) => status === "fulfilled"));
    for (let number = first; number < next; number++) kept.push(number);
  }
  await rm(parent, { recursive: true, force: true });
});
