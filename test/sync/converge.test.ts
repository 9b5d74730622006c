import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";
import { createReplica, type Hub, memoryStore, type Replica, type Store } from "../../lib/sync/index.ts";
import { createNetwork, createSlowStore, createTestHub, createTestPlatform, type TestPlatform } from "./world.ts";

const LETTERS = ["a", "b", "\n", "é", "😀", "long run "];

type Step =
  | { readonly kind: "edit"; readonly who: number; readonly size: number }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "cut" | "restart" | "crash" | "down" | "up" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant("edit" as const), who: fc.nat(3), size: fc.integer({ min: 1, max: 6 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(0, 1, 50, 1000, 20_000) }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Step>(
      { kind: "cut" },
      { kind: "restart" },
      { kind: "crash" },
      { kind: "down" },
      { kind: "up" },
    ),
  },
);

describe("replicas", () => {
  test("agree with each other, the hub and the store after any edits, cuts, outages and restarts", () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), fc.integer(), async (steps, seed) => {
        const world = createWorld(seed);
        await world.platform.advance(0);
        for (const each of steps) await world.run(each);
        await world.heal();
        await world.check();
      }),
      { numRuns: 60 },
    ));

  test("lose no edit that a crash of the hub left unacknowledged", async () => {
    const world = createWorld(7);
    await world.platform.advance(10);
    for (let i = 0; i < 30; i++) {
      await world.run({ kind: "edit", who: 0, size: 3 });
      await world.run({ kind: "crash" }); // at once: the update is on its way
    }
    const typed = world.replicas[0]?.doc.text("body").toString();
    await world.heal();
    await world.check();
    assert.equal(world.replicas[1]?.doc.text("body").toString(), typed);
  });
});

interface World {
  readonly platform: TestPlatform;
  readonly replicas: readonly Replica[];
  run(step: Step): Promise<void>;
  heal(): Promise<void>;
  check(): Promise<void>;
}

function createWorld(seed: number): World {
  const platform = createTestPlatform(seed);
  const store = memoryStore();
  const limits = { compactAfter: 7, idleMs: 5_000, restMs: 20 + (seed & 127), gatherMs: seed % 2 === 0 ? 10 : 250 }; // for four readers: not at all, or 5 ms
  let server = createSlowStore(store, platform);
  let hub: Hub = createTestHub(server.store, platform, limits);
  const start = (): void => {
    server = createSlowStore(store, platform);
    hub = createTestHub(server.store, platform, limits);
  };
  const network = createNetwork(platform, () => hub);
  network.cutRate = 0.01;
  network.duplicateRate = 0.02;
  const replicas = Array.from({ length: 4 }, (_, index) =>
    createReplica({
      doc: createDoc({ random: platform.random }),
      name: "doc",
      connect: () => network.connect(`user ${index}`),
      platform,
    }),
  );

  const run = async (each: Step): Promise<void> => {
    if (each.kind === "edit") edit(replicas[each.who], each.size, platform);
    else if (each.kind === "wait") await platform.advance(each.ms);
    else if (each.kind === "cut") network.cutAll();
    else if (each.kind === "restart") {
      const closed = hub.close();
      await platform.advance(20);
      await closed;
      start();
    } else if (each.kind === "crash") {
      server.crash();
      network.cutAll(); // and nobody ever speaks to the old hub again
      start();
    } else network.up = each.kind === "up";
  };
  return {
    platform,
    replicas,
    async run(each) {
      await run(each);
      await checkSynced(replicas, store);
    },
    async heal() {
      network.up = true;
      network.cutRate = 0;
      network.duplicateRate = 0;
      await platform.advance(60_000);
    },
    check: () => checkEqual(replicas, store, platform),
  };
}

function edit(replica: Replica | undefined, size: number, platform: TestPlatform): void {
  assert.ok(replica);
  const text = replica.doc.text("body");
  for (let i = 0; i < size; i++) {
    const points = [...text.toString()]; // by code point: pairs are never split
    const point = platform.pick(points.length + 1);
    const index = points.slice(0, point).join("").length;
    if (platform.pick(3) > 0 || point === points.length)
      text.insert(index, LETTERS[platform.pick(LETTERS.length)] ?? "x");
    else text.delete(index, (points[point] ?? "").length);
  }
}

/** Who says "synced" could vanish now, and the machine of the hub with it: the store has all they wrote. */
async function checkSynced(replicas: readonly Replica[], store: Store): Promise<void> {
  const known = (await reload(store)).version();
  for (const replica of replicas) {
    if (replica.status.get() !== "synced") continue;
    const own = replica.doc.replicaId;
    assert.ok((known.get(own) ?? 0) >= (replica.doc.version().get(own) ?? 0));
  }
}

async function reload(store: Store): Promise<Doc> {
  const doc = createDoc();
  const { snapshot, updates } = await store.load("doc");
  for (const update of [...(snapshot === undefined ? [] : [snapshot]), ...updates]) doc.apply(update);
  return doc;
}

async function checkEqual(replicas: readonly Replica[], store: Store, platform: TestPlatform): Promise<void> {
  const reloaded = await reload(store);
  for (const replica of replicas) {
    assert.equal(replica.status.get(), "synced");
    assert.equal(replica.doc.text("body").toString(), reloaded.text("body").toString());
    assert.deepEqual(replica.doc.encode(), reloaded.encode());
  }
  const fresh = createTestHub(store, platform);
  const handle = await fresh.open("doc");
  assert.deepEqual(handle.doc.encode(), reloaded.encode());
  handle.release();
  await fresh.close();
}
