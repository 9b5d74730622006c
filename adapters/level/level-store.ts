import { CodedError } from "../../lib/errors/index.ts";
import type { Store, StoredDocument } from "../../lib/sync/index.ts";
import { logBounds, logKey, metaKey, positionOf, snapshotKey } from "./keys.ts";
import { type Db, openLevel } from "./open.ts";

/**
 * Where a LevelDB store keeps its files.
 * @public
 */
export interface LevelStoreOptions {
  /** The folder, created when missing. It belongs to this store alone and to one process at a time. */
  readonly path: string;
}

const MAX_COUNTERS = 4096; // documents whose last position is remembered; about 200 bytes each

type Write = { type: "put"; key: string; value: Uint8Array } | { type: "del"; key: string };

/**
 * Opens a store in a LevelDB folder. What `append` has resolved survives a crash of the process and of the machine:
 * every write is synced to disk before its promise resolves, and writes that wait together share one sync.
 * @param options - The folder, as a path or as `{ path }`.
 * @returns The opened store; close it when the server ends.
 * @throws CodedError `SYNC_STORE_IN_USE` when another store, of this process or another, has the folder open.
 * @throws CodedError `SYNC_STORE_UNAVAILABLE` when the folder cannot be created, read or written.
 * @example
 * ```ts
 * const store = await levelStore("./data/documents");
 * const hub = createHub({ store, platform: nodePlatform });
 * ```
 * @public
 */
export async function levelStore(options: string | LevelStoreOptions): Promise<Store> {
  return createStore(await openLevel(typeof options === "string" ? options : options.path));
}

function createStore(db: Db): Store {
  const write = createGroupWriter(db);
  const counters = createCounters(db);
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  const run = <T>(name: string, work: (counter: Counter) => Promise<T>): Promise<T> => {
    if (closing !== undefined) return Promise.reject(new CodedError("SYNC_STORE_CLOSED", "the store is closed"));
    const done = counters.use(name, work).finally(() => running.delete(done));
    running.add(done);
    return done;
  };

  return {
    load: (name) => run(name, () => readDocument(db, name)),
    append: (name, update) =>
      run(name, async (counter) => {
        const position = ++counter.position;
        await write([{ type: "put", key: logKey(name, position), value: update }]);
        return position;
      }),
    compact: (name, snapshot, upTo) =>
      run(name, async (counter) => {
        if (upTo > counter.position) {
          throw new CodedError("SYNC_STORE_POSITION", `no update has position ${upTo}`, { value: upTo });
        }
        const before = counter.snapshotAt;
        if (upTo <= before) return;
        counter.snapshotAt = upTo; // at once: of two compactions under way the smaller one must not land last
        try {
          await write(await compaction(db, name, snapshot, upTo));
        } catch (error) {
          if (counter.snapshotAt === upTo) counter.snapshotAt = before;
          throw error;
        }
      }),
    close() {
      closing ??= Promise.allSettled(running).then(() => db.close());
      return closing;
    },
  };
}

async function compaction(db: Db, name: string, snapshot: Uint8Array, upTo: number): Promise<Write[]> {
  const folded = await db.keys({ gt: logBounds(name).gt, lte: logKey(name, upTo) }).all();
  return [
    { type: "put", key: snapshotKey(name), value: snapshot },
    { type: "put", key: metaKey(name), value: encodePosition(upTo) },
    ...folded.map((key): Write => ({ type: "del", key })),
  ];
}

/** What is known of a document without reading its log. */
interface Counter {
  position: number;
  snapshotAt: number;
}

interface Counters {
  use<T>(name: string, work: (counter: Counter) => Promise<T>): Promise<T>;
}

/**
 * Positions are read once and then handed out in memory, so an append needs no read. A counter in use is never
 * forgotten: its last position may not be on disk yet, and a fresh read would hand it out twice.
 */
function createCounters(db: Db): Counters {
  const known = new Map<string, { readonly counter: Promise<Counter>; users: number }>();

  const forgetIdle = (): void => {
    for (const [name, entry] of known) {
      if (known.size <= MAX_COUNTERS) return;
      if (entry.users === 0) known.delete(name);
    }
  };

  return {
    async use(name, work) {
      const entry = known.get(name) ?? { counter: readCounter(db, name), users: 0 };
      entry.users++;
      known.set(name, entry);
      try {
        return await work(await entry.counter);
      } catch (error) {
        await entry.counter.catch(() => known.get(name) === entry && known.delete(name)); // the next read may succeed
        throw error;
      } finally {
        entry.users--;
        if (known.size > MAX_COUNTERS) forgetIdle();
      }
    },
  };
}

async function readCounter(db: Db, name: string): Promise<Counter> {
  const { gt, lt } = logBounds(name);
  const [last, meta] = await Promise.all([db.keys({ gt, lt, reverse: true, limit: 1 }).all(), db.get(metaKey(name))]);
  const snapshotAt = meta === undefined ? 0 : decodePosition(meta);
  const key = last[0];
  return { snapshotAt, position: Math.max(snapshotAt, key === undefined ? 0 : positionOf(key)) };
}

async function readDocument(db: Db, name: string): Promise<StoredDocument> {
  // One LevelDB snapshot for both reads: a compaction between them would lose the updates it folded in.
  const view = db.snapshot();
  try {
    const [snapshot, meta, entries] = await Promise.all([
      db.get(snapshotKey(name), { snapshot: view }),
      db.get(metaKey(name), { snapshot: view }),
      db.iterator({ ...logBounds(name), snapshot: view }).all(),
    ]);
    const last = entries.at(-1);
    const snapshotAt = meta === undefined ? 0 : decodePosition(meta);
    const position = Math.max(snapshotAt, last === undefined ? 0 : positionOf(last[0]));
    return { snapshot, updates: entries.map(([, update]) => update), position };
  } finally {
    await view.close();
  }
}

/**
 * Writes that arrive while a batch is on its way to the disk leave together in the next one: one sync for all of them.
 * A batch is atomic in LevelDB, so no caller's writes are ever half done.
 */
function createGroupWriter(db: Db): (writes: readonly Write[]) => Promise<void> {
  let waiting: Write[] = [];
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  return (writes) => {
    waiting.push(...writes);
    next ??= last.then(async () => {
      const batch = waiting;
      waiting = [];
      next = undefined;
      if (batch.length > 0) await flush(db, batch);
    });
    const mine = next;
    last = mine.catch(() => undefined); // whoever waits for this batch hears its failure; later ones are not to blame
    return mine;
  };
}

async function flush(db: Db, batch: Write[]): Promise<void> {
  try {
    await db.batch(batch, { sync: true });
  } catch (error) {
    throw new CodedError("SYNC_STORE_UNAVAILABLE", `the store at ${db.location} refused a write`, {
      value: db.location,
      cause: error,
    });
  }
}

function encodePosition(position: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, position);
  return bytes;
}

function decodePosition(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(0);
}
