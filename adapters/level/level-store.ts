import { CodedError, isCodedError } from "../../lib/errors/index.ts";
import {
  type AppendClaim,
  cutClaims,
  demandOption,
  type ListOptions,
  type Store,
  type StoredDocument,
} from "../../lib/sync/index.ts";
import { type Counter, type Counters, createCounters } from "./counters.ts";
import { checkFormat } from "./format.ts";
import { GroupWriter, type Write } from "./group-writer.ts";
import { Journal, recoverJournal } from "./journal.ts";
import { fileKey, foldedBounds, listKey, logBounds, logKey, metaKey, snapshotKey } from "./keys.ts";
import { type Db, openLevel } from "./open.ts";
import { readDocument } from "./read-document.ts";
import { copyClaims, decodeSnapshot, encodeLog, encodeSnapshot, type SnapshotRecord } from "./records.ts";

/**
 * Where a LevelDB store keeps its files.
 * @public
 */
export interface LevelStoreOptions {
  /** The folder, created when missing. It belongs to this store alone and to one process at a time. */
  readonly path: string;
  /**
   * What survives when `append` has resolved. `"disk"`: a crash of the machine; every write is synced. `"process"`: a crash of the process, not a power cut;
   * each is answered once it is in a journal, from which LevelDB gets it within 20 ms, or when the folder is opened next.
   * @defaultValue "disk"
   */
  readonly durability?: "disk" | "process";
}

/**
 * Opens a store in a LevelDB folder. What `append` has resolved survives a crash of the process and of the machine:
 * every write is synced to disk before its promise resolves, and writes that wait together share one sync.
 * @param options - The folder, as a path or as `{ path }`.
 * @returns The opened store; close it when the server ends.
 * @throws CodedError `SYNC_BAD_OPTION`.
 * @throws CodedError `SYNC_STORE_IN_USE` when another store, of this process or another, has the folder open.
 * @throws CodedError `SYNC_STORE_UNAVAILABLE` when the folder cannot be created, read or written.
 * @throws CodedError `SYNC_STORE_FORMAT` when a later release has written it in a form that this one cannot read.
 * @example
 * ```ts
 * const store = await levelStore("./data/documents");
 * const hub = createHub({ store, platform: nodePlatform });
 * ```
 * @public
 */
export async function levelStore(options: string | LevelStoreOptions): Promise<Store> {
  const { path, durability = "disk" }: Partial<LevelStoreOptions> =
    typeof options === "string" ? { path: options } : (options ?? {});
  demandOption(typeof path === "string" && path !== "", "path");
  demandOption(durability === "disk" || durability === "process", "durability"); // a misspelt one must not promise less
  const db = await openLevel(path);
  try {
    await checkFormat(path, db);
    const last = await recoverJournal(path, db);
    return new LevelStore(db, durability === "disk" ? undefined : new Journal(path, last));
  } catch (cause) {
    await db.close();
    if (isCodedError(cause) && cause.code === "SYNC_STORE_FORMAT") throw cause;
    throw new CodedError("SYNC_STORE_UNAVAILABLE", `cannot open a store at ${path}`, { value: path, cause });
  }
}

const NOTHING: AppendClaim = { ranges: [] };

class LevelStore implements Store {
  readonly #db: Db;
  readonly #writer: GroupWriter;
  readonly #counters: Counters;
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(db: Db, journal: Journal | undefined) {
    this.#db = db;
    this.#writer = new GroupWriter(db, journal);
    this.#counters = createCounters(db, () => this.#writer.settled());
  }

