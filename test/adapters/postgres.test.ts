import assert from "node:assert/strict";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresStore } from "../../adapters/postgres/index.ts";
import { MISSING, type PostgresServer, startPostgres } from "../helpers/postgres.ts";
import { storeSuite } from "../sync/store-suite.ts";
import { createKilledWriters } from "../sync/writer-suite.ts";

const server = await startPostgres();
// Where there is none the run says so in its last lines; where everything must be tested it fails.
if (server === undefined && process.env["CI"] === "true") throw new Error(MISSING);
if (server === undefined) process.once("exit", () => console.error(`not tested: ${MISSING}`));

const pools: pg.Pool[] = [];
const poolOf = ({ url }: PostgresServer): pg.Pool => {
  const pool = new pg.Pool({ connectionString: url, max: 5 });
  pool.on("error", () => {}); // a server that is killed ends idle connections
  pools.push(pool);
  return pool;
};
/** A role with the name of the schema it is for, which may do nothing yet. */
const roleFor = async (given: PostgresServer, name: string): Promise<{ admin: pg.Pool; url: string }> => {
  const admin = poolOf(given);
  await admin.query(`create role "${name}" login password '${name}'`);
  const url = new URL(given.url);
  [url.username, url.password] = [name, name];
  return { admin, url: url.href };
};
const schema = (): string => `busbar_test_${process.pid}_${runs++}`;
let runs = 0;
const claim = (from: number) => ({ author: "ann", ranges: [{ replica: 1, from, to: from + 1 }] });

test("postgresStore refuses what is of another type, and a durability it does not know", async () => {
  const pool = { query: () => assert.fail() };
  const open = postgresStore as (...wrong: readonly unknown[]) => Promise<unknown>; // cast: callers without types
  for (const durability of ["Disk", "", null, true])
    await expect(open(pool, { durability })).rejects.toMatchObject({ code: "SYNC_BAD_OPTION" });
  for (const wrong of [undefined, null, "postgres://localhost", {}])
    await expect(open(wrong)).rejects.toMatchObject({ code: "SYNC_BAD_OPTION" });
  await expect(open(pool, { schema: ["a"] })).rejects.toMatchObject({ code: "SYNC_STORE_UNAVAILABLE" });
});

