import assert from "node:assert/strict";
import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { nodePlatform } from "../../adapters/node/index.ts";
import { postgresStore } from "../../adapters/postgres/index.ts";
import { createDoc } from "../../lib/crdt/index.ts";
import { createHub, createReplica } from "../../lib/sync/index.ts";
import { createChannelPair } from "../../lib/wire/index.ts";
import { MISSING, startPostgres } from "../helpers/postgres.ts";

const server = await startPostgres();
// Where there is none the run says so in its last lines; where everything must be tested it fails.
if (server === undefined && process.env["CI"] === "true") throw new Error(MISSING);
if (server === undefined) process.once("exit", () => console.error(`not tested: ${MISSING}`));

const pools: pg.Pool[] = [];
const createPool = (options: pg.PoolConfig = {}): pg.Pool => {
  const pool = new pg.Pool({ connectionString: server?.url, max: 3, query_timeout: 5000, ...options });
  pool.on("error", () => {});
  pools.push(pool);
  return pool;
};
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await server?.stop();
});

/** What a hub's pool asks at this moment, and what may happen to it. */
interface Access {
  pool: pg.Pool;
}

const letters = "abcdefghijklmnopqrstuvwxyz";

/** Two hubs over one database, each with two writers: what they write while `trouble` lasts is there once, everywhere, when it is over. They write until it has shown. */
async function write(
  trouble: (access: readonly Access[], admin: pg.Pool) => Promise<() => Promise<void>>,
): Promise<void> {
  const admin = createPool();
  const schema = `busbar_test_${process.pid}_troubles_${pools.length}`;
  const accesses: Access[] = [{ pool: createPool() }, { pool: createPool() }];
  const errors: unknown[] = [];
  const hubs = await Promise.all(
    accesses.map(async (access) => {
      const store = await postgresStore({ query: (...args) => access.pool.query(...args) }, { schema });
      return createHub<{ user: string; author: string }>({
        ...{ store, platform: nodePlatform, onError: (error) => errors.push(error) },
      });
    }),
  );
  const writers = letters.split("").map((letter, i) => {
    const doc = createDoc({ random: nodePlatform.random });
    const hub = hubs[i % 2] ?? assert.fail();
    const connect = () => {
      const [near, far] = createChannelPair();
      hub.accept(far, { user: letter, author: letter });
      return near;
    };
    // Without a bus, a hub each: they meet in the database.
    const replica = createReplica({
      doc,
      name: `doc ${i % 2}`,
      platform: nodePlatform,
      connect,
      minRetryMs: 20,
      maxRetryMs: 200,
    });
    return { letter, replica, text: doc.text("body") };
  });
  for (const { replica } of writers) await expect.poll(() => replica.status.peek()).toBe("synced");
  const end = await trouble(accesses, admin);
  let rounds = 0;
  for (; rounds < 8 || errors.length === 0; rounds++) {
    for (const { text, letter } of writers) text.insert(text.length, letter);
    await new Promise((next) => setTimeout(next, 25));
  }
  await end();
  for (const { replica } of writers)
    await expect.poll(() => [replica.status.peek(), replica.unsaved.peek()]).toEqual(["synced", 0]);
  await Promise.all(hubs.map((hub) => hub.close()));
  const store = await postgresStore(admin, { schema });
  for (const part of [0, 1]) {
    const { snapshot, updates } = await store.load(`doc ${part}`);
    const doc = createDoc();
    for (const bytes of [snapshot, ...updates]) if (bytes !== undefined) doc.apply(bytes);
    const mine = writers.filter((_writer, i) => i % 2 === part);
    assert.equal(doc.pending().updates, 0);
    assert.equal(
      [...doc.text("body").toString()].sort().join(""),
      mine.map(({ letter }) => letter.repeat(rounds)).join(""),
    );
    for (const { text } of mine) await expect.poll(() => text.toString()).toBe(doc.text("body").toString());
  }
  for (const { replica } of writers) replica.stop();
  await admin.query(`drop schema "${schema}" cascade`);
}

describe.runIf(server !== undefined)("documents in PostgreSQL lose nothing", () => {
  test("to connections that the database ends, in the middle of whatever they do", () =>
    write(async (_accesses, admin) => {
      let goesOn = true;
      const kills = (async () => {
        while (goesOn) {
          await admin.query(
            "select pg_terminate_backend(pid) from pg_stat_activity where query like '%append(%' and pid <> pg_backend_pid()",
          );
          await new Promise((next) => setTimeout(next, 5));
        }
      })();
      return async () => {
        goesOn = false;
        await kills;
      };
    }));

  test("to a database that may only be read for a while, as at a failover", () =>
    write(async (accesses) => {
      const before = accesses.map(({ pool }) => pool);
      for (const access of accesses) access.pool = createPool({ options: "-c default_transaction_read_only=on" });
      return async () => {
        for (const [i, access] of accesses.entries()) access.pool = before[i] ?? assert.fail();
      };
    }));

  test("to a pool whose connections all are in use", () =>
    write(async (accesses) => {
      const before = accesses.map(({ pool }) => pool);
      const holders = await Promise.all(
        accesses.map(async (access) => {
          access.pool = createPool({ max: 1, connectionTimeoutMillis: 30 });
          return access.pool.connect();
        }),
      );
      return async () => {
        for (const holder of holders) holder.release();
        for (const [i, access] of accesses.entries()) access.pool = before[i] ?? assert.fail();
      };
    }));

  test("to a lock that somebody holds on its tables for longer than a query may take", () =>
    write(async (accesses, admin) => {
      for (const access of accesses) access.pool = createPool({ query_timeout: 50 });
      const holder = await admin.connect();
      const { rows } = await holder.query(
        "select schemaname from pg_tables where tablename = 'documents' and schemaname like 'busbar_test%troubles%'",
      );
      await holder.query("begin");
      for (const { schemaname } of rows) await holder.query(`lock table "${schemaname}".documents in exclusive mode`);
      return async () => {
        await holder.query("rollback");
        holder.release();
        for (const access of accesses) access.pool = createPool();
      };
    }));
});
