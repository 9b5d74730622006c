import { CodedError } from "../../lib/errors/index.ts";
import type { DocumentLog, StoredDocument } from "../../lib/sync/index.ts";

interface Head {
  /** The last position ever handed out. */
  readonly position: number;
  /** The snapshot replaces the log up to here; 0 without one. */
  readonly upTo: number;
}

interface Append {
  readonly name: string;
  readonly update: Uint8Array;
  resolve(position: number): void;
  reject(error: unknown): void;
}

const HEADS = "heads";
const SNAPSHOTS = "snapshots";
const LOG = "log";
const OPEN_MS = 5000;
/** More appends than anybody makes in a second: a document's log begins above all positions that one before it had, which somebody deleted. */
const APPENDS = 2 ** 20;

/** Deletes everything that was kept in the browser. */
export async function removeDatabase(database: string): Promise<void> {
  await done(indexedDB.deleteDatabase(database));
}

/** Documents in one database of the browser, opened at the first use. */
export class IndexedDbStore implements DocumentLog {
  readonly #name: string;
  readonly #durability: "relaxed" | "strict";
  #database: Promise<IDBDatabase> | undefined;
  #appends: Append[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(name: string, durability: "relaxed" | "strict") {
    this.#name = name;
    this.#durability = durability;
  }

  async load(name: string, after = 0): Promise<StoredDocument> {
    this.#check();
    return this.#run("readonly", async (stores) => {
      const { log, heads, snapshots } = stores;
      const [head, snapshot, updates] = await Promise.all([
        done<Head | undefined>(heads.get(name)),
        done<Uint8Array | undefined>(snapshots.get(name)),
        done<Uint8Array[]>(log.getAll(rangeOf(name, after + 1))),
      ]);
      const isTrimmed = after < (head?.upTo ?? 0);
      return { snapshot: isTrimmed || after === 0 ? snapshot : undefined, updates, position: head?.position ?? 0 };
    });
  }

  append(name: string, update: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#check();
      this.#appends.push({ name, update, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  async compact(name: string, snapshot: Uint8Array, upTo: number): Promise<void> {
    this.#check();
    await this.#run("readwrite", async ({ log, heads, snapshots }) => {
      const head = await done<Head | undefined>(heads.get(name));
      if (head === undefined || upTo > head.position) {
        throw new CodedError("SYNC_STORE_POSITION", `no update has position ${upTo}`, { value: upTo });
      }
      if (upTo <= head.upTo) return;
      snapshots.put(snapshot, name);
      heads.put({ position: head.position, upTo }, name);
      log.delete(rangeOf(name, 0, upTo));
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    const closed = this.#database?.then((database) => database.close());
    if (closed !== undefined) await inTime(closed).catch(() => undefined); // if not now, when it opens
  }

  #check(): void {
    if (this.#closed) throw new CodedError("SYNC_STORE_CLOSED", "the store is closed");
  }

  /** One transaction after the other, each with all that gathered meanwhile. */
  async #drain(): Promise<void> {
    await Promise.resolve(); // what is appended in this turn is part of the first
    while (this.#appends.length > 0) {
      const appends = this.#appends;
      this.#appends = [];
      try {
        const positions = await this.#run("readwrite", (stores) => write(stores, appends));
        for (const [i, { resolve }] of appends.entries()) resolve(positions[i] as number); // cast: one for each
      } catch (error) {
        for (const { reject } of appends) reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #run<T>(mode: IDBTransactionMode, work: (stores: Stores) => Promise<T>): Promise<T> {
    try {
      const database = await inTime(this.#open());
      const transaction = database.transaction([LOG, HEADS, SNAPSHOTS], mode, {
        durability: this.#durability,
      });
      const end = ended(transaction);
      const [log, heads, snapshots] = [LOG, HEADS, SNAPSHOTS].map((name) => transaction.objectStore(name));
      const result = work({ log, heads, snapshots } as Stores).catch((error: unknown) => {
        abort(transaction);
        throw error;
      });
      // The end first: a transaction that fails, for want of room, says why in its own error.
      const [outcome] = await Promise.all([result, end]);
      return outcome;
    } catch (cause) {
      throw toCoded(cause);
    }
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= open(this.#name, () => {
      this.#database = undefined;
    });
    return this.#database;
  }
}

interface Stores {
  readonly log: IDBObjectStore;
  readonly heads: IDBObjectStore;
  readonly snapshots: IDBObjectStore;
}

/** Hands out positions in the transaction that uses them: tabs that append at the same time never get the same. */
async function write({ log, heads }: Stores, appends: readonly Append[]): Promise<number[]> {
  const names = [...new Set(appends.map(({ name }) => name))];
  const found = await Promise.all(names.map((name) => done<Head | undefined>(heads.get(name))));
  const first = Math.floor(Date.now() / 1000) * APPENDS;
  const last = new Map(names.map((name, i) => [name, found[i]?.position ?? first]));
  const positions = appends.map(({ name, update }) => {
    const position = (last.get(name) ?? first) + 1;
    last.set(name, position);
    log.put(update.slice(), [name, position]); // a copy: of a view all of its buffer would be stored
    return position;
  });
  for (const [i, name] of names.entries()) heads.put({ position: last.get(name), upTo: found[i]?.upTo ?? 0 }, name);
  return positions;
}

function rangeOf(name: string, from: number, upTo: number = Number.MAX_SAFE_INTEGER): IDBKeyRange {
  return IDBKeyRange.bound([name, from], [name, upTo]);
}

/** `lost`: the browser closed it, as another tab deletes it or the user cleared the site's data; the next use opens it again. */
async function open(name: string, lost: () => void): Promise<IDBDatabase> {
  try {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      for (const store of [LOG, HEADS, SNAPSHOTS]) request.result.createObjectStore(store);
    };
    const database = await done(request);
    database.onclose = lost;
    database.onversionchange = () => {
      database.close();
      lost();
    };
    return database;
  } catch (error) {
    lost();
    throw error;
  }
}

/** A database stays closed for as long as a tab that is frozen keeps it from being deleted: nobody is to wait for that to be connected. */
function inTime<T>(opening: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`it did not open within ${OPEN_MS} ms`)), OPEN_MS);
    opening.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("the transaction was aborted"));
  });
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {} // it has ended by itself
}

function toCoded(cause: unknown): CodedError {
  if (cause instanceof CodedError) return cause;
  // A full disk and a used-up quota look the same from here.
  const isFull = cause instanceof DOMException && cause.name === "QuotaExceededError";
  return isFull
    ? new CodedError("SYNC_STORE_FULL", "the browser has no room left for this site", { cause })
    : new CodedError("SYNC_STORE_UNAVAILABLE", "the browser's database cannot be used", { cause });
}
