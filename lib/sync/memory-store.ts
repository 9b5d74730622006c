import { CodedError } from "../errors/index.ts";
import { type ClaimTable, createClaimTable, cutClaims } from "./claims.ts";
import { byteOrder } from "./names.ts";
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
  claims: ClaimTable;
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
  return new MemoryStore();
}

class MemoryStore implements Store {
  readonly #logs = new Map<string, Log>();
  readonly #files = new Map<string, Map<string, Uint8Array>>();
  #closed = false;

  async load(name: string, after = 0): ReturnType<Store["load"]> {
    this.#check();
    const log = this.#logs.get(name);
    if (log === undefined) return { snapshot: undefined, updates: [], position: 0, authors: new Map() };
    const isLater = after > 0 && after >= log.snapshotAt;
    const entries = isLater ? log.entries.filter(({ position }) => position > after) : log.entries;
    return {
      snapshot: isLater ? undefined : log.snapshot?.slice(),
      updates: entries.map((entry) => entry.update.slice()),
      position: log.position,
      epoch: log.claims.epoch,
      authors: new Map(log.claims.authors),
    };
  }

  async append(name: string, update: Uint8Array, claim: Parameters<Store["append"]>[2] = NOTHING): Promise<number> {
    this.#check();
    const log = this.#logs.get(name) ?? {
      snapshot: undefined,
      snapshotAt: 0,
      position: 0,
      entries: [],
      claims: createClaimTable(),
    };
    if (!log.claims.check(claim)) return log.position;
    log.claims.note(claim);
    this.#logs.set(name, log);
    log.position++;
    log.entries.push({ position: log.position, update: update.slice() });
    return log.position;
  }

  async compact(...[name, snapshot, upTo, version = new Map()]: Parameters<Store["compact"]>): Promise<void> {
    this.#check();
    const log = this.#logs.get(name);
    if (log === undefined || upTo > log.position) {
      throw new CodedError("SYNC_STORE_POSITION", `no update has position ${upTo}`, { value: upTo });
    }
    if (upTo <= log.snapshotAt) return;
    log.snapshot = snapshot.slice();
    log.snapshotAt = upTo;
    log.claims.cover(version);
    log.entries = log.entries.filter((entry) => entry.position > upTo);
  }

  async cut(...[name, snapshot, upTo, claim]: Parameters<Store["cut"]>): Promise<boolean> {
    this.#check();
    const log = this.#logs.get(name);
    if (log === undefined || upTo !== log.position || claim.epoch !== log.claims.epoch + 1) return false;
    log.snapshot = snapshot.slice();
    log.snapshotAt = upTo;
    log.claims = cutClaims(claim);
    log.entries = [];
    await this.putFile(name, claim.file.key, claim.file.bytes);
    return true;
  }

  async list({ prefix = "", after = "", limit = 1000 }: Parameters<Store["list"]>[0] = {}): Promise<readonly string[]> {
    this.#check();
    const names = [...this.#logs.keys()].sort(byteOrder);
    return names.filter((name) => name.startsWith(prefix) && byteOrder(name, after) > 0).slice(0, limit);
  }

  async remove(name: string): Promise<void> {
    this.#check();
    this.#logs.delete(name);
    this.#files.delete(name);
  }

  async putFile(name: string, key: string, bytes: Uint8Array): Promise<void> {
    this.#check();
    const files = this.#files.get(name) ?? new Map();
    this.#files.set(name, files.set(key, bytes.slice()));
  }

  async getFile(name: string, key: string): Promise<Uint8Array | undefined> {
    this.#check();
    return this.#files.get(name)?.get(key)?.slice();
  }

  async listFiles(name: string, prefix = ""): Promise<readonly string[]> {
    this.#check();
    return [...(this.#files.get(name)?.keys() ?? [])].filter((key) => key.startsWith(prefix)).sort(byteOrder);
  }

  async removeFile(name: string, key: string): Promise<void> {
    this.#check();
    this.#files.get(name)?.delete(key);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #check(): void {
    if (this.#closed) throw new CodedError("SYNC_STORE_CLOSED", "the store is closed");
  }
}

const NOTHING = { ranges: [] };
