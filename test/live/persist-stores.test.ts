import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { levelSnapshots } from "../../adapters/level/index.ts";
import { memorySnapshots } from "../../lib/live/index.ts";
import { createMemoryBus } from "../../lib/wire/index.ts";
import { withFolder } from "../helpers/folder.ts";
import { busSuite } from "./bus-suite.ts";
import { snapshotStoreSuite } from "./snapshot-store-suite.ts";

describe("memorySnapshots", () => {
  snapshotStoreSuite((run) => run(memorySnapshots()));

  test("lets the oldest written go when there are too many", async () => {
    const store = memorySnapshots({ maxKeys: 2 });
    for (const key of ["a", "b", "a", "c"]) await store.put(key, Uint8Array.of(1), 60_000);
    assert.deepEqual([await store.get("a"), await store.get("b")], [Uint8Array.of(1), undefined]);
  });

  test("goes by the clock it is given", async () => {
    let nowMs = 0;
    const store = memorySnapshots({ now: () => nowMs });
    await store.put("a", Uint8Array.of(1), 100);
    nowMs = 99;
    assert.ok(await store.get("a"));
    nowMs = 100;
    assert.equal(await store.get("a"), undefined);
  });
});

describe("levelSnapshots", () => {
  snapshotStoreSuite((run) =>
    withFolder(async (folder) => {
      const store = await levelSnapshots(join(folder, "db"));
      await run(store);
      await store.close();
    }),
  );

  test("finds what was put when it is opened again, and what has expired is gone from the disk", () =>
    withFolder(async (folder) => {
      const first = await levelSnapshots({ path: folder });
      await first.put("kept", Uint8Array.of(1), 60_000);
      await first.put("over", Uint8Array.of(2), 0);
      await first.close();
      const second = await levelSnapshots(folder);
      assert.deepEqual(await second.get("kept"), Uint8Array.of(1));
      assert.equal(await second.get("over"), undefined);
      await second.close();
      await second.close();
    }));

  test("of two stores in one folder the second is refused", () =>
    withFolder(async (folder) => {
      const store = await levelSnapshots(folder);
      await expect(levelSnapshots(folder)).rejects.toMatchObject({ code: "SYNC_STORE_IN_USE" });
      await store.close();
    }));
});

describe("the bus in memory", () => {
  busSuite((run) => {
    const bus = createMemoryBus();
    return run(bus, bus);
  });
});
