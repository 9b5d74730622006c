import { CodedError } from "../../lib/errors/index.ts";
import type { DocumentLog, StoredDocument } from "../../lib/sync/index.ts";
import { done, inTime, openDatabase, toCoded, whole } from "./database.ts";

export { removeDatabase } from "./database.ts";

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
/** More appends than anybody makes in a second: a document's log begins above all positions that one before it had, which somebody deleted. */
const APPENDS = 2 ** 20;

/** Documents in one database of the browser, opened at the first use. */
export class IndexedDbStore implements DocumentLog {
  readonly #name: string;
  readonly #durability: "relaxed" | "strict";
  #opening: Promise<IDBDatabase> | undefined;
  /** Once it is open. */
  #database: IDBDatabase | undefined;
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
    const closed = this.#opening?.then((database) => database.close());
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
    let database: IDBDatabase | undefined;
    try {
      database = await inTime(this.#open());
      const transaction = database.transaction([LOG, HEADS, SNAPSHOTS], mode, { durability: this.#durability });
      const [log, heads, snapshots] = [LOG, HEADS, SNAPSHOTS].map((store) => transaction.objectStore(store));
      return await whole(transaction, work({ log, heads, snapshots } as Stores)); // cast: one for each name
    } catch (cause) {
      const error = toCoded(cause);
      if (database !== undefined && error.code === "SYNC_STORE_UNAVAILABLE") this.#leave(database);
      throw error;
    }
  }

  #open(): Promise<IDBDatabase> {
    if (this.#opening !== undefined) return this.#opening;
    const opening = openDatabase(this.#name, [LOG, HEADS, SNAPSHOTS], (database) => this.#leave(database));
    this.#opening = opening;
    opening.then(
      (database) => {
        this.#database = database;
      },
      () => {
        this.#opening = undefined;
      },
    );
    return opening;
  }

  /** The browser has closed it, or may have, as some do without a word: the next use opens another. */
  #leave(database: IDBDatabase): void {
    database.close();
    if (this.#database !== database) return; // it is another by now
    this.#database = this.#opening = undefined;
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
