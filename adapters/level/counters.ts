import type { ClaimTable } from "../../lib/sync/index.ts";
import { logBounds, metaKey, positionOf } from "./keys.ts";
import type { Db } from "./open.ts";
import { decodeLog, decodeSnapshot } from "./records.ts";

const MAX_COUNTERS = 4096; // documents whose last position is remembered; about 200 bytes each, and 50 for each replica

const FAILED = { failed: true };

/** What is known of a document without reading it again. */
export interface Counter {
  position: number;
  snapshotAt: number;
  claims: ClaimTable;
  /** A write failed, so not all that is noted here is on disk. Nothing more is appended before it has been read anew. */
  failed: boolean;
  /** Settles when nothing rewrites the document. */
  turn: Promise<void> | undefined;
}

export interface Counters {
  use<T>(name: string, work: (counter: Counter) => Promise<T>): Promise<T>;
}

/**
 * Positions are read once and then handed out in memory, so an append needs no read. A counter in use is never
 * forgotten: its last position may not be on disk yet, and a fresh read would hand it out twice.
 * @param settled - Resolves when a read finds all that was answered.
 */
export function createCounters(db: Db, settled: () => Promise<void>): Counters {
  const known = new Map<string, { readonly counter: Promise<Counter>; users: number }>();

  const forgetIdle = (): void => {
    for (const [name, entry] of known) {
      if (known.size <= MAX_COUNTERS) return;
      if (entry.users === 0) known.delete(name);
    }
  };

  return {
    async use(name, work) {
      const entry = known.get(name) ?? { counter: settled().then(() => readCounter(db, name)), users: 0 };
      entry.users++;
      known.set(name, entry);
      try {
        return await work(await entry.counter);
      } catch (error) {
        await entry.counter.catch(() => known.get(name) === entry && known.delete(name)); // the next read may succeed
        throw error;
      } finally {
        entry.users--;
        const { failed } = await entry.counter.catch(() => FAILED);
        if (failed && entry.users === 0 && known.get(name) === entry) known.delete(name);
        if (known.size > MAX_COUNTERS) forgetIdle();
      }
    },
  };
}

async function readCounter(db: Db, name: string): Promise<Counter> {
  const { position: snapshotAt, claims } = decodeSnapshot(await db.get(metaKey(name)));
  const log = await db.iterator(logBounds(name, snapshotAt)).all(); // what stands below did not go yet
  let position = snapshotAt;
  for (const [key, value] of log) {
    claims.note(decodeLog(value).claim);
    position = Math.max(position, positionOf(key));
  }
  return { snapshotAt, position, claims, failed: false, turn: undefined };
}
