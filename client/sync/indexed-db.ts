import { CodedError } from "../../lib/errors/index.ts";
import { type DocumentLog, demandOption, type StoredDocument } from "../../lib/sync/index.ts";

/**
 * How documents are kept in the browser.
 * @public
 */
export interface IndexedDbOptions {
  /** The database: one per user, where several people use one browser. @defaultValue "busbar" */
  readonly database?: string;
  /**
   * When a write counts as done: `"relaxed"`, once the browser has it, so that it outlasts a crash of tab and browser; `"strict"`, once the
   * disk has it too, which also outlasts a power failure and costs more battery.
   * @defaultValue "relaxed"
   */
  readonly durability?: "relaxed" | "strict";
}

const NAME = "busbar";

/**
 * Keeps documents in the browser's IndexedDB. Several tabs may use one at the same time. The database is opened at the first use.
 * @returns A store whose promises reject with CodedError `SYNC_STORE_FULL` when the site's quota is used up, `SYNC_STORE_FORMAT` when a page of a later release has changed the database, else `SYNC_STORE_UNAVAILABLE`.
 * @throws CodedError `SYNC_BAD_OPTION`.
 * @remarks Appends that are made while another is under way share one transaction. The code for it is a script of its own.
 * @example
 * ```ts
 * const { doc } = openDocument({ url: "/sync", name: "notes", store: indexedDbStore({ database: `documents of ${user.id}` }) });
 * ```
 * @public
 */
export function indexedDbStore({ database = NAME, durability = "relaxed" }: IndexedDbOptions = {}): DocumentLog {
  demandOption(typeof database === "string", "database");
  demandOption(durability === "relaxed" || durability === "strict", "durability");
  return new LateStore(async () => {
    const { IndexedDbStore } = await load();
    return new IndexedDbStore(database, durability);
  });
}

/**
 * Deletes everything that was kept in the browser: when somebody logs out. Tabs that have it open let go of it first.
 * @throws CodedError `SYNC_STORE_UNAVAILABLE` when one does not for 5 seconds: then it is deleted as soon as that one does.
 * @public
 */
export async function deleteIndexedDb(database: string = NAME): Promise<void> {
  const { removeDatabase } = await load();
  await removeDatabase(database);
}

type StoreScript = typeof import("./indexed-db-store.ts");

const load = (): Promise<StoreScript> =>
  import("./indexed-db-store.ts").catch((cause: unknown) => {
    throw new CodedError("SYNC_STORE_UNAVAILABLE", "the script of the browser's store could not be loaded", { cause });
  });

/** A store whose code is on its way. What is asked of it is asked in order. */
class LateStore implements DocumentLog {
  readonly #create: () => Promise<DocumentLog>;
  #store: Promise<DocumentLog> | undefined;

  constructor(create: () => Promise<DocumentLog>) {
    this.#create = create;
  }

  async load(name: string, after?: number): Promise<StoredDocument> {
    return (await this.#open()).load(name, after);
  }

  async append(name: string, update: Uint8Array): Promise<number> {
    return (await this.#open()).append(name, update);
  }

  async compact(name: string, snapshot: Uint8Array, upTo: number): Promise<void> {
    return (await this.#open()).compact(name, snapshot, upTo);
  }

  async close(): Promise<void> {
    return (await this.#open()).close();
  }

  #open(): Promise<DocumentLog> {
    this.#store ??= this.#create().catch((error: unknown) => {
      this.#store = undefined; // the next use tries again
      throw error;
    });
    return this.#store;
  }
}
