/**
 * What happened, replica by replica. Neighbouring operations share one entry whenever they can, so a log is a function
 * of the operations alone, however they arrived. Deletions stand beside it, as sets.
 */
import { addInterval, createDeleted, type Deleted, outside } from "../intervals.ts";
import {
  type Body,
  type Container,
  type DocModel,
  type Entry,
  GAP,
  type ReplicaLog,
  type Sequence,
  type Span,
  WRITE,
  type Write,
} from "../model.ts";

export function createLog(id: number): ReplicaLog {
  return {
    id,
    entries: [],
    next: 0,
    loose: 0,
    place: -1,
    deleted: new Map(),
    gone: 0,
    nextBefore: -1,
    goneBefore: 0,
    freshCount: 0,
    freshTargets: [],
    freshBounds: [],
    typedAt: -1,
    typed: "",
    nearTargets: null,
    nearDeleted: null,
  };
}

export function logOf(doc: DocModel, replica: number): ReplicaLog {
  let log = doc.logs.get(replica);
  if (log === undefined) {
    log = createLog(replica);
    doc.logs.set(replica, log);
  }
  return log;
}

/** Remembers where the log stands in this transaction. Call it before appending or deleting. */
export function touch(doc: DocModel, log: ReplicaLog): void {
  if (log.nextBefore >= 0) return;
  log.nextBefore = log.next;
  log.goneBefore = log.gone;
  doc.touched[doc.touchedCount++] = log;
}

/** What notes more deletions than this is a document that is loaded. */
const MAX_FRESH = 64;

/** Ends the transaction for this log. */
export function untouch(log: ReplicaLog): void {
  log.nextBefore = -1;
  if (log.freshCount > MAX_FRESH) {
    log.freshTargets = [];
    log.freshBounds = [];
  }
  log.freshCount = 0;
}

/** Index of the entry that holds `counter`, which must be below `log.next`. O(log n), O(1) near the end. */
export function entryIndex(log: ReplicaLog, counter: number): number {
  const entries = log.entries;
  let high = entries.length - 1;
  if ((entries[high] as Entry).counter <= counter) return high; // cast: counter < next, so an entry exists
  let low = 0;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((entries[middle] as Entry).counter <= counter)
      low = middle; // cast: middle is within the list
    else high = middle - 1;
  }
  return low;
}

export function entryAt(log: ReplicaLog, counter: number): Entry {
  return log.entries[entryIndex(log, counter)] as Entry; // cast: entryIndex answers within the list
}

export function isSpan(entry: Entry): entry is Span {
  return entry.kind < WRITE;
}

/** The span that holds unit `counter`, or undefined when that operation is no insert into `home`. */
export function spanAt(log: ReplicaLog, counter: number, home: Sequence): Span | undefined {
  const entry = entryAt(log, counter);
  return isSpan(entry) && entry.home === home ? entry : undefined;
}

/** The replica's last entry when it is an insert that a unit with this parent and right origin continues. */
export function continued(
  log: ReplicaLog,
  parent: Span | null,
  offset: number,
  right: Span | null,
  rightOffset: number,
): Span | undefined {
  if (parent === null || parent.log !== log || parent !== log.entries[log.entries.length - 1]) return undefined;
  const fits = offset === parent.length - 1 && parent.right === right && parent.rightOffset === rightOffset;
  return fits ? parent : undefined;
}

/** Notes that `log`'s replica deleted these operations of another, or of its own. Returns how many it had not deleted before. */
export function logDeletion(log: ReplicaLog, targets: ReplicaLog, start: number, end: number): number {
  const known = deletedOf(log, targets);
  const fresh = end - start > 1 ? outside(known, start, end) : undefined;
  const added = addInterval(known, start, end);
  log.gone += added;
  if (fresh !== undefined)
    for (let i = 0; i < fresh.length; i += 2) noteFresh(log, targets, fresh[i] as number, fresh[i + 1] as number); // cast: bounds come in pairs
  else if (added > 0) noteFresh(log, targets, start, end);
  return added;
}

function noteFresh(log: ReplicaLog, targets: ReplicaLog, start: number, end: number): void {
  const { freshCount: count, freshBounds: bounds } = log;
  log.freshTargets[count] = targets;
  bounds[2 * count] = start;
  bounds[2 * count + 1] = end;
  log.freshCount++;
}

function deletedOf(log: ReplicaLog, targets: ReplicaLog): Deleted {
  if (log.nearTargets === targets && log.nearDeleted !== null) return log.nearDeleted;
  let set = log.deleted.get(targets);
  if (set === undefined) {
    set = createDeleted();
    log.deleted.set(targets, set);
  }
  log.nearTargets = targets;
  log.nearDeleted = set;
  return set;
}

/** Whose units have been deleted, in the order of their ids, and which. */
export type DeletedUnits = readonly (readonly [ReplicaLog, Deleted])[];

/** All that a replica has deleted. */
export function deletionsOf({ deleted }: Pick<ReplicaLog, "deleted">): DeletedUnits {
  return [...deleted].sort(([a], [b]) => a.id - b.id);
}

/** What it has deleted in this transaction. */
export function freshDeletions(log: ReplicaLog): DeletedUnits {
  const { freshCount: count, freshBounds: bounds } = log;
  const deleted = new Map<ReplicaLog, Deleted>();
  for (let i = 0; i < count; i++) {
    const of = log.freshTargets[i] as ReplicaLog; // cast: within the list
    const set = deleted.get(of) ?? createDeleted();
    deleted.set(of, set);
    addInterval(set, bounds[2 * i] as number, bounds[2 * i + 1] as number); // casts: bounds come in pairs
  }
  return deletionsOf({ deleted });
}

/** A class, so that all writes have one shape, those that were decoded too. */
export class LoggedWrite implements Write {
  readonly kind: typeof WRITE;
  readonly counter: number;
  readonly length: 1;
  log: ReplicaLog;
  home: Container;
  body: Body;

  constructor(log: ReplicaLog, counter: number, home: Container, body: Body) {
    this.kind = WRITE;
    this.counter = counter;
    this.length = 1;
    this.log = log;
    this.home = home;
    this.body = body;
  }
}

/** Appends numbers without an operation. */
export function logGap(log: ReplicaLog, length: number): void {
  const last = log.entries[log.entries.length - 1];
  if (last?.kind === GAP) last.length += length;
  else log.entries.push({ kind: GAP, counter: log.next, length });
  log.next += length;
}

/** Turns a write that lost into a gap. Gaps that touch are joined now and then, so a rewritten map stays O(keys): amortised O(1). */
export function supersede(entry: Write): void {
  const log = entry.log;
  log.entries[entryIndex(log, entry.counter)] = { kind: GAP, counter: entry.counter, length: 1 };
  log.loose++;
  if (log.loose > 32 && log.loose * 2 > log.entries.length) joinGaps(log);
}

function joinGaps(log: ReplicaLog): void {
  const entries = log.entries;
  let kept = 0;
  for (const entry of entries) {
    const last = kept > 0 ? entries[kept - 1] : undefined;
    if (entry.kind === GAP && last?.kind === GAP) last.length += entry.length;
    else entries[kept++] = entry;
  }
  entries.length = kept;
  log.loose = 0;
}
