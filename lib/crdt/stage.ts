/**
 * The second half of checking an update: against the document, which it does not change. After this, committing cannot fail.
 *
 * 1. Drop what is known. If a replica's operations do not connect to the known ones, the update waits for the first one missing.
 * 2. Put the rest in an order in which every row follows what it refers to, across replicas. A row that refers to something neither
 *    known nor in the update makes the update wait; a circle is a lie.
 * 3. Check what each row refers to: inserts hang on inserts of the same text, and nothing cuts a surrogate pair.
 */
import { entryAt } from "./log.ts";
import { DELETE, type DocModel, INSERT, LEFT, type ReplicaLog, SET } from "./model.ts";
import { bad, over } from "./refuse.ts";
import type { DeleteRow, InsertRow, Ref, Row, Section, Update } from "./rows.ts";
import { hasPair, isHigh } from "./text-kernel.ts";
import type { CrdtLimits } from "./types.ts";

/** A row with the replica it is of and the number of its first operations that are known. */
export interface Step {
  readonly replica: number;
  readonly row: Row;
  readonly skip: number;
}

export type Staged =
  | { readonly kind: "ready"; readonly steps: readonly Step[] }
  | { readonly kind: "waiting"; readonly missing: Ref };

export function stageUpdate(doc: DocModel, update: Update, limits: Required<CrdtLimits>): Staged {
  for (const { replica, from } of update.sections) {
    const known = nextOf(doc, replica);
    if (from > known) return { kind: "waiting", missing: { replica, counter: from - 1 } };
  }
  const stage: Stage = { doc, bySection: new Map() };
  for (const section of update.sections) {
    const next = firstUnknown(section, nextOf(doc, section.replica));
    if (next < section.rows.length) stage.bySection.set(section.replica, { section, next, active: false });
  }
  checkReplicas(stage, limits);
  for (const section of update.sections) checkKnown(doc, section);
  const ordered = order(stage);
  if (ordered.kind === "waiting") return ordered;
  for (const step of ordered.steps) checkStep(stage, step);
  checkTimes(doc, ordered.steps, limits);
  return ordered;
}

interface Progress {
  readonly section: Section;
  /** Index of the next row to place. */
  next: number;
  /** On the stack: waiting for a row of another replica. */
  active: boolean;
}

interface Stage {
  readonly doc: DocModel;
  readonly bySection: Map<number, Progress>;
}

function nextOf(doc: DocModel, replica: number): number {
  return doc.logs.get(replica)?.next ?? 0;
}

function firstUnknown(section: Section, known: number): number {
  if (section.to <= known) return section.rows.length;
  return rowIndex(section, Math.max(known, section.from));
}

function rowIndex(section: Section, counter: number): number {
  let low = 0;
  let high = section.rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((section.rows[middle] as Row).counter <= counter)
      low = middle; // cast: within the list
    else high = middle - 1;
  }
  return low;
}

/** Depth first, with a stack of its own: a chain of references may be as long as the update. */
function order(stage: Stage): Staged {
  const steps: Step[] = [];
  for (const start of stage.bySection.values()) {
    const stack = [start];
    for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
      const row = top.section.rows[top.next];
      if (row === undefined) {
        top.active = false;
        stack.pop();
        continue;
      }
      const blocked = firstUnplaced(stage, row);
      if (blocked === undefined) {
        const { replica } = top.section;
        steps.push({ replica, row, skip: Math.max(0, nextOf(stage.doc, replica) - row.counter) });
        top.next++;
        if (stack.length > 1) {
          // Back to whoever waited: it may have what it needs, and going on here could meet a circle that is none.
          top.active = false;
          stack.pop();
        }
        continue;
      }
      const other = stage.bySection.get(blocked.replica);
      if (other === undefined || blocked.counter >= other.section.to) return { kind: "waiting", missing: blocked };
      if (other === top || other.active) throw bad("operations refer to each other in a circle");
      top.active = true;
      stack.push(other);
    }
  }
  return { kind: "ready", steps };
}

/** The first operation the row refers to that is neither known nor placed. */
function firstUnplaced(stage: Stage, row: Row): Ref | undefined {
  for (const ref of refsOf(row)) {
    if (ref.counter < nextOf(stage.doc, ref.replica)) continue;
    const progress = stage.bySection.get(ref.replica);
    const next = progress?.section.rows[progress.next];
    const placed = progress === undefined ? 0 : next === undefined ? progress.section.to : next.counter;
    if (ref.counter >= placed) return ref;
  }
  return undefined;
}

