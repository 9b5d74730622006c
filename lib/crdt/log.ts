/**
 * What happened, replica by replica. Neighbouring operations share one entry whenever they can, so a log is a function
 * of the operations alone, however they arrived.
 */
import {
  type Assignment,
  DELETE,
  type Deletion,
  type Entry,
  INSERT,
  type ReplicaLog,
  type Span,
  type TextModel,
  VOID,
} from "./model.ts";

export function createLog(id: number): ReplicaLog {
  return { id, entries: [], next: 0, loose: 0, place: -1 };
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

/** The span that holds unit `counter`, or undefined when that operation is no insert into `text`. */
export function spanAt(log: ReplicaLog, counter: number, text: TextModel): Span | undefined {
  const entry = entryAt(log, counter);
  return entry.kind === INSERT && entry.text === text ? entry : undefined;
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

/** Appends deletions of `length` units of `targetLog`, upwards from `target`, or downwards when `back`. */
export function logDeletion(
  log: ReplicaLog,
  text: TextModel,
  targetLog: ReplicaLog,
  target: number,
  length: number,
  back: boolean,
): void {
  // The first unit may settle or contradict the direction of the entry before it, so it joins alone; the rest follow it.
  const last = log.entries[log.entries.length - 1];
  const open = last?.kind === DELETE && last.text === text && last.targetLog === targetLog ? last : undefined;
  if (open !== undefined && target === after(open, open.length === 1 ? target < open.target : open.back)) {
    open.back = target < open.target;
    open.length++;
    log.next++;
    if (length === 1) return;
    if (open.back === back) {
      open.length += length - 1;
      log.next += length - 1;
      return;
    }
    target += back ? -1 : 1;
    length--;
  }
  const counter = log.next;
  log.entries.push({ kind: DELETE, counter, length, text, targetLog, target, back: back && length > 1 });
  log.next += length;
}

function after(entry: Deletion, back: boolean): number {
  return back ? entry.target - entry.length : entry.target + entry.length;
}

/** Appends numbers without an operation. */
export function logGap(log: ReplicaLog, length: number): void {
  const last = log.entries[log.entries.length - 1];
  if (last?.kind === VOID) last.length += length;
  else log.entries.push({ kind: VOID, counter: log.next, length });
  log.next += length;
}

/** Turns a write that lost into a gap. Gaps that touch are joined now and then, so a rewritten map stays O(keys): amortised O(1). */
export function supersede(entry: Assignment): void {
  const log = entry.log;
  log.entries[entryIndex(log, entry.counter)] = { kind: VOID, counter: entry.counter, length: 1 };
  log.loose++;
  if (log.loose > 32 && log.loose * 2 > log.entries.length) joinGaps(log);
}

function joinGaps(log: ReplicaLog): void {
  const entries = log.entries;
  let kept = 0;
  for (const entry of entries) {
    const last = kept > 0 ? entries[kept - 1] : undefined;
    if (entry.kind === VOID && last?.kind === VOID) last.length += entry.length;
    else entries[kept++] = entry;
  }
  entries.length = kept;
  log.loose = 0;
}
