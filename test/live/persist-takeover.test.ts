import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { nodePlatform } from "../../adapters/node/index.ts";
import { memorySnapshots, type SnapshotStore } from "../../lib/live/index.ts";
import { type Found, Records, type Snapshot } from "../../lib/live/persist/records.ts";
import { SessionRecord } from "../../lib/live/persist/session-record.ts";
import { runs } from "../helpers/runs.ts";

const EVENT = 5;
const at = (handled: number): Snapshot => ({
  ...{ url: "/", visitor: "", epoch: 3, handled, seq: 5 },
  packed: Uint8Array.of(handled),
});

function recordsIn(store: SnapshotStore): Records {
  return new Records({ store, platform: nodePlatform, secret: new Uint8Array(32), namespace: "n", ttlMs: 60_000 });
}

/** Calls in the order of a clock of their own, each taking what was drawn for it: mostly little, at times very long. */
class Network {
  private readonly delays: readonly number[];
  private readonly due: { readonly atMs: number; readonly go: () => void }[] = [];
  private nowMs = 0;
  private drawn = 0;

  constructor(delays: readonly number[]) {
    this.delays = delays;
  }

  wait(): Promise<void> {
    const atMs = this.nowMs + (this.delays[this.drawn++ % this.delays.length] ?? 0);
    return new Promise((go) => void this.due.push({ atMs, go }));
  }

  async runAll(): Promise<void> {
    for (;;) {
      await new Promise((done) => setImmediate(done));
      const next = this.due.sort((a, b) => a.atMs - b.atMs).shift();
      if (next === undefined) return;
      this.nowMs = next.atMs;
      next.go();
    }
  }
}

/** A store that is as far away as the network says, there and back. */
function behind(store: SnapshotStore, network: Network): SnapshotStore {
  const { claim } = store;
  assert.ok(claim);
  const reach = async <T>(f: () => Promise<T>): Promise<T> => {
    await network.wait();
    const result = await f();
    await network.wait();
    return result;
  };
  return {
    get: (key) => reach(() => store.get(key)),
    put: (key, bytes, ttlMs) => reach(() => store.put(key, bytes, ttlMs)),
    claim: (key, bytes, ttlMs) => reach(() => claim.call(store, key, bytes, ttlMs)),
    delete: (key) => store.delete(key),
  };
}

/** One process: takes the session over and runs the event, unless it hears that others have, or may have. @returns whether it ran. */
async function takeAndRun(records: Records, found: Found): Promise<boolean> {
  const record = new SessionRecord(records, "id", found.holder);
  try {
    const left = await record.take(found);
    if (left.handled >= EVENT || left.begun?.ref === EVENT) return false;
    await record.started(EVENT, "add", () => at(left.handled), 3);
  } catch (error) {
    assert.equal((error as { code?: string }).code, "LIVE_TAKEN_OVER");
    return false;
  }
  await record.committed(at(EVENT)).catch(() => {}); // it ran, whether or not that was written
  return true;
}

describe("a session that is taken over by several processes at once", () => {
  test("says of its first event that came too late that it had begun, and of none behind it: those go to whoever has it now", async () => {
    const records = recordsIn(memorySnapshots());
    const first = new SessionRecord(records, "id");
    await first.started(1, "add", () => at(0), 3);
    await first.committed(at(1));
    const holder = await records.holderOf("id");
    assert.ok(holder);
    await records.inherit("id", holder, "heir"); // and reads later what was left to it
    for (const ref of [2, 3, 4]) {
      await assert.rejects(
        first.started(ref, "add", () => at(1), 3),
        { code: "LIVE_TAKEN_OVER" },
      );
    }
    assert.deepEqual((await records.of("id", holder))?.begun, { ref: 2, handler: "add" });
  });

  const delays = fc.array(fc.oneof(fc.nat(4), fc.nat(100)), { minLength: 20, maxLength: 60 });

  test("runs an event in one of them at most, however their calls to the store mix", async () => {
    await fc.assert(
      fc.asyncProperty(delays, fc.integer({ min: 2, max: 4 }), async (drawn, processes) => {
        const network = new Network(drawn);
        const store = memorySnapshots();
        const first = new SessionRecord(recordsIn(store), "id");
        await first.started(EVENT - 1, "add", () => at(EVENT - 2), 3);
        await first.committed(at(EVENT - 1));
        const found = await recordsIn(store).find("id");
        assert.ok(found);
        const shared = recordsIn(behind(store, network));
        const old = new SessionRecord(shared, "id", found.holder);
        Object.assign(old, first, { records: shared }); // the process that has it still runs, behind the same store
        const before = old
          .started(EVENT, "add", () => at(EVENT - 1), 3)
          .then(() => true)
          .catch(() => false);
        const all = Promise.all([before, ...Array.from({ length: processes }, () => takeAndRun(shared, found))]);
        await network.runAll();
        const ran = (await all).filter(Boolean).length;
        assert.ok(ran <= 1, `it ran ${ran} times`);
      }),
      { numRuns: runs(400), examples: [[[2, 0, 1, ...Array.from({ length: 19 }, () => 0), 1], 3]] },
    );
  });
});
