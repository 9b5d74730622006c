import type { StoredDocument } from "../../lib/sync/index.ts";
import { logBounds, metaKey, positionOf, snapshotKey } from "./keys.ts";
import type { Db } from "./open.ts";
import { decodeLog, decodeSnapshot } from "./records.ts";

/** A document as LevelDB has it, all of one moment. */
export async function readDocument(db: Db, name: string, after: number): Promise<StoredDocument> {
  // One LevelDB snapshot for all reads: a compaction between them would lose the updates it folded in.
  const view = db.snapshot();
  try {
    const meta = decodeSnapshot(await db.get(metaKey(name), { snapshot: view }));
    const isLater = after > 0 && after >= meta.position;
    const bounds = logBounds(name, isLater ? after : meta.position);
    const [snapshot, entries] = await Promise.all([
      isLater ? undefined : db.get(snapshotKey(name), { snapshot: view }),
      db.iterator({ ...bounds, snapshot: view }).all(),
    ]);
    const last = entries.at(-1);
    const position =
      last === undefined ? Math.max(meta.position, isLater ? await lastOf(db, name) : 0) : positionOf(last[0]);
    const epoch = meta.claims.epoch || (await epochOf(db, name, view));
    return { snapshot, updates: entries.map(([, value]) => decodeLog(value).update), position, epoch };
  } finally {
    await view.close();
  }
}

/** Of a document without a snapshot: its first update says. */
async function epochOf(db: Db, name: string, view: ReturnType<Db["snapshot"]>): Promise<number> {
  const [first] = await db.values({ ...logBounds(name), limit: 1, snapshot: view }).all();
  return first === undefined ? 0 : (decodeLog(first).claim.epoch ?? 0);
}

async function lastOf(db: Db, name: string): Promise<number> {
  const [key] = await db.keys({ ...logBounds(name), reverse: true, limit: 1 }).all();
  return key === undefined ? 0 : positionOf(key);
}
