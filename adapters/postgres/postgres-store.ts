import { createHash } from "node:crypto";
import { CodedError } from "../../lib/errors/index.ts";
import {
  type AppendClaim,
  demandOption,
  type ListOptions,
  type Store,
  type StoredDocument,
} from "../../lib/sync/index.ts";
import { loadQuery, schemaOf } from "./schema.ts";

/**
 * What is used of a pool, or a client, of the package `pg`. You make it and end it.
 * @public
 */
export interface PostgresPool {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/**
 * How to keep documents in PostgreSQL.
 * @public
 */
export interface PostgresStoreOptions {
  /**
   * The schema the tables and functions stand in, made when missing: letters, digits and `_`. A role that may only read and write in it is enough once another, the owner,
   * has opened a store of the same release.
   * @defaultValue "busbar"
   */
  readonly schema?: string;
  /**
   * What survives when `append` has resolved. `"disk"`: a crash of the machine (`synchronous_commit` is on for each write, and the server must run with `fsync`).
   * `"process"`: a crash of this process; a crash of the database's machine may lose the last moments.
   * @defaultValue "disk"
   */
  readonly durability?: "disk" | "process";
}

/**
 * Keeps documents in PostgreSQL (12 or later), for any number of processes at once: an append table, snapshots, and a row for each document that its writers lock.
 * @param pool - A `Pool` of `pg`; it stays yours.
 * @throws CodedError `SYNC_BAD_OPTION`; `SYNC_STORE_DURABILITY` when the server runs without `fsync` and "disk" is asked for; what the pool throws.
 * @remarks One round trip for each append. Appends of different documents share a commit of the database's log.
 * @example
 * ```ts
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL, query_timeout: 15_000 });
 * pool.on("error", report); // of idle connections
 * const store = await postgresStore(pool);
 * const hub = createHub({ store, bus: redisBus(client), platform: nodePlatform });
 * ```
 * @public
 */
export async function postgresStore(pool: PostgresPool, options: PostgresStoreOptions = {}): Promise<Store> {
  const { schema = "busbar", durability = "disk" } = options;
  demandOption(durability === "disk" || durability === "process", "durability"); // a misspelt one must not promise less
  demandOption(typeof pool?.query === "function", "pool");
  if (typeof schema !== "string" || !/^[a-z_]\w{0,50}$/i.test(schema))
    throw new CodedError("SYNC_STORE_UNAVAILABLE", "the name of a schema is letters, digits and _");
  if (durability === "disk") {
    const { rows } = await pool.query("show fsync");
    if ((rows[0] as { fsync: string }).fsync !== "on") throw new CodedError("SYNC_STORE_DURABILITY", "fsync is off");
  }
  await setUp(pool, schema);
  return new PostgresStore(pool, schema, durability === "disk" ? "on" : "off");
}

/** One query is one transaction: what fails leaves nothing half made, and no client within a transaction. */
async function setUp(pool: PostgresPool, schema: string): Promise<void> {
  const text = schemaOf(schema);
  const table = `"${schema}".documents`;
  const mark = `busbar ${createHash("sha256").update(text).digest("hex")}`;
  try {
    // Two processes that start at once would trip over each other's tables.
    await pool.query(`select pg_advisory_xact_lock(${LOCK}); ${text}; comment on table ${table} is '${mark}'`);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === NOT_ALLOWED)) throw error;
    // Whoever owns it has set it up: enough, where nothing in it would change.
    const { rows } = await pool.query("select obj_description(to_regclass($1), 'pg_class') as mark", [table]);
    if ((rows[0] as { mark: string | null }).mark !== mark) throw error;
  }
}

const NOT_ALLOWED = "42501";
const LOCK = 7_215_028_601; // any number that others are unlikely to lock
const NOTHING: AppendClaim = { ranges: [] };

class PostgresStore implements Store {
  readonly #pool: PostgresPool;
  readonly #own: string;
  readonly #load: string;
  readonly #durable: string;
  readonly #order = new Map<string, Promise<unknown>>();
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(pool: PostgresPool, schema: string, durable: string) {
    this.#pool = pool;
    this.#own = `"${schema}"`;
    this.#load = loadQuery(schema);
    this.#durable = durable;
  }

  async load(name: string, after = 0): Promise<StoredDocument> {
    const [row] = (await this.#query(this.#load, [nameOf(name), after])) as readonly LoadedRow[];
    if (row === undefined) return { snapshot: undefined, updates: [], position: 0, authors: new Map() };
    const authors = row.authors.map(([replica, author]) => [Number(replica), author] as const);
    return {
      snapshot: row.snapshot === null ? undefined : plain(row.snapshot),
      updates: row.updates.map(plain),
      position: Number(row.position),
      epoch: Number(row.epoch),
      authors: new Map(authors),
    };
  }

  append(name: string, update: Uint8Array, { ranges, author, epoch }: AppendClaim = NOTHING): Promise<number> {
    const keys = ranges.map(({ replica }) => String(replica));
    const [froms, tos] = [ranges.map(({ from }) => from), ranges.map(({ to }) => to)];
    // A pool has many connections: without this one append could overtake another.
    return this.#inOrder(name, async () => {
      const values = [nameOf(name), bufferOf(update), author ?? null, keys, froms, tos, epoch ?? null, this.#durable];
      const rows = await this.#query(`select ${this.#own}.append($1, $2, $3, $4, $5, $6, $7, $8) as position`, values);
      return Number((rows[0] as { position: string }).position);
    });
  }