  load(name: string, after = 0): Promise<StoredDocument> {
    return this.#run(name, async ({ claims }) => {
      const authors = new Map(claims.authors);
      await this.#writer.settled();
      return { ...(await readDocument(this.#db, name, after)), authors };
    });
  }

  append(name: string, update: Uint8Array, claim: AppendClaim = NOTHING): Promise<number> {
    return this.#run(name, async (counter) => {
      checkUsable(counter);
      if (!counter.claims.check(claim)) {
        const { position } = counter;
        await this.#write([]); // what it repeats may be on its way to the disk
        checkUsable(counter);
        return position;
      }
      counter.claims.note(claim); // at once: the next append may build on this one
      const position = ++counter.position;
      const entry = { type: "put", key: logKey(name, position), value: encodeLog({ claim, update }) } as const;
      const isFirst = position === 1;
      try {
        await this.#writer.append(isFirst ? [entry, { type: "put", key: listKey(name), value: EMPTY }] : [entry]);
      } catch (error) {
        counter.failed = true;
        throw error;
      }
      return position;
    });
  }

  compact(...[name, snapshot, upTo, version = new Map()]: Parameters<Store["compact"]>): Promise<void> {
    return this.#inTurn(name, async (counter) => {
      if (upTo > counter.position) {
        throw new CodedError("SYNC_STORE_POSITION", `no update has position ${upTo}`, { value: upTo });
      }
      if (upTo <= counter.snapshotAt) return;
      // Of what stands above the snapshot too: it is on disk before this is.
      const claims = copyClaims(counter.claims);
      claims.cover(version);
      await this.#write([]);
      checkUsable(counter);
      await this.#write(snapshotOf(name, snapshot, { position: upTo, claims }));
      counter.snapshotAt = upTo;
      counter.claims.cover(version);
      await this.#writer.clear(foldedBounds(name, upTo));
    });
  }

  cut(...[name, snapshot, upTo, claim]: Parameters<Store["cut"]>): Promise<boolean> {
    return this.#inTurn(name, (counter) =>
      this.#writer.alone(async () => {
        checkUsable(counter);
        if (upTo !== counter.position || upTo === 0 || claim.epoch !== counter.claims.epoch + 1) return false;
        counter.claims = cutClaims(claim); // at once, with the position: what is appended from now on is of the new epoch
        counter.snapshotAt = upTo;
        try {
          await this.#write([
            ...snapshotOf(name, snapshot, { position: upTo, claims: cutClaims(claim) }),
            { type: "put", key: fileKey(name, claim.file.key), value: claim.file.bytes },
          ]);
        } catch (error) {
          counter.failed = true;
          throw error;
        }
        await this.#writer.clear(foldedBounds(name, upTo));
        return true;
      }),
    );
  }

  list({ prefix = "", after = "", limit = 1000 }: ListOptions = {}): Promise<readonly string[]> {
    return this.#read(async () => {
      const from = after >= prefix ? { gt: listKey(after) } : { gte: listKey(prefix) };
      const names: string[] = [];
      for await (const key of this.#db.keys({ ...from, lt: "e" })) {
        const name = key.slice(2);
        if (names.length >= limit) break;
        if (name.startsWith(prefix)) names.push(name);
        else if (prefix !== "" && !prefix.startsWith(name)) break;
      }
      return names;
    });
  }

  remove(name: string): Promise<void> {
    return this.#inTurn(name, (counter) =>
      this.#writer.alone(async () => {
        await this.#write([]);
        const folders = [logBounds(name), { gt: fileKey(name, ""), lt: `${fileKey(name, "").slice(0, -1)}0` }];
        const keys = await Promise.all(folders.map((bounds) => this.#db.keys(bounds).all()));
        const own = [snapshotKey(name), metaKey(name), listKey(name)];
        counter.position = counter.snapshotAt = 0;
        counter.claims = decodeSnapshot(undefined).claims;
        await this.#write([...keys.flat(), ...own].map((key): Write => ({ type: "del", key })));
      }),
    );
  }

  putFile(name: string, key: string, bytes: Uint8Array): Promise<void> {
    return this.#track(() => this.#write([{ type: "put", key: fileKey(name, key), value: bytes }]));
  }

  getFile(name: string, key: string): Promise<Uint8Array | undefined> {
    return this.#read(() => this.#db.get(fileKey(name, key)));
  }

  listFiles(name: string, prefix = ""): Promise<readonly string[]> {
    const folder = fileKey(name, "");
    const bounds = { gte: folder + prefix, lt: `${folder.slice(0, -1)}0` };
    return this.#read(async () => {
      const keys = (await this.#db.keys(bounds).all()).map((key) => key.slice(folder.length));
      return keys.filter((key) => key.startsWith(prefix));
    });
  }

  removeFile(name: string, key: string): Promise<void> {
    return this.#track(() => this.#write([{ type: "del", key: fileKey(name, key) }]));
  }

  close(): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#running)
      .then(() => this.#writer.close())
      .finally(() => this.#db.close());
    return this.#closing;
  }

  #write(writes: readonly Write[]): Promise<void> {
    return this.#writer.write(writes);
  }

  /** What rewrites a document, one after the other. With `alone`, what is appended meanwhile is of what comes after it. */
  #inTurn<T>(name: string, work: (counter: Counter) => Promise<T>): Promise<T> {
    return this.#run(name, (counter) => {
      const done = counter.turn === undefined ? work(counter) : counter.turn.then(() => work(counter));
      const turn = done.then(ignore, ignore); // its caller hears of it
      counter.turn = turn;
      void turn.then(() => {
        if (counter.turn === turn) counter.turn = undefined;
      });
      return done;
    });
  }

  #run<T>(name: string, work: (counter: Counter) => Promise<T>): Promise<T> {
    return this.#track(() => this.#counters.use(name, work));
  }

  #read<T>(work: () => Promise<T>): Promise<T> {
    return this.#track(() => this.#writer.settled().then(work));
  }

  #track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(new CodedError("SYNC_STORE_CLOSED", "the store is closed"));
    const done = work().finally(() => this.#running.delete(done));
    this.#running.add(done);
    return done;
  }
}

/** One step, by which the updates up to the position no longer count: they need not go with it. */
function snapshotOf(name: string, snapshot: Uint8Array, record: SnapshotRecord): Write[] {
  return [
    { type: "put", key: snapshotKey(name), value: snapshot },
    { type: "put", key: metaKey(name), value: encodeSnapshot(record) },
  ];
}

function checkUsable({ failed }: Counter): void {
  if (failed) throw new CodedError("SYNC_STORE_UNAVAILABLE", "a write before this one failed");
}

const EMPTY = new Uint8Array(0);

function ignore(): void {}
