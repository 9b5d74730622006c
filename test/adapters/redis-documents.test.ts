import assert from "node:assert/strict";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redisBus, redisDocuments } from "../../adapters/redis/index.ts";
import { type RedisServer, startRedis } from "../helpers/redis.ts";
import { storeSuite } from "../sync/store-suite.ts";
import { createKilledWriters } from "../sync/writer-suite.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis("always");
}, 300_000);
afterAll(() => server.stop());

let runs = 0;
const connect = (url = server.url) =>
  createClient({ url })
    .on("error", () => {})
    .connect();
const prefix = (): string => `busbar-test:${process.pid}:${runs++}:`;
// A server of the run's own choosing may be set up as it likes.
const unchecked = (process.env["REDIS_URL"] ?? "") !== "";

test("redisDocuments and redisBus refuse what is of another type, and a durability they do not know", async () => {
  const client = { sendCommand: async () => ["appendonly", "yes"], duplicate: () => assert.fail() };
  const open = redisDocuments as (...wrong: readonly unknown[]) => Promise<unknown>; // cast: callers without types
  for (const durability of ["Disk", "", null, true])
    await expect(open(client, { durability })).rejects.toMatchObject({ code: "SYNC_BAD_OPTION" });
  for (const wrong of [undefined, null, "redis://localhost", {}]) {
    await expect(open(wrong, { unchecked: true })).rejects.toMatchObject({ code: "SYNC_BAD_OPTION" });
    assert.throws(() => redisBus(wrong as never), { code: "SYNC_BAD_OPTION" }); // cast: as above
  }
  await expect(open(client, { prefix: 5 })).rejects.toMatchObject({ code: "SYNC_BAD_OPTION" });
  assert.throws(() => redisBus(client, { prefix: null as never }), { code: "SYNC_BAD_OPTION" }); // cast: as above
});

describe("redisDocuments", () => {
  storeSuite(async (run) => {
    const clients = [await connect(), await connect()];
    const mine = prefix();
    let opened = 0;
    await run({
      open: () => redisDocuments(clients[opened++ % 2] ?? assert.fail(), { prefix: mine, unchecked }),
      lasting: true,
      shared: true,
    });
    for (const client of clients) client.destroy();
  });

  test("writes under its prefix alone", async () => {
    const client = await connect();
    const mine = prefix();
    const store = await redisDocuments(client, { prefix: mine, unchecked });
    const at = await store.append("a", Uint8Array.of(1), { ranges: [{ replica: 1, from: 0, to: 1 }], author: "" });
    await store.compact("a", Uint8Array.of(1), at);
    await store.putFile("a", "x", Uint8Array.of(1));
    assert.deepEqual([...((await store.load("a")).authors ?? [])], [[1, ""]]);
    assert.ok((await client.keys(`${mine}*`)).length > 0);
    await store.remove("a");
    assert.deepEqual(await client.keys(`${mine}*`), []);
    client.destroy();
  });

  test("goes on after redis has forgotten its scripts", async () => {
    const client = await connect();
    const store = await redisDocuments(client, { prefix: prefix(), unchecked });
    await client.scriptFlush();
    assert.equal(await store.append("a", Uint8Array.of(1)), 1);
    client.destroy();
  });

  test.runIf(!unchecked)("refuses a redis that could not keep what was asked for", { timeout: 60_000 }, async () => {
    for (const [persistence, refused] of [
      ["none", ["disk", "process"]],
      ["second", ["disk"]],
    ] as const) {
      const weak = await startRedis(persistence);
      const client = await connect(weak.url);
      for (const durability of ["disk", "process"] as const) {
        const opened = redisDocuments(client, { prefix: prefix(), durability });
        if ((refused as readonly string[]).includes(durability)) {
          await expect(opened).rejects.toMatchObject({ code: "SYNC_STORE_DURABILITY" });
        } else await (await opened).append("a", Uint8Array.of(1));
      }
      assert.equal(
        await (await redisDocuments(client, { prefix: prefix(), unchecked: true })).append("a", Uint8Array.of(1)),
        1,
      );
      client.destroy();
      await weak.stop();
    }
  });

  test("nothing acknowledged is lost, though writers and redis itself are killed", { timeout: 120_000 }, async () => {
    const writers = await createKilledWriters("redis");
    const mine = prefix();
    for (let life = 0; life < 3; life++) {
      await writers.live(2, 20 + life * 35, [server.url, mine]);
      await server.crash();
      const client = await connect();
      await writers.check(await redisDocuments(client, { prefix: mine, unchecked }));
      client.destroy();
    }
  });
});
