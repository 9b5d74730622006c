import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc, updateRanges } from "../../lib/crdt/index.ts";
import { createHub, createReplica, type Hub, memoryStore, type Store } from "../../lib/sync/index.ts";
import type { Bus } from "../../lib/wire/index.ts";
import { bindStore, createNetwork, createTestPlatform, type TestPlatform } from "./world.ts";

/** A server whose store loses what it had while the server lives: its database is emptied, or a copy that lagged takes its place. */
async function createWorld(kept: number, bus?: Bus) {
  const platform = createTestPlatform(11);
  let inner = memoryStore();
  const store = Object.fromEntries(
    Object.keys(bindStore(inner)).map((method) => [
      method,
      (...args: unknown[]) => (inner as unknown as Record<string, (...all: unknown[]) => unknown>)[method]?.(...args), // cast: any of its methods
    ]),
  ) as unknown as Store; // cast: all of them
  const errors: unknown[] = [];
  const create = (): Hub =>
    createHub<{ user: string; author: string }>({
      ...{ store, platform, onError: (error) => errors.push(error) },
      ...(bus === undefined ? {} : { bus }),
    }) as Hub;
  let hub = create();
  const network = createNetwork(platform, () => hub);
  const join = (user: string) => {
    const doc = createDoc({ random: platform.random });
    const replica = createReplica({ doc, name: "doc", platform, connect: () => network.connect(user) });
    return { replica, text: doc.text("body"), shown: () => doc.text("body").toString() };
  };
  const writers = [join("ada"), join("bob")];
  for (let i = 0; i < 6; i++) {
    await platform.advance(500);
    writers[i % 2]?.text.insert(i, String(i));
  }
  await platform.advance(500);
  return {
    ...{ platform, network, join, errors, create },
    get hub(): Hub {
      return hub;
    },
    leaveAll(): void {
      for (const { replica } of writers) replica.stop();
    },
    writers,
    /** Of six updates the store has the first `kept`, and nobody says so. */
    async lose(): Promise<void> {
      const { updates, authors = new Map<number, string>() } = await inner.load("doc");
      inner = memoryStore();
      for (const update of updates.slice(0, kept)) {
        const ranges = updateRanges(update);
        await inner.append("doc", update, { ranges, author: authors.get(ranges[0]?.replica ?? -1), epoch: 0 });
      }
    },
    /** What is there for whoever comes once this server is gone. */
    async survives(): Promise<string> {
      const closing = hub.close();
      await platform.advance(60_000);
      await closing;
      hub = create();
      return await opened(platform, hub);
    },
    authors: async () => [...((await inner.load("doc")).authors ?? [])].map(([, author]) => author).sort(),
  };
}

async function opened(platform: TestPlatform, hub: Hub): Promise<string> {
  const opening = hub.open("doc");
  await platform.advance(100);
  const { doc, release } = await opening;
  release();
  return doc.text("body").toString();
}

describe.each([0, 1, 4, 5])("a store that keeps %d of six acknowledged updates under a hub that lives", (kept) => {
  test("is given them again by the hub, when somebody writes who has not written before", async () => {
    const world = await createWorld(kept);
    world.leaveAll(); // nobody else has what was acknowledged
    await world.platform.advance(100);
    await world.lose();
    const carol = world.join("carol");
    await world.platform.advance(1000);
    carol.text.insert(0, "x");
    await world.platform.advance(20_000);
    assert.equal(carol.replica.status.peek(), "synced");
    assert.equal(carol.shown(), "x012345");
    carol.replica.stop();
    assert.equal(await world.survives(), "x012345");
    assert.ok(world.hub !== undefined && world.errors.length > 0, "somebody was told");
  });

  test("is given them again by the hub, when one writes on whose updates are gone, and replicas stay their authors'", async () => {
    const world = await createWorld(kept);
    await world.lose();
    world.writers[0]?.text.insert(0, "x");
    await world.platform.advance(1);
    world.leaveAll(); // before it has come back
    await world.platform.advance(20_000);
    assert.equal(await world.survives(), "x012345");
    assert.deepEqual(await world.authors(), ["ada", "bob"]);
  });

  test("is given them again by the hub, when the server itself writes", async () => {
    const world = await createWorld(kept);
    world.leaveAll();
    await world.platform.advance(100);
    const opening = world.hub.open("doc");
    await world.platform.advance(100);
    const { doc, saved } = await opening;
    await world.lose();
    doc.text("body").insert(0, "x");
    const outcome = saved().then(
      () => "saved",
      (error: { code: string }) => error.code,
    );
    await world.platform.advance(20_000);
    assert.equal(await outcome, "SYNC_STORE_GAP"); // open it again: this copy is over
    assert.equal(await world.survives(), "x012345");
  });

  test("counts as set back, and everybody writes on", async () => {
    const world = await createWorld(kept);
    await world.lose();
    for (const { text } of world.writers) text.insert(0, "y");
    await world.platform.advance(60_000);
    for (const { replica, shown } of world.writers) {
      assert.equal(replica.status.peek(), "synced");
      assert.equal(replica.unsaved.peek(), 0);
      assert.equal(shown(), "yy012345");
    }
    assert.ok(world.hub.stats().storeSetBacks > 0);
    world.leaveAll();
    assert.equal(await world.survives(), "yy012345");
  });
});
