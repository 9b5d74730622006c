import assert from "node:assert/strict";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RedisClient, type RedisSubscriber, redisBus, redisStore } from "../../adapters/redis/index.ts";
import { html } from "../../lib/html/index.ts";
import { defineView, liveRoute } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { ADOPT, EVENT, PATCH } from "../../lib/wire/index.ts";
import { helloOf, loadPage, openSocket, startServer } from "../helpers/live.ts";
import { type RedisServer, startRedis } from "../helpers/redis.ts";
import { busSuite } from "../live/bus-suite.ts";
import { snapshotStoreSuite } from "../live/snapshot-store-suite.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
}, 300_000);
afterAll(() => server.stop());

let runs = 0;
const connect = () =>
  createClient({ url: server.url })
    .on("error", () => {})
    .connect();
const prefix = (): string => `busbar-test:${process.pid}:${runs++}:`;

describe("redisStore", () => {
  snapshotStoreSuite(async (run) => {
    const client = await connect();
    await run(redisStore(client, { prefix: prefix() }));
    client.destroy();
  });

  test("writes under its prefix alone, and what it writes expires", async () => {
    const client = await connect();
    const mine = prefix();
    await redisStore(client, { prefix: mine }).put("key", Uint8Array.of(1), 60_000);
    assert.deepEqual(await client.keys(`${mine}*`), [`${mine}key`]);
    const ttlMs = await client.pTTL(`${mine}key`);
    assert.ok(ttlMs > 0 && ttlMs <= 60_000, String(ttlMs));
    assert.equal(await redisStore(client, { prefix: prefix() }).get("key"), undefined);
    client.destroy();
  });

  test("throws what the client throws, and takes a key of another kind for none", async () => {
    const client = await connect();
    const mine = prefix();
    await client.hSet(`${mine}hash`, "a", "b");
    await assert.rejects(redisStore(client, { prefix: mine }).get("hash"), /WRONGTYPE/);
    client.destroy();
    await assert.rejects(redisStore(client).put("key", Uint8Array.of(1), 1000));
  });
});

describe("redisBus", () => {
  test.each(["connect", "subscribe"])("hears what it asked for when the first %s failed", async (fails) => {
    const client = await connect();
    const mine = prefix();
    const errors: unknown[] = [];
    let left = 1;
    const failing = (name: string): void => {
      if (name === fails && left-- > 0) throw new Error(`${name} failed`);
    };
    const duplicate = (): RedisSubscriber => {
      const subscriber = client.duplicate();
      return {
        on: (event, listener) => subscriber.on(event, listener),
        destroy: () => subscriber.destroy(),
        unsubscribe: (channel) => subscriber.unsubscribe(channel),
        async connect() {
          failing("connect");
          await subscriber.connect();
        },
        async subscribe(...args) {
          failing("subscribe");
          await subscriber.subscribe(...args);
        },
      };
    };
    const sendCommand: RedisClient["sendCommand"] = (...args) => client.sendCommand(...args);
    const bus = redisBus({ sendCommand, duplicate }, { prefix: mine, onError: (error) => errors.push(error) });
    const heard: number[] = [];
    bus.subscribe("topic", (bytes) => heard.push(bytes[0] ?? -1));
    await expect
      .poll(() => {
        bus.publish("topic", Uint8Array.of(7));
        return heard.length;
      })
      .toBeGreaterThan(0);
    assert.equal(errors.length, 1);
    bus.close();
    client.destroy();
  });

  busSuite(async (run) => {
    const clients = [await connect(), await connect()] as const;
    const mine = prefix();
    const [here, there] = [redisBus(clients[0], { prefix: mine }), redisBus(clients[1], { prefix: mine })];
    await run(here, there);
    here.close();
    there.close();
    for (const client of clients) client.destroy();
  });

  test("subscriptions come back by themselves when the connection is lost", async () => {
    const client = await connect();
    const bus = redisBus(client, { prefix: prefix(), onError: () => {} });
    let heard = 0;
    bus.subscribe("topic", () => heard++);
    const again = async (): Promise<void> => {
      const before = heard;
      while (heard === before) {
        bus.publish("topic", Uint8Array.of(1));
        await new Promise((done) => setTimeout(done, 10));
      }
    };
    await again();
    const killer = await connect();
    await killer.sendCommand(["CLIENT", "KILL", "TYPE", "pubsub"]);
    await again();
    bus.close();
    killer.destroy();
    client.destroy();
  });

  test("a publish that fails is told to onError", async () => {
    const client = await connect();
    const errors: unknown[] = [];
    const bus = redisBus(client, { onError: (error) => errors.push(error) });
    client.destroy();
    bus.publish("topic", Uint8Array.of(1));
    while (errors.length === 0) await new Promise((done) => setTimeout(done, 5));
    assert.ok(errors[0] instanceof Error);
    bus.close();
  });
});

describe("live views on two servers", () => {
  test("hear of each other through redis, and only of what they have subscribed to", { timeout: 30_000 }, async () => {
    const clients = [await connect(), await connect()] as const;
    const mine = prefix();
    let todos = ["one"];
    const view = defineView({
      mount: ({ subscribe }) => {
        const shown = signal(todos);
        subscribe("todos", () => shown.set(todos));
        subscribe("others", () => shown.set(["wrong"]));
        return { shown };
      },
      on: {
        add: (_state, _event, { publish }) => {
          todos = [...todos, "two"];
          publish("todos");
        },
      },
      render: (state) => html`<p>${() => state.shown.get().join()}</p>`,
    });
    const buses = clients.map((client) => redisBus(client, { prefix: mine }));
    const servers = await Promise.all(
      buses.map((bus) => startServer((app) => void liveRoute(app, "/page", view, { bus }))),
    );
    const [here, there] = await Promise.all(
      servers.map(async ({ url }) => {
        const page = await loadPage(`${url}/page`);
        const client = await openSocket(`${url}/page`);
        client.send(helloOf(page));
        assert.equal((await client.take())[0], ADOPT);
        return client;
      }),
    );
    const ready = new Set<number>(); // redis takes its time to subscribe
    for (const [at, bus] of buses.entries()) bus.subscribe("live:ready", () => ready.add(at));
    while (ready.size < 2) {
      buses[0]?.publish("live:ready", Uint8Array.of(0));
      await new Promise((done) => setTimeout(done, 10));
    }
    here?.send([EVENT, 1, 0, 0, {}]);
    for (const client of [here, there]) {
      let frame = await client?.take();
      while (frame?.[0] !== PATCH || !JSON.stringify(frame).includes("two")) frame = await client?.take();
    }
    for (const server of servers) await server.stop();
    for (const bus of buses) bus.close();
    for (const client of clients) client.destroy();
  });
});
