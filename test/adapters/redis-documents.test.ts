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

  test.runIf(!unchecked)("refuses a redis that makes room by forgetting documents", { timeout: 60_000 }, async () => {
    const small = await startRedis("always");
    const client = await connect(small.url);
    await client.configSet("maxmemory", "100mb");
    for (const policy of ["allkeys-lru", "allkeys-random", "volatile-lru", "noeviction"]) {
      await client.configSet("maxmemory-policy", policy);
      const opened = redisDocuments(client, { prefix: prefix(), durability: "process" });
      if (policy.startsWith("allkeys")) await expect(opened).rejects.toMatchObject({ code: "SYNC_STORE_DURABILITY" });
      else await opened;
    }
    client.destroy();
    await small.stop();
  });

  test("an append that redis breaks off leaves nothing that the next is taken for", async () => {
    const client = await connect();
    const mine = prefix();
    const store = await redisDocuments(client, { prefix: mine, unchecked });
    const claim = (from: number) => ({ ranges: [{ replica: 1, from, to: from + 1 }] });
    await store.append("a", Uint8Array.of(1), claim(0));
    await store.append("a", Uint8Array.of(2), claim(1));
    await client.del(`${mine}document:head:a`); // somebody made room, or put an older key back
    for (let i = 0; i < 2; i++) await expect(store.append("a", Uint8Array.of(3), claim(2))).rejects.toThrow();
    client.destroy();
  });

  test.runIf(!unchecked)("a redis that is full, or only follows another, stores nothing and says so", async () => {
    const own = await startRedis("always");
    const client = await connect(own.url);
    const store = await redisDocuments(client, { prefix: prefix() });
    const claim = (from: number) => ({ ranges: [{ replica: 1, from, to: from + 1 }] });
    const first = await store.append("a", Uint8Array.of(1), claim(0));
    const states = [
      [() => client.configSet("maxmemory", "1"), () => client.configSet("maxmemory", "0"), "OOM"],
      [
        () => client.sendCommand(["REPLICAOF", "127.0.0.1", "1"]),
        () => client.sendCommand(["REPLICAOF", "NO", "ONE"]),
        "READONLY",
      ],
    ] as const;
    let made = 1;
    for (const [begin, end, word] of states) {
      await begin();
      for (const asked of [
        () => store.append("a", Uint8Array.of(9), claim(made)),
        () => store.compact("a", Uint8Array.of(9), first),
        () => store.putFile("a", "x", Uint8Array.of(9)),
      ])
        await expect(asked()).rejects.toThrow(word);
      assert.equal((await store.load("a")).updates.length, made);
      await end();
      await store.append("a", Uint8Array.of(2), claim(made++));
      assert.equal((await store.load("a")).updates.length, made);
    }
    client.destroy();
    await own.stop();
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