  compact(...[name, snapshot, upTo, version = new Map()]: Parameters<Store["compact"]>): Promise<void> {
    return this.#inOrder(name, async () => {
      const keys = [...version.keys()].map(String);
      const values = [nameOf(name), bufferOf(snapshot), upTo, keys, [...version.values()], this.#durable];
      const rows = await this.#query(`select ${this.#own}.compact($1, $2, $3, $4, $5, $6) as done`, values);
      if ((rows[0] as { done: boolean }).done) return;
      throw new CodedError("SYNC_STORE_POSITION", `no update has position ${upTo}`, { value: upTo });
    });
  }

  cut(...[name, snapshot, upTo, { epoch, version, author, file }]: Parameters<Store["cut"]>): Promise<boolean> {
    return this.#inOrder(name, async () => {
      const [keys, tos] = [[...version.keys()].map(String), [...version.values()]];
      const kept = [nameOf(file.key), bufferOf(file.bytes)];
      const values = [nameOf(name), bufferOf(snapshot), upTo, epoch, author, keys, tos, ...kept, this.#durable];
      const rows = await this.#query(
        `select ${this.#own}.cut($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as done`,
        values,
      );
      return (rows[0] as { done: boolean }).done;
    });
  }

  async list({ prefix = "", after = "", limit = 1000 }: ListOptions = {}): Promise<readonly string[]> {
    const text = `select name from ${this.#own}.documents
      where name >= $1 and starts_with(name, $1) and name > $2 and position > 0 order by name limit $3`;
    const rows = await this.#query(text, [nameOf(prefix), nameOf(after), limit]);
    return rows.map((row) => nameFrom((row as { name: string }).name));
  }

  async remove(name: string): Promise<void> {
    await this.#inOrder(name, () => this.#query(`select ${this.#own}.remove($1)`, [nameOf(name)]));
  }

  async putFile(name: string, key: string, bytes: Uint8Array): Promise<void> {
    const text = `insert into ${this.#own}.files (name, key, bytes)
      select $1, $2, $3::bytea where set_config('synchronous_commit', $4, true) is not null
      on conflict (name, key) do update set bytes = excluded.bytes`;
    await this.#query(text, [nameOf(name), nameOf(key), bufferOf(bytes), this.#durable]);
  }

  async getFile(name: string, key: string): Promise<Uint8Array | undefined> {
    const text = `select bytes from ${this.#own}.files where name = $1 and key = $2`;
    const [row] = await this.#query(text, [nameOf(name), nameOf(key)]);
    return row === undefined ? undefined : plain((row as { bytes: Buffer }).bytes);
  }

  async listFiles(name: string, prefix = ""): Promise<readonly string[]> {
    const text = `select key from ${this.#own}.files where name = $1 and starts_with(key, $2) order by key`;
    return (await this.#query(text, [nameOf(name), nameOf(prefix)])).map((row) =>
      nameFrom((row as { key: string }).key),
    );
  }

  async removeFile(name: string, key: string): Promise<void> {
    await this.#query(`delete from ${this.#own}.files where name = $1 and key = $2`, [nameOf(name), nameOf(key)]);
  }

  close(): Promise<void> {
    this.#closing ??= Promise.allSettled([...this.#order.values(), ...this.#running]).then(() => undefined);
    return this.#closing;
  }

  #inOrder<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(closed());
    const done = (this.#order.get(name) ?? Promise.resolve()).then(work, work);
    this.#order.set(name, done);
    const forget = (): void => void (this.#order.get(name) === done && this.#order.delete(name));
    done.then(forget, forget);
    return done;
  }

  async #query(text: string, values: unknown[]): Promise<readonly unknown[]> {
    if (this.#closing !== undefined && this.#order.size === 0) throw closed();
    const done = this.#pool.query(text, values);
    this.#running.add(done);
    try {
      return (await done).rows;
    } catch (error) {
      throw coded(error);
    } finally {
      this.#running.delete(done);
    }
  }
}

interface LoadedRow {
  readonly position: string;
  readonly epoch: string;
  readonly snapshot: Buffer | null;
  readonly updates: readonly Buffer[];
  readonly authors: readonly (readonly [replica: string, author: string])[];
}

function closed(): CodedError {
  return new CodedError("SYNC_STORE_CLOSED", "the store is closed");
}

/** What our own functions raise, under codes of their own. */
function coded(error: unknown): unknown {
  if (!(error instanceof Error && "code" in error)) return error;
  const value = "detail" in error ? Number(error.detail) : undefined;
  if (error.code === "BB001") return new CodedError("SYNC_STORE_GAP", error.message, { value });
  if (error.code === "BB002") return new CodedError("SYNC_REPLICA_TAKEN", error.message, { value });
  if (error.code === "BB003") return new CodedError("SYNC_STORE_EPOCH", error.message, { value });
  return error;
}

/** PostgreSQL's text holds no NUL. The escape keeps the order of all other names. */
function nameOf(name: string): string {
  return name.replaceAll("\u0001", "\u0001\u0002").replaceAll("\u0000", "\u0001\u0001");
}

function nameFrom(stored: string): string {
  return stored.replaceAll("\u0001\u0001", "\u0000").replaceAll("\u0001\u0002", "\u0001");
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes); // a copy: a row's buffer holds the others too
}
