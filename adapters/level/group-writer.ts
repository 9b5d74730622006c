import { CodedError } from "../../lib/errors/index.ts";
import type { Journal } from "./journal.ts";
import { type Db, reopen } from "./open.ts";

/** One change of a batch. */
export type Write = Put | { readonly type: "del"; readonly key: string };

type Put = { readonly type: "put"; readonly key: string; readonly value: Uint8Array };

/** For so long LevelDB may lag behind the journal. */
const GATHER_MS = 20;

/**
 * Writes that arrive while a batch is on its way to the disk leave together in the next one: one sync for all of them.
 * A batch is atomic in LevelDB, so no caller's writes are ever half done.
 */
export class GroupWriter {
  readonly #db: Db;
  /** Without one, a batch has reached the disk when its promise resolves; with one, the operating system. */
  readonly #journal: Journal | undefined;
  /** In the journal, and not in LevelDB. They come before all that waits. */
  #journaled: Put[] = [];
  #waiting: Write[] = [];
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  /** Writes that the journal must not overtake. */
  #others = 0;
  #hasFailed = false;
  #isClosed = false;

  constructor(db: Db, journal: Journal | undefined) {
    this.#db = db;
    this.#journal = journal;
  }

  write(writes: readonly Write[]): Promise<void> {
    if (writes.length === 0) return this.#enqueue(writes);
    return this.alone(() => this.#enqueue(writes));
  }

  /** As `write`; with a journal it is durable at once, and in LevelDB after `settled`. */
  append(writes: readonly Put[]): Promise<void> {
    const journal = this.#journal;
    if (journal === undefined || this.#others > 0 || this.#hasFailed || journal.isFull) return this.write(writes);
    try {
      journal.add(writes.map(({ key, value }) => [key, value]));
    } catch (cause) {
      return Promise.reject(this.#failure(cause));
    }
    this.#journaled.push(...writes);
    this.#timer ??= setTimeout(() => this.#enqueue([]).catch(ignore), GATHER_MS).unref(); // whoever comes next hears of it
    return DONE;
  }

  /** While `work` runs, what is appended goes behind what it writes. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    this.#others++;
    try {
      return await work();
    } finally {
      this.#others--;
    }
  }

  /** Resolves when LevelDB has all that was answered, and may be read: behind a failed write it may be closed, and nobody would open it who must read before he writes. */
  settled(): Promise<void> {
    return this.#journaled.length === 0 && this.#isReadable ? DONE : this.#enqueue([]);
  }

  /** Removes what nobody reads any more, behind what was written. Should it fail, it stays there and harms nobody. */
  clear(range: { readonly gte: string; readonly lte: string }): Promise<void> {
    this.#last = this.#last
      .then(() => this.#db.clear(range)) // LevelDB's own loop: no key comes here
      .catch(() => {
        this.#hasFailed = true;
      });
    return this.#last;
  }

  /** Finishes what was begun. LevelDB is not opened anew from now on. */
  async close(): Promise<void> {
    try {
      await this.settled();
      await this.#last;
    } finally {
      this.#isClosed = true;
      clearTimeout(this.#timer);
      this.#journal?.close();
    }
  }

  #enqueue(writes: readonly Write[]): Promise<void> {
    for (const write of writes) this.#waiting.push(write);
    this.#next ??= this.#last.then(() => this.#flush());
    const mine = this.#next;
    this.#last = mine.catch(ignore); // whoever waits for this batch hears its failure; later ones are not to blame
    return mine;
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = this.#next = undefined;
    const batch = this.#waiting;
    this.#waiting = [];
    const { length } = this.#journaled;
    const upTo = this.#journal?.last ?? 0;
    const all = length === 0 ? batch : [...this.#journaled, this.#mark(), ...batch];
    if (all.length === 0 && this.#isReadable) return;
    try {
      if (this.#hasFailed && !this.#isClosed) await reopen(this.#db);
      if (all.length > 0) await this.#db.batch(all, { sync: this.#journal === undefined });
    } catch (cause) {
      this.#hasFailed = true; // what is in the journal is tried again with the next batch
      throw this.#failure(cause);
    }
    this.#hasFailed = false;
    this.#journaled.splice(0, length);
    this.#journal?.covered(upTo);
  }

  get #isReadable(): boolean {
    return this.#db.status === "open" || !this.#hasFailed;
  }

  #mark(): Put {
    const [key, value] = (this.#journal as Journal).mark(); // cast: something is in it
    return { type: "put", key, value };
  }

  #failure(cause: unknown): CodedError {
    const { location } = this.#db;
    return new CodedError("SYNC_STORE_UNAVAILABLE", `the store at ${location} refused a write`, {
      value: location,
      cause,
    });
  }
}

const DONE = Promise.resolve();

function ignore(): void {}