function refsOf(row: Row): Ref[] {
  if (row.kind === INSERT) {
    const refs: Ref[] = [];
    if (row.parent !== null) refs.push(row.parent);
    if (row.right) refs.push(row.right);
    return refs;
  }
  if (row.kind !== DELETE) return [];
  return [row.back ? row.target : { replica: row.target.replica, counter: row.target.counter + row.length - 1 }];
}

function checkReplicas(stage: Stage, limits: Required<CrdtLimits>): void {
  let count = stage.doc.logs.size;
  for (const replica of stage.bySection.keys()) if (!stage.doc.logs.has(replica)) count++;
  if (count > limits.maxReplicas) {
    throw over("maxReplicas", count, limits.maxReplicas);
  }
}

/**
 * A deletion that is known already can only be of units that are known: else they would come in without their text, and no deletion
 * to show for it.
 */
function checkKnown(doc: DocModel, { replica, rows }: Section): void {
  const known = nextOf(doc, replica);
  for (const row of rows) {
    if (row.counter >= known) return;
    if (row.kind !== DELETE) continue;
    const skipped = Math.min(row.length, known - row.counter);
    const highest = row.back ? row.target.counter : row.target.counter + skipped - 1;
    if (highest >= nextOf(doc, row.target.replica)) throw bad("a known deletion of unknown units");
  }
}

function checkStep(stage: Stage, { replica, row, skip }: Step): void {
  if (row.kind === INSERT) {
    if (skip > 0) {
      checkUnit(stage, row, { replica, counter: row.counter + skip - 1 });
      if (hasPair(row.pairs, skip - 1)) throw bad("half a surrogate pair is new");
    } else checkInsert(stage, row);
  } else if (row.kind === DELETE) checkDeletion(stage, row, skip);
}

function checkInsert(stage: Stage, row: InsertRow): void {
  const { parent, right } = row;
  if (parent !== null) {
    checkUnit(stage, row, parent);
    const inside = row.side === LEFT ? { replica: parent.replica, counter: parent.counter - 1 } : parent;
    if (inside.counter >= 0 && isHighUnit(stage, inside)) throw bad("an insert into a surrogate pair");
  }
  if (right) checkUnit(stage, row, right);
}

/** Of a deletion whose first `skip` units are known, the others count. */
function checkDeletion(stage: Stage, row: DeleteRow, skip: number): void {
  const { replica, counter } = row.target;
  const low = row.back ? counter - row.length + 1 : counter + skip;
  const highest = row.back ? counter - skip : counter + row.length - 1;
  const cut =
    (low > 0 && isHighUnit(stage, { replica, counter: low - 1 })) || isHighUnit(stage, { replica, counter: highest });
  if (cut) throw bad("half a surrogate pair is deleted");
}

/** Checks that the operation inserts into the row's text. */
function checkUnit(stage: Stage, row: InsertRow, ref: Ref): void {
  const log = stage.doc.logs.get(ref.replica);
  if (log !== undefined && ref.counter < log.next) {
    const entry = entryAt(log, ref.counter);
    if (entry.kind === INSERT && entry.text.name === row.root.name) return;
  } else {
    const target = rowAt(stage, ref);
    if (target?.kind === INSERT && target.root === row.root) return;
  }
  throw bad("an insert refers to an operation that is none into its text");
}

function rowAt(stage: Stage, ref: Ref): Row | undefined {
  const section = stage.bySection.get(ref.replica)?.section;
  return section === undefined ? undefined : section.rows[rowIndex(section, ref.counter)];
}

function isHighUnit(stage: Stage, ref: Ref): boolean {
  const log: ReplicaLog | undefined = stage.doc.logs.get(ref.replica);
  if (log !== undefined && ref.counter < log.next) {
    const entry = entryAt(log, ref.counter);
    return entry.kind === INSERT && isHigh(entry, ref.counter - entry.counter);
  }
  const row = rowAt(stage, ref);
  return row?.kind === INSERT && hasPair(row.pairs, ref.counter - row.counter);
}

/** Times may rise only so far from one write to the next: a time is one above an earlier one, so honest ones stay below the number of writes ever made. */
function checkTimes(doc: DocModel, steps: readonly Step[], limits: Required<CrdtLimits>): void {
  const times: number[] = [];
  for (const { row } of steps) if (row.kind === SET && row.lamport > doc.clock) times.push(row.lamport);
  let clock = doc.clock;
  for (const time of times.sort((a, b) => a - b)) {
    if (time - clock > limits.maxLamportJump) throw over("maxLamportJump", time - clock, limits.maxLamportJump);
    clock = time;
  }
}
