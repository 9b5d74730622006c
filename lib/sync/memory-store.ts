import { CodedError } from "../errors/index.ts";
import type { Store } from "./store.ts";

interface Entry {
  readonly position: number;
  readonly update: Uint8Array;
}

interface Log {
  snapshot: Uint8Array | undefined;
  snapshotAt: number;
  position: number;
  entries: Entry[];
}

/**
 * A store that forgets everything when the process ends: for tests, and for documents that need not last.
 * @returns A store that copies what it is given and what it hands out.
 * @example
 * ```ts
 * const hub = createHub({ store: memoryStore(), platform: nodePlatform });
 * ```
 * @public
 */
export function memoryStore(): Store {
  const logs = new Map<string, Log>();
  let closed = false;

  const open = (): void => {
    if (closed) throw new CodedError("SYNC_STORE_CLOSED", "the store is closed");
  };

  return {
    async load(name) {
      open();
      const log = logs.get(name);
      if (log === undefined) return { snapshot: undefined, updates: [], position: 0 };
      return {
        snapshot: log.snapshot?.slice(),
        updates: log.entries.map((entry) => entry.update.slice()),
        position: log.position,
      };
    },
    async append(name, update) {
      open();
      const log = logs.get(name) ?? { snapshot: undefined, snapshotAt: 0, position: 0, entries: [] };
      logs.set(name, log);
      log.position++;
      log.entries.push({ position: log.position, update: update.slice() });
      return log.position;
    },
    async compact(name, snapshot, upTo) {
      open();
      const log = logs.get(name);
      if (log === undefined || upTo > log.position) {
        throw new CodedError("SYNC_STORE_POSITION", `no update has position ${upTo}`, { value: upTo });
      }
      if (upTo <= log.snapshotAt) return;
      log.snapshot = snapshot.slice();
      log.snapshotAt = upTo;
      log.entries = log.entries.filter((entry) => entry.position > upTo);
    },
    async close() {
      closed = true;
    },
  };
}
