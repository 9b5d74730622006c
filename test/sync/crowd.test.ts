import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc } from "../../lib/crdt/index.ts";
import { createHub, createReplica, type Hub, memoryStore, type Replica, type Store } from "../../lib/sync/index.ts";
import { type Channel, createChannelPair, decodeSyncFrame } from "../../lib/wire/index.ts";
import { createTestPlatform, settle, type TestPlatform } from "./world.ts";

interface Crowd {
  readonly platform: TestPlatform;
  readonly hub: Hub;
  readonly store: Store;
  readonly replicas: readonly Replica[];
  /** Updates in each frame that the last replica was sent since the last look. */
  frames(): number[];
}

async function createCrowd(size = 200, gatherMs?: number): Promise<Crowd> {
  const platform = createTestPlatform(9);
  const store = memoryStore();
  const hub = createHub({ store, platform, limits: gatherMs === undefined ? {} : { gatherMs } });
  let heard: number[] = [];
  const listen = (channel: Channel): Channel => {
    channel.onMessage((bytes) => {
      const frame = decodeSyncFrame(bytes);
      if (frame.kind === "update") heard.push(frame.updates.length);
    });
    return channel;
  };
  const replicas = Array.from({ length: size }, (_, index) =>
    createReplica({
      doc: createDoc({ random: platform.random }),
      name: "doc",
      platform,
      connect() {
        const [near, far] = createChannelPair();
        hub.accept(far, { user: null });
        return index === size - 1 ? listen(near) : near;
      },
    }),
  );
  await settle();
  return {
    platform,
    hub,
    store,
    replicas,
    frames() {
      const seen = heard;
      heard = [];
      return seen;
    },
  };
}

const write = (replica: Replica | undefined, string: string): void => replica?.doc.text("body").insert(0, string);

describe("in a crowded document", () => {
  test("what several write at once reaches each reader in one frame", async () => {
    const { platform, replicas, frames } = await createCrowd();
    write(replicas[0], "a");
    await settle();
    assert.deepEqual(frames(), [1], "the first waits for nobody");
    for (const index of [1, 2, 0, 3]) {
      write(replicas[index], "b");
      await settle();
    }
    assert.deepEqual(frames(), []);
    assert.equal(replicas[1]?.status.get(), "syncing", "not acknowledged before it is durable");
    await platform.advance(10);
    assert.deepEqual(frames(), [4]);
    for (const replica of replicas) {
      assert.equal(replica.doc.text("body").length, 5);
      assert.equal(replica.status.get(), "synced");
    }
  });

  test("who writes alone never waits", async () => {
    const { replicas, frames } = await createCrowd();
    for (let i = 0; i < 5; i++) {
      write(replicas[7], "a");
      await settle();
    }
    assert.deepEqual(frames(), [1, 1, 1, 1, 1]);
  });

  test("a hub that closes stores what waits, and acknowledges it", async () => {
    const { platform, hub, store, replicas } = await createCrowd();
    for (const index of [0, 1, 2]) write(replicas[index], "a");
    await settle();
    const closed = hub.close();
    await platform.advance(10);
    await closed;
    assert.equal((await store.load("doc")).updates.length, 3);
  });

  test("a clock that is set back holds nobody up", async () => {
    const { platform, replicas, frames } = await createCrowd();
    write(replicas[0], "a");
    await settle();
    const { now } = platform;
    Object.assign(platform, { now: () => now() - 3_600_000 });
    write(replicas[1], "b");
    await settle();
    assert.deepEqual(frames(), [1, 1]);
  });

  test("with gatherMs 0 nobody waits, and in small company neither", async () => {
    for (const { replicas, frames } of [await createCrowd(200, 0), await createCrowd(10)]) {
      for (const index of [0, 1, 2]) {
        write(replicas[index], "a");
        await settle();
      }
      assert.deepEqual(frames(), [1, 1, 1]);
    }
  });
});
