import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc, updateRanges } from "../../lib/crdt/index.ts";
import { createHub, createReplica, type Hub, memoryStore, type Replica, type Store } from "../../lib/sync/index.ts";
import { createNetwork, createTestPlatform } from "./world.ts";

/** Two users who have written six letters in turn, and a store that is set back to the first three of them while its server is away. */
async function createSetBack() {
  const platform = createTestPlatform(7);
  const store = memoryStore();
  let hub: Hub = createHub<{ user: string; author: string }>({ store, platform }) as Hub;
  const network = createNetwork(platform, () => hub);
  const up = new Set(["ada", "bob"]);
  const join = (user: string) => {
    const doc = createDoc({ random: platform.random });
    const connect = () => {
      if (!up.has(user)) throw new Error("no network");
      return network.connect(user);
    };
    const replica: Replica = createReplica({ doc, name: "doc", platform, connect });
    return { user, replica, text: doc.text("body"), shown: () => doc.text("body").toString() };
  };
  const [ada, bob] = [join("ada"), join("bob")];
  for (let i = 0; i < 6; i++) {
    await platform.advance(500);
    (i % 2 === 0 ? ada : bob).text.insert(i, String(i));
  }
  await platform.advance(500);
  const backup = memoryStore();
  const { updates, authors = new Map<number, string>() } = await store.load("doc");
  for (const update of updates.slice(0, 3)) {
    const ranges = updateRanges(update);
    await backup.append("doc", update, { ranges, author: authors.get(ranges[0]?.replica ?? -1), epoch: 0 });
  }
  up.clear();
  network.cutAll();
  const closed = hub.close();
  await platform.advance(10_000);
  await closed;
  return {
    ...{ platform, up, ada, bob, backup },
    begin(kept: Store): Hub {
      hub = createHub<{ user: string; author: string }>({ store: kept, platform }) as Hub;
      return hub;
    },
  };
}

describe("a store that is set back to a backup while its server is away", () => {
  test.each(["ada", "bob"])(
    "refuses as another's what %s has of others beyond it, and nothing is lost there",
    async (first) => {
      const { platform, up, begin, backup, ...users } = await createSetBack();
      const { replica, text, shown } = first === "ada" ? users.ada : users.bob;
      const hub = begin(backup);
      assert.equal(hub.stats().storeSetBacks, 0);
      up.add(first);
      await platform.advance(30_000);
      assert.equal(replica.status.peek(), "refused");
      assert.equal(replica.error.peek()?.code, "SYNC_REPLICA_TAKEN");
      assert.ok(hub.stats().storeSetBacks > 0);
      text.insert(0, "x");
      assert.equal(shown(), "x012345");
      assert.equal((await backup.load("doc")).updates.length, 3);
    },
  );

  test.each(["ada", "bob"])(
    "takes all of it in from %s where the documents were imported, and the other writes on",
    async (first) => {
      const { platform, up, begin, backup, ada, bob } = await createSetBack();
      const [one, two] = first === "ada" ? [ada, bob] : [bob, ada];
      const exported = begin(backup).documents.export("doc");
      await platform.advance(100);
      const store = memoryStore();
      const hub = begin(store);
      const imported = hub.documents.import("doc", await exported);
      await platform.advance(100);
      await imported;
      up.add(one.user);
      await platform.advance(30_000);
      one.text.insert(0, "x");
      await platform.advance(1000);
      assert.equal(one.replica.status.peek(), "synced");
      up.add(two.user);
      await platform.advance(30_000);
      two.text.insert(0, "y");
      await platform.advance(1000);
      for (const { replica, shown } of [one, two]) {
        assert.equal(replica.status.peek(), "synced");
        assert.equal(replica.unsaved.peek(), 0);
        assert.equal(shown(), "yx012345");
      }
      assert.equal(hub.stats().storeSetBacks, 0);
    },
  );

  test("is counted where a client is in a later epoch", async () => {
    const platform = createTestPlatform(3);
    let hub: Hub = createHub({ store: memoryStore(), platform });
    const network = createNetwork(platform, () => hub);
    const doc = createDoc({ random: platform.random });
    const replica = createReplica({ doc, name: "doc", platform, connect: () => network.connect("ada") });
    await platform.advance(500);
    doc.text("body").insert(0, "one two");
    doc.text("body").delete(0, 4);
    await platform.advance(500);
    const backup = memoryStore();
    const handle = hub.open("doc");
    await platform.advance(500);
    const earlier = createDoc();
    earlier.apply((await handle).doc.encode());
    (await handle).release();
    const cut = hub.documents.cut("doc");
    await platform.advance(20_000);
    assert.ok(await cut);
    assert.equal(hub.stats().storeSetBacks, 0);
    hub = createHub({ store: backup, platform });
    const imported = hub.documents.import("doc", earlier.encode());
    await platform.advance(500);
    await imported;
    network.cutAll();
    await platform.advance(20_000);
    assert.ok(hub.stats().storeSetBacks > 0);
    assert.equal(replica.status.peek(), "synced");
  });
});
