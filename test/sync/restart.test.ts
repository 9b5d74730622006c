import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "vitest";
import { levelStore } from "../../adapters/level/index.ts";
import { nodePlatform } from "../../adapters/node/index.ts";
import { createDoc } from "../../lib/crdt/index.ts";
import { effect } from "../../lib/signals/index.ts";
import { createHub, createReplica, type Hub, type Replica } from "../../lib/sync/index.ts";
import { createChannelPair } from "../../lib/wire/index.ts";

const reported: unknown[] = [];
const options = {
  platform: nodePlatform,
  limits: { compactAfter: 5 },
  onError: (error: unknown) => reported.push(error),
};

function reach(replica: Replica, status: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (replica.status.get() === status) queueMicrotask(() => resolve(stop()));
    });
  });
}

test("hubs that follow each other over one LevelDB folder pass the documents on, and clients move along", async () => {
  const path = await mkdtemp(join(tmpdir(), "busbar-restart-"));
  let store = await levelStore(path);
  let hub: Hub = createHub({ store, ...options });
  const replicaOf = (name: string): Replica =>
    createReplica({
      doc: createDoc({ random: nodePlatform.random }),
      name,
      platform: nodePlatform,
      minRetryMs: 5,
      connect() {
        const [near, far] = createChannelPair();
        hub.accept(far, { user: null });
        return near;
      },
    });
  const [ada, bob] = [replicaOf("a"), replicaOf("b")];
  await Promise.all([reach(ada, "synced"), reach(bob, "synced")]);
  for (let life = 0; life < 4; life++) {
    for (let i = 0; i < 8; i++) {
      ada.doc.text("body").insert(0, `a${life}${i} `);
      await reach(ada, "synced");
    }
    bob.doc.map("lives").set(String(life), life);
    if (life % 2 === 0) await hub.close(); // else it just stops, with whatever it was doing
    await store.close();
    bob.doc.text("body").insert(0, "meanwhile "); // nobody is there to take it
    store = await levelStore(path);
    hub = createHub({ store, ...options });
    for (const replica of [ada, bob]) replica.retry();
    await Promise.all([reach(ada, "synced"), reach(bob, "synced")]);
  }
  const fresh = [replicaOf("a"), replicaOf("b")];
  await Promise.all(fresh.map((replica) => reach(replica, "synced")));
  assert.deepEqual(
    fresh.map((replica) => replica.doc.encode()),
    [ada, bob].map((replica) => replica.doc.encode()),
  );
  assert.ok(reported.length > 0); // the hubs that just stopped found their store closed
  assert.equal(fresh[1]?.doc.text("body").toString(), "meanwhile ".repeat(4));
  for (const replica of [ada, bob, ...fresh]) replica.stop();
  await hub.close();
  await store.close();
  await rm(path, { recursive: true });
});
