import assert from "node:assert/strict";
import pg from "pg";
import { createClient } from "redis";
import { describe, expect, test } from "vitest";
import { nodePlatform as platform } from "../../adapters/node/index.ts";
import { postgresStore } from "../../adapters/postgres/index.ts";
import { redisBus, redisDocuments } from "../../adapters/redis/index.ts";
import { createDoc } from "../../lib/crdt/index.ts";
import { createHub, createReplica, type Hub, type Replica, type Store } from "../../lib/sync/index.ts";
import { type Bus, createChannelPair, createMemoryBus } from "../../lib/wire/index.ts";
import { createLine, type Line } from "../helpers/line.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { startRedis } from "../helpers/redis.ts";

const NAME = "doc";

/** What a process has: a store and a bus behind a line. */
interface Machine {
  readonly store: Store;
  readonly bus: Bus;
  readonly line: Line;
  end(): void;
}

interface Backend {
  machine(): Promise<Machine>;
  stop(): Promise<void>;
}

const backends: Readonly<Record<string, () => Promise<Backend | undefined>>> = {
  async redis() {
    const server = await startRedis("always");
    const prefix = `busbar-test:${process.pid}:lines:`;
    return {
      async machine() {
        const line = await createLine(server.url);
        const client = createClient({ url: line.url, socket: { reconnectStrategy: 20 } });
        await client.on("error", () => {}).connect();
        const store = await redisDocuments(client, { prefix, unchecked: true });
        const bus = redisBus(client, { prefix, onError: () => {} });
        const end = (): void => {
          bus.close();
          client.destroy();
        };
        return { store, bus, line, end };
      },
      stop: () => server.stop(),
    };
  },
  async postgres() {
    const server = await startPostgres();
    if (server === undefined) return undefined; // postgres.test.ts says so
    const bus = createMemoryBus();
    const schema = `busbar_test_lines_${process.pid}`;
    return {
      async machine() {
        const line = await createLine(server.url);
        const pool = new pg.Pool({ connectionString: line.url, max: 4 }).on("error", () => {});
        const store = await postgresStore(pool, { schema });
        return { store, bus, line, end: () => void pool.end().catch(() => {}) };
      },
      stop: () => server.stop(),
    };
  },
};

const waited = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

describe.each(Object.keys(backends))("hubs whose line to %s fails", (kind) => {
  test("lose nothing they acknowledged, store once what is sent again, and go on by themselves", {
    timeout: 300_000,
  }, async () => {
    const backend = await backends[kind]?.();
    if (backend === undefined) return;
    const machines = await Promise.all([backend.machine(), backend.machine()]);
    const errors: unknown[] = [];
    const hubs = machines.map(({ store, bus }) =>
      createHub({
        store,
        bus,
        platform,
        limits: { compareMs: 200, compactAfter: 40 },
        onError: (error) => void errors.push(error),
      }),
    );
    const writers = Array.from({ length: 4 }, (_, index) => join(hubs[index % 2] ?? assert.fail()));
    const acknowledged = new Set<string>();
    const made: string[] = [];
    let isWriting = true;
    const writing = writers.map(async ({ doc, unsaved }, index) => {
      for (let i = 0; isWriting; i++) {
        const own = made.filter((token) => token.startsWith(`${index}.`));
        for (const token of own.slice(0, own.length - unsaved.peek())) acknowledged.add(token); // one operation each
        made.push(`${index}.${i}`);
        doc.list("made").insert(0, `${index}.${i}`);
        await waited(4);
      }
    });
    for (let round = 0; round < 6; round++) {
      await waited(150);
      const { line } = machines[round % 2] ?? assert.fail();
      if (round < 2) line.cut(true);
      else if (round < 4) {
        line.cut(false);
        await waited(250);
        line.cut(true);
      } else {
        line.hold(true); // who waits for an answer waits
        await waited(250);
        if (round === 4) line.hold(false);
        else line.cut(true);
      }
    }
    isWriting = false;
    await Promise.all(writing);
    const [fresh] = await Promise.all([backend.machine()]);
    await expect
      .poll(() => writers.map(({ status }) => status.peek()), { timeout: 60_000 })
      .toEqual(Array(4).fill("synced"));
    await expect
      .poll(() => new Set(writers.map(({ doc }) => doc.encode().toString())).size, { timeout: 60_000 })
      .toBe(1);
    const stored = createDoc();
    const { snapshot, updates } = await fresh.store.load(NAME);
    for (const bytes of [snapshot, ...updates]) if (bytes !== undefined) stored.apply(bytes);
    const kept = stored.list("made").toArray();
    assert.deepEqual([...kept].sort(), [...made].sort(), "each once");
    assert.ok(acknowledged.size > 0);
    for (const token of acknowledged) assert.ok(kept.includes(token), `${token} was acknowledged`);
    assert.ok(errors.length > 0, "the hubs told of it");
    assert.ok(hubs.some((hub) => hub.stats().storeFailures > 0));
    for (const writer of writers) writer.stop();
    await Promise.all(hubs.map((hub) => hub.close()));
    for (const { end, line } of [...machines, fresh]) {
      end();
      await line.close();
    }
    await backend.stop();
  });
});

function join(hub: Hub): Replica {
  return createReplica({
    doc: createDoc({ random: platform.random }),
    name: NAME,
    platform,
    minRetryMs: 20,
    maxRetryMs: 200,
    connect() {
      const [near, far] = createChannelPair();
      hub.accept(far, { user: null });
      return near;
    },
  });
}
