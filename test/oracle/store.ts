import type { StoredDocument } from "../../lib/sync/index.ts";

interface Log {
  snapshot: Uint8Array | undefined;
  snapshotAt: number;
  readonly updates: Uint8Array[];
}

/** A store that keeps every update for ever and answers by looking. */
export interface StoreOracle {
  load(name: string): StoredDocument;
  append(name: string, update: Uint8Array): number;
  compact(name: string, snapshot: Uint8Array, upTo: number): void;
}

export function createStoreOracle(): StoreOracle {
  const logs: Record<string, Log> = Object.create(null);
  const logOf = (name: string): Log => {
    const log = logs[name] ?? { snapshot: undefined, snapshotAt: 0, updates: [] };
    logs[name] = log;
    return log;
  };
  return {
    load(name) {
      const { snapshot, snapshotAt, updates } = logOf(name);
      return { snapshot, updates: updates.slice(snapshotAt), position: updates.length };
    },
    append: (name, update) => logOf(name).updates.push(update),
    compact(name, snapshot, upTo) {
      const log = logOf(name);
      if (upTo > log.snapshotAt) Object.assign(log, { snapshot, snapshotAt: upTo });
    },
  };
}
