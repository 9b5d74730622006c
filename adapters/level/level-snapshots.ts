import type { SnapshotStore } from "../../lib/live/index.ts";
import { GroupWriter } from "./group-writer.ts";
import type { LevelStoreOptions } from "./level-store.ts";
import { openLevel } from "./open.ts";

/** Writes between two looks for what has expired. */
const SWEEP_EVERY = 1000;
const HEAD = 8;

/**
 * Snapshots in a LevelDB folder.
 * @public
 */
export interface LevelSnapshots extends SnapshotStore {
  /** Finishes what was begun and lets go of the files. Closing twice is harmless. */
  close(): Promise<void>;
}

/**
 * Keeps snapshots of live sessions in a LevelDB folder, so that open pages survive a restart of their one process. What `put` has resolved survives a crash of the process and
 * of the machine: every write is synced to disk.
 * @param options - The folder, as a path or as `{ path }`. It belongs to this store alone and to one process at a time.
 * @throws CodedError `SYNC_STORE_IN_USE` when another store has the folder open, `SYNC_STORE_UNAVAILABLE` when it cannot be created, read or written.
 * @remarks Expired snapshots go when they are asked for, when the store is opened, and at every 1,000th write, which then costs O(keys).
 * @example
 * ```ts
 * liveRoute(app, "/board/:id", board, { store: await levelSnapshots("./data/sessions"), secret });
 * ```
 * @public
 */
export async function levelSnapshots(options: string | LevelStoreOptions): Promise<LevelSnapshots> {
  const db = await openLevel(typeof options === "string" ? options : options.path);
  const writer = new GroupWriter(db, undefined);
  let writes = 0;
  const remove = (key: string): Promise<void> => writer.write([{ type: "del", key }]);
  const sweep = async (): Promise<void> => {
    for await (const [key, value] of db.iterator()) if (isOver(value)) await remove(key);
  };
  const get = async (key: string): Promise<Uint8Array | undefined> => {
    const value = await db.get(key);
    return value === undefined || isOver(value) ? undefined : new Uint8Array(value.subarray(HEAD));
  };
  const put = async (key: string, bytes: Uint8Array, ttlMs: number): Promise<void> => {
    const value = new Uint8Array(HEAD + bytes.length);
    new DataView(value.buffer).setFloat64(0, Date.now() + ttlMs);
    value.set(bytes, HEAD);
    await writer.write([{ type: "put", key, value }]);
    if (++writes % SWEEP_EVERY === 0) await sweep();
  };
  const claims = new Map<string, Promise<boolean>>(); // the folder is this process's alone
  await sweep();
  return {
    get,
    put,
    async claim(key, bytes, ttlMs) {
      const before = claims.get(key);
      const mine = Promise.resolve(before).then(async () => {
        if ((await get(key)) !== undefined) return false;
        await put(key, bytes, ttlMs);
        return true;
      });
      const settled = mine.catch(() => false);
      claims.set(key, settled);
      try {
        return await mine;
      } finally {
        if (claims.get(key) === settled) claims.delete(key);
      }
    },
    delete: remove,
    close: () => writer.close().finally(() => db.close()),
  };
}

function isOver(value: Uint8Array): boolean {
  if (value.length < HEAD) return true; // none of ours
  return new DataView(value.buffer, value.byteOffset, value.byteLength).getFloat64(0) <= Date.now();
}
