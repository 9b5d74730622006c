import { CodedError, type ErrorCode } from "../../lib/errors/index.ts";

/** For a database to open, and for a transaction to begin: other tabs may be in the way, for as long as they hang. */
const TURN_MS = 5000;
/** For each answer of a transaction that has begun: there is a disk. */
const ANSWER_MS = 30_000;

/** @param lost - The browser closed it, as another tab deletes or changes it or the user cleared the site's data. */
export async function openDatabase(
  name: string,
  stores: readonly string[],
  lost: (database: IDBDatabase) => void,
): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    for (const store of stores) request.result.createObjectStore(store);
  };
  const database = await done(request);
  database.onclose = () => lost(database);
  database.onversionchange = () => lost(database);
  return database;
}

/** Deletes everything that was kept in the browser: at once, or when the last tab lets go of it. */
export async function removeDatabase(database: string): Promise<void> {
  try {
    await inTime(done(indexedDB.deleteDatabase(database)));
  } catch (cause) {
    throw toCoded(cause);
  }
}

/** What the work gives, once all of its transaction is done. */
export async function whole<T>(transaction: IDBTransaction, work: Promise<T>): Promise<T> {
  const end = ended(transaction);
  const result = work.catch((error: unknown) => {
    abort(transaction);
    throw error;
  });
  // The end first: a transaction that fails, for want of room, says why in its own error.
  const [outcome] = await Promise.all([result, end]);
  return outcome;
}

/** A database stays closed for as long as a tab that is frozen keeps it from being deleted: nobody is to wait for that to be connected. */
export function inTime<T>(request: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${TURN_MS} ms`)), TURN_MS);
    request.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

export function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Transactions of all tabs wait for each other: one that is held up is given up, and made again later. */
function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = (ms: number): ReturnType<typeof setTimeout> =>
      setTimeout(() => {
        reject(new Error(`no answer within ${ms} ms`));
        abort(transaction);
      }, ms);
    let timer = give(TURN_MS);
    const answered = (): void => {
      clearTimeout(timer);
      timer = give(ANSWER_MS);
    };
    transaction.addEventListener("success", answered, true); // of each request; these events do not bubble
    transaction.oncomplete = () => {
      clearTimeout(timer);
      resolve();
    };
    transaction.onabort = () => {
      clearTimeout(timer);
      reject(transaction.error ?? new Error("the transaction was aborted"));
    };
  });
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {} // it has ended by itself
}

export function toCoded(cause: unknown): CodedError {
  if (cause instanceof CodedError) return cause;
  const name = cause instanceof DOMException ? cause.name : "";
  // A full disk and a used-up quota look the same from here.
  if (name === "QuotaExceededError")
    return coded("SYNC_STORE_FULL", "the browser has no room left for this site", cause);
  if (name === "VersionError")
    return coded("SYNC_STORE_FORMAT", "a later release has changed the browser's database", cause);
  return coded("SYNC_STORE_UNAVAILABLE", "the browser's database cannot be used", cause);
}

const coded = (code: ErrorCode, message: string, cause: unknown): CodedError =>
  new CodedError(code, message, { cause });
