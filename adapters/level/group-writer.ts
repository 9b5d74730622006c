import { CodedError } from "../../lib/errors/index.ts";
import type { Db } from "./open.ts";

/** One change of a batch. */
export type Write =
  | { readonly type: "put"; readonly key: string; readonly value: Uint8Array }
  | { readonly type: "del"; readonly key: string };

/**
 * Writes that arrive while a batch is on its way to the disk leave together in the next one: one sync for all of them.
 * A batch is atomic in LevelDB, so no caller's writes are ever half done.
 * @param sync - Whether a batch has reached the disk when its promise resolves, or the operating system.
 */
export function createGroupWriter(db: Db, sync: boolean): (writes: readonly Write[]) => Promise<void> {
  let waiting: Write[] = [];
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  return (writes) => {
    for (const write of writes) waiting.push(write);
    next ??= last.then(async () => {
      const batch = waiting;
      waiting = [];
      next = undefined;
      if (batch.length > 0) await flush(db, batch, sync);
    });
    const mine = next;
    last = mine.catch(() => undefined); // whoever waits for this batch hears its failure; later ones are not to blame
    return mine;
  };
}

async function flush(db: Db, batch: Write[], sync: boolean): Promise<void> {
  try {
    await db.batch(batch, { sync });
  } catch (error) {
    throw new CodedError("SYNC_STORE_UNAVAILABLE", `the store at ${db.location} refused a write`, {
      value: db.location,
      cause: error,
    });
  }
}