describe.runIf(server !== undefined)("postgresStore", () => {
  const given = server as PostgresServer; // cast: the suite runs with one only
  let shared: readonly pg.Pool[];
  let mine: string;
  beforeAll(async () => {
    shared = [poolOf(given), poolOf(given)];
    mine = schema();
    await postgresStore(shared[0] ?? assert.fail(), { schema: mine });
  }, 300_000);
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end().catch(() => {})));
    await given.stop();
  });

  storeSuite(async (run) => {
    let opened = 0;
    await run({
      open: () => postgresStore(shared[opened++ % 2] ?? assert.fail(), { schema: mine }),
      lasting: true,
      shared: true,
    });
    for (const table of ["documents", "updates", "replicas", "authors", "files"]) {
      await shared[0]?.query(`truncate "${mine}".${table}`);
    }
  });

  test("keeps names with any character, in the order of their bytes", async () => {
    const store = await postgresStore(shared[0] ?? assert.fail(), { schema: schema() });
    const names = ["a\u0000b", "a\u0001b", "a\u0000", "a", "a%b", "a_b"];
    for (const name of names) await store.append(name, new TextEncoder().encode(name));
    assert.deepEqual(await store.list(), ["a", "a\u0000", "a\u0000b", "a\u0001b", "a%b", "a_b"]);
    for (const name of names) assert.equal(new TextDecoder().decode((await store.load(name)).updates[0]), name);
  });

  test("refuses a schema that is no plain name", async () => {
    await expect(postgresStore(shared[0] ?? assert.fail(), { schema: 'a"; drop table b; --' })).rejects.toMatchObject({
      code: "SYNC_STORE_UNAVAILABLE",
    });
  });

  test("works for a role that may make no schemas, in one that is there", async () => {
    const own = schema();
    const { admin, url } = await roleFor(given, own);
    await admin.query(`create schema "${own}"; grant usage, create on schema "${own}" to "${own}"`);
    const pool = poolOf({ ...given, url });
    for (let start = 0; start < 2; start++) {
      const store = await postgresStore(pool, { schema: own });
      assert.equal(await store.append("a", Uint8Array.of(start), claim(start)), start + 1);
    }
    await expect(postgresStore(pool, { schema: `${own}_x` })).rejects.toMatchObject({ code: "42501" });
  });

  test("works for a role that may only read and write what another has set up, as long as that is of this release", async () => {
    const own = schema();
    const { admin, url } = await roleFor(given, own);
    await postgresStore(admin, { schema: own });
    await admin.query(
      `grant usage on schema "${own}" to "${own}";
      grant select, insert, update, delete on all tables in schema "${own}" to "${own}"`,
    );
    const pool = poolOf({ ...given, url });
    const store = await postgresStore(pool, { schema: own });
    assert.equal(await store.append("a", Uint8Array.of(1), claim(0)), 1);
    await store.putFile("a", "k", Uint8Array.of(2));
    assert.deepEqual((await store.load("a")).updates, [Uint8Array.of(1)]);
    await store.compact("a", Uint8Array.of(3), 1);
    await store.remove("a");
    assert.deepEqual(await store.list(), []);
    await admin.query(`comment on table "${own}".documents is 'busbar, of another release'`);
    await expect(postgresStore(pool, { schema: own })).rejects.toMatchObject({ code: "42501" });
  });

  test("commits to the disk before it answers, unless a process's crash is all that is feared", async () => {
    for (const [durability, commit] of [
      ["disk", "on"],
      ["process", "off"],
    ] as const) {
      const own = schema();
      const store = await postgresStore(shared[0] ?? assert.fail(), { schema: own, durability });
      await shared[0]?.query(
        `create table "${own}".seen (setting text);
        create function "${own}".look() returns trigger language plpgsql as $$ begin
          insert into "${own}".seen values (current_setting('synchronous_commit')); return new; end $$;
        create trigger look after insert on "${own}".updates for each row execute function "${own}".look()`,
      );
      // A database set up to answer early must not weaken the promise.
      await shared[0]?.query("set synchronous_commit = off");
      await store.append("a", Uint8Array.of(1));
      const { rows } = (await shared[0]?.query(`select setting from "${own}".seen`)) ?? { rows: [] };
      assert.deepEqual(rows, [{ setting: commit }]);
    }
  });

  test("a file is on the disk as an update is", async () => {
    const own = schema();
    const pool = poolOf(given);
    const store = await postgresStore(pool, { schema: own });
    await pool.query(
      `create table "${own}".seen (setting text);
      create function "${own}".look() returns trigger language plpgsql as $$ begin
        insert into "${own}".seen values (current_setting('synchronous_commit')); return new; end $$;
      create trigger look after insert or update on "${own}".files for each row execute function "${own}".look()`,
    );
    await pool.query("set synchronous_commit = off");
    for (const byte of [1, 2]) await store.putFile("a", "k", Uint8Array.of(byte));
    const { rows } = await pool.query(`select setting from "${own}".seen`);
    assert.deepEqual(rows, [{ setting: "on" }, { setting: "on" }]);
    assert.deepEqual(await store.getFile("a", "k"), Uint8Array.of(2));
  });

  test("a removal that an append meets half way leaves it a document of its own", async () => {
    const own = schema();
    const [pool, other] = [poolOf(given), poolOf(given)];
    const store = await postgresStore(pool, { schema: own });
    for (const byte of [1, 2]) await store.append("a", Uint8Array.of(byte), claim(byte - 1));
    const removing = await other.connect();
    await removing.query(`begin; select 1 from "${own}".documents where name = 'a' for update`);
    const appended = store.append("a", Uint8Array.of(9), { author: "ann", ranges: [{ replica: 9, from: 0, to: 1 }] });
    await expect
      .poll(async () => (await other.query("select 1 from pg_locks where not granted")).rows.length)
      .toBeGreaterThan(0); // it waits for the row
    await removing.query(`select "${own}".remove('a')`);
    await removing.query("commit");
    removing.release();
    assert.equal(await appended, 1);
    assert.deepEqual((await store.load("a")).updates, [Uint8Array.of(9)]);
  });

  test("refuses a server that does not sync, where the disk is asked for", async () => {
    const pool = { query: async () => ({ rows: [{ fsync: "off" }] }) };
    await expect(postgresStore(pool)).rejects.toMatchObject({ code: "SYNC_STORE_DURABILITY" });
  });

  test("nothing acknowledged is lost, though writers and the database itself are killed", {
    timeout: 120_000,
  }, async () => {
    const writers = await createKilledWriters("postgres");
    const own = schema();
    for (let life = 0; life < 3; life++) {
      await writers.live(2, 20 + life * 35, [given.url, own]);
      await given.crash();
      await writers.check(await postgresStore(poolOf(given), { schema: own }));
    }
  });
});
