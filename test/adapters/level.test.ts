import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ClassicLevel } from "classic-level";
import { describe, expect, test } from "vitest";
import { levelSnapshots, levelStore } from "../../adapters/level/index.ts";
import { withFolder } from "../helpers/folder.ts";
import { storeSuite } from "../sync/store-suite.ts";
import { createKilledWriters } from "../sync/writer-suite.ts";

describe.each(["disk", "process"] as const)("levelStore with durability %s", (durability) => {
  storeSuite((run) =>
    withFolder((folder) => run({ open: () => levelStore({ path: join(folder, "db"), durability }), lasting: true })),
  );
});

describe("levelStore", () => {
  test("a compaction that reads slowly is overtaken, and does not put back what reaches less far", () =>
    withFolder(async (folder) => {
      const store = await levelStore(folder);
      const first = await store.append("a", Uint8Array.of(1));
      const second = await store.append("a", Uint8Array.of(2));
      const { get } = ClassicLevel.prototype;
      let isFirst = true;
      ClassicLevel.prototype.get = async function (this: ClassicLevel, ...args: unknown[]) {
        if (isFirst) {
          isFirst = false;
          await new Promise((later) => setTimeout(later, 100));
        }
        return (get as (...all: unknown[]) => unknown).apply(this, args); // cast: one of its overloads
      } as typeof get;
      try {
        await Promise.all([
          store.compact("a", Uint8Array.of(1), first),
          store.compact("a", Uint8Array.of(1, 2), second),
        ]);
      } finally {
        ClassicLevel.prototype.get = get;
      }
      const { snapshot, updates } = await store.load("a");
      assert.deepEqual([...(snapshot ?? []), ...updates], [1, 2]);
      await store.close();
    }));

  test("refuses a durability it does not know, as it must not promise less than was asked for, and a path that is none", async () => {
    const open = levelStore as (options: unknown) => Promise<unknown>; // cast: callers without types
    for (const durability of ["Disk", "", null, true])
      await expect(open({ path: "never-made", durability })).rejects.toMatchObject({ code: "SYNC_BAD_OPTION" });
    for (const path of [undefined, null, "", 5, {}])
      for (const options of [path, { path }])
        await expect(open(options)).rejects.toMatchObject({ code: "SYNC_BAD_OPTION" });
  });

  test("takes the folder as an option as well, and creates the folders above it", () =>
    withFolder(async (folder) => {
      const path = join(folder, "deep", "er", "db");
      const store = await levelStore({ path });
      await store.append("a", Uint8Array.of(1));
      await store.close();
      const again = await levelStore(path);
      assert.equal((await again.load("a")).updates.length, 1);
      await again.close();
    }));

  test("a second store in the same folder is refused, and the first goes on", () =>
    withFolder(async (folder) => {
      const store = await levelStore(folder);
      await expect(levelStore(folder)).rejects.toMatchObject({
        code: "SYNC_STORE_IN_USE",
        message: `${folder} is already open`,
      });
      assert.equal(await store.append("a", Uint8Array.of(1)), 1);
      await store.close();
      await (await levelStore(folder)).close();
    }));

  test("a folder that cannot be made says so in one line that names it", () =>
    withFolder(async (folder) => {
      const file = join(folder, "file");
      await writeFile(file, "not a folder");
      for (const path of [file, join(file, "below"), "/proc/busbar"]) {
        const error = await levelStore(path).then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(error).toMatchObject({ code: "SYNC_STORE_UNAVAILABLE" });
        assert.ok(
          error instanceof Error && error.message.includes(path) && !error.message.includes("\n"),
          String(error),
        );
      }
    }));

  test("positions stay right when more documents are in use than the store remembers", () =>
    withFolder(async (folder) => {
      const store = await levelStore(folder);
      const names = Array.from({ length: 5000 }, (_, index) => `doc ${index}`);
      assert.ok((await Promise.all(names.map((name) => store.append(name, Uint8Array.of(1))))).every((at) => at === 1));
      assert.ok((await Promise.all(names.map((name) => store.append(name, Uint8Array.of(2))))).every((at) => at === 2));
      assert.deepEqual(
        (await store.load("doc 0")).updates.map((update) => [...update]),
        [[1], [2]],
      );
      await store.close();
    }));
});

describe("a process killed while it writes", () => {
  test.each(["disk", "process"])(
    "has lost nothing it acknowledged, in any of several lives, with durability %s",
    { timeout: 60_000 },
    (durability) =>
      withFolder(async (folder) => {
        const writers = await createKilledWriters("level");
        for (let life = 0; life < 6; life++) {
          await writers.live(1, 20 + life * 35, [join(folder, "db"), durability]);
          const store = await levelStore(join(folder, "db"));
          await writers.check(store);
          await store.close();
        }
      }),
  );
});

describe("durability", () => {
  test("every write is synced before it is acknowledged, unless a process's crash is all that is feared", () =>
    withFolder(async (folder) => {
      const synced: unknown[] = [];
      const { batch } = ClassicLevel.prototype;
      // A disk that loses power cannot be had here: what LevelDB is asked for can be seen.
      ClassicLevel.prototype.batch = function (this: ClassicLevel, ...args: unknown[]) {
        synced.push((args[1] as { sync: boolean }).sync); // cast: as the store calls it
        return (batch as (...all: unknown[]) => Promise<void>).apply(this, args); // cast: one of its overloads
      } as typeof batch;
      try {
        for (const durability of ["disk", "process"] as const) {
          const store = await levelStore({ path: join(folder, durability), durability });
          await store.compact("a", Uint8Array.of(1), await store.append("a", Uint8Array.of(1)));
          await store.putFile("a", "x", Uint8Array.of(1));
          await store.close();
        }
      } finally {
        ClassicLevel.prototype.batch = batch;
      }
      assert.deepEqual(synced, [true, true, true, false, false, false]);
    }));
});

describe("levelSnapshots", () => {
  test("that are closed stay closed, whatever is asked of them", () =>
    withFolder(async (folder) => {
      const snapshots = await levelSnapshots(folder);
      const begun = snapshots.put("a", Uint8Array.of(1), 60_000);
      await snapshots.close();
      await begun;
      for (let i = 0; i < 2; i++) await assert.rejects(snapshots.put("b", Uint8Array.of(2), 60_000));
      const again = await levelSnapshots(folder);
      assert.deepEqual(await again.get("a"), Uint8Array.of(1));
      assert.equal(await again.get("b"), undefined);
      await again.close();
    }));
});
