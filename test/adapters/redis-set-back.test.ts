import assert from "node:assert/strict";
import { createClient, RESP_TYPES } from "redis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodePlatform } from "../../adapters/node/index.ts";
import { redisBus, redisDocuments } from "../../adapters/redis/index.ts";
import { createDoc } from "../../lib/crdt/index.ts";
import { createHub, createReplica, type Hub, type Replica } from "../../lib/sync/index.ts";
import { createChannelPair } from "../../lib/wire/index.ts";
import { type RedisServer, startRedis } from "../helpers/redis.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis("always");
}, 300_000);
afterAll(() => server.stop());

const unchecked = (process.env["REDIS_URL"] ?? "") !== "";
let runs = 0;

/** Two server processes' hubs over one redis, of which all keys of this test can be kept and set back. */
async function createWorld() {
  const prefix = `busbar-test:${process.pid}:back:${runs++}:`;
  const client = createClient({ url: server.url }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  await client.on("error", () => {}).connect();
  const store = await redisDocuments(client, { prefix, unchecked });
  const bus = redisBus(client, { prefix });
  const create = (): Hub<{ user: string; author: string }> =>
    createHub({
      store,
      bus,
      platform: nodePlatform,
      limits: { compareMs: 3_600_000 },
      onError: () => undefined,
    });
  const keys = async (): Promise<Buffer[]> => (await client.sendCommand(["KEYS", `${prefix}*`])) as unknown as Buffer[]; // cast: blobs are asked for
  return {
    create,
    join(hub: Hub<{ user: string; author: string }>, user: string) {
      const doc = createDoc({ random: nodePlatform.random });
      const replica = createReplica({
        doc,
        name: "doc",
        platform: nodePlatform,
        minRetryMs: 20,
        connect() {
          const [near, far] = createChannelPair();
          hub.accept(far, { user, author: user });
          return near;
        },
      });
      return { replica, text: doc.text("body"), shown: () => doc.text("body").toString() };
    },
    async keep(): Promise<readonly (readonly [Buffer, Buffer])[]> {
      const found = await keys();
      return Promise.all(found.map(async (key) => [key, (await client.sendCommand(["DUMP", key])) as never] as const)); // cast: as above
    },
    async setBack(kept: readonly (readonly [Buffer, Buffer])[]): Promise<void> {
      const found = await keys();
      const deletion = found.length === 0 ? [] : [client.sendCommand(["DEL", ...found])];
      await Promise.all([...deletion, ...kept.map(([key, dump]) => client.sendCommand(["RESTORE", key, "0", dump]))]); // in this order, and nothing in between
    },
    async end(...hubs: readonly Hub<{ user: string; author: string }>[]): Promise<void> {
      await Promise.all(hubs.map((hub) => hub.close()));
      bus.close();
      client.destroy();
    },
  };
}

const synced = ({ replica }: { readonly replica: Replica }): Promise<void> =>
  expect.poll(() => [replica.status.peek(), replica.unsaved.peek()]).toEqual(["synced", 0]);

test.each([
  ["emptied under two hubs", 0],
  ["set back to a copy that lagged", 3],
])("redis that is %s is given again what it had acknowledged", async (_what, kept) => {
  const world = await createWorld();
  const [one, two] = [world.create(), world.create()];
  const ada = world.join(one, "ada");
  const bob = world.join(two, "bob");
  await Promise.all([synced(ada), synced(bob)]);
  let copy = kept === 0 ? [] : await world.keep();
  for (let i = 0; i < 6; i++) {
    const writer = i % 2 === 0 ? ada : bob;
    await expect.poll(() => writer.shown().length).toBe(i);
    writer.text.insert(i, String(i));
    await synced(writer);
    if (i + 1 === kept) copy = await world.keep();
  }
  await expect.poll(() => ada.shown()).toBe("012345");
  bob.text.insert(6, "6"); // in one step with what follows: nobody looks in between
  await synced(bob);
  ada.replica.stop(); // no client has all
  bob.replica.stop();
  const { doc, saved, release } = await one.open("doc");
  await expect.poll(() => doc.text("body").toString()).toBe("0123456");
  await world.setBack(copy);
  doc.text("body").insert(0, "x");
  await assert.rejects(saved(), (error: { code: string }) => error.code.startsWith("SYNC_"));
  release();
  const carol = world.join(two, "carol");
  await expect.poll(() => carol.shown()).toBe("x0123456");
  carol.text.insert(0, "y");
  await synced(carol);
  carol.replica.stop();
  assert.ok(one.stats().storeSetBacks > 0);
  await world.end(one, two);
});
