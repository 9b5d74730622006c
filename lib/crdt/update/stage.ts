/**
 * The second half of checking an update: against the document, which it does not change. After this, committing cannot fail.
 *
 * 1. If a replica's operations or deletions do not connect to the known ones, the update waits for the first one missing.
 * 2. Drop what is known, and put the rest in an order in which every row follows what it refers to, across replicas. A row that refers to
 *    something neither known nor in the update makes the update wait; a circle is a lie. On the way check what each refers to: inserts hang on inserts
 *    into the same sequence, writes are what their container takes, and nothing cuts a surrogate pair.
 * 3. Check the deletions: of what exists, and as many as their numbers say.
 */
import { Reader } from "../encoding/bytes.ts";
import { readRefs } from "../encoding/refs.ts";
import { NONE, type Operation, type Ref, type Row, type Section, type Update } from "../encoding/rows.ts";
import { lengthOf, outside } from "../intervals.ts";
import {
  type ContainerName,
  type DocModel,
  type Entry,
  GAP,
  LEFT,
  LIST,
  LIST_RUN,
  type ReplicaLog,
  SET,
  type Span,
  TEXT,
  TEXT_RUN,
  WRITE,
  type Write,
} from "../model.ts";
import { bad, checkLimit, guarded } from "../refuse.ts";
import { append, firstAfter } from "../sequence/long-list.ts";
import { hasPair } from "../sequence/sequence.ts";
import type { CrdtLimits } from "../types.ts";
import { deletionsKey } from "../version.ts";
import { entryAt } from "./log.ts";

/** What is new of an update, in an order in which it can be taken in; or the operation it waits for. */
export class Stage {
  /** Each with how many of its next rows come before those of the next one. */
  turns: readonly Turn[] = NONE;
  readonly missing: Ref | undefined;
  private readonly doc: DocModel;
  private readonly update: Update;
  private times: readonly number[] = NONE;

  constructor(doc: DocModel, update: Update, limits: Required<CrdtLimits>) {
    this.doc = doc;
    this.update = update;
    this.missing = this.connect(limits) ?? this.order() ?? this.lacking();
    if (this.missing !== undefined) return;
    if (this.times.length > 0) checkTimes(doc, this.times, limits);
    for (const section of update.sections) if (section.deletions.length > 0) checkDeletions(section);
    if (update.texts !== undefined) this.checkTexts(update.texts);
  }

  private connect(limits: Required<CrdtLimits>): Ref | undefined {
    let { size } = this.doc.logs;
    for (const section of this.update.sections) {
      const { id, rows, deletions } = section;
      const log = this.doc.logs.get(id);
      section.log = log;
      section.known = log === undefined ? 0 : log.next;
      section.next = section.to <= section.known ? rows.length : rowIndex(rows, Math.max(section.known, section.from));
      section.isActive = false;
      if (rows.length > 0 && section.from > section.known) return { replica: id, counter: section.from - 1 };
      if (deletions.length > 0 && section.gone > (log === undefined ? 0 : log.gone))
        return { replica: deletionsKey(id), counter: section.gone - 1 };
      if (log === undefined && rows.length + deletions.length > 0)
        checkLimit("maxReplicas", ++size, limits.maxReplicas);
    }
    return undefined;
  }

  /** Depth first, with a stack of its own: a chain of references may be as long as the update. */
  private order(): Ref | undefined {
    const stack: Section[] = [];
    for (const start of this.update.sections) {
      for (let top: Section | undefined = start; top !== undefined; ) {
        const row: Operation | undefined = top.rows[top.next];
        const blocked = row === undefined ? undefined : this.blocker(top, row);
        if (blocked === undefined) {
          if (row !== undefined) {
            if (row.kind === WRITE) this.checkWrite(row);
            else {
              row.skip = Math.max(0, top.known - row.counter);
              this.check(row);
            }
            const last = this.turns.at(-1);
            if (last?.section === top) last.to++;
            else this.turns = append(this.turns, { section: top, from: top.next, to: top.next + 1 });
            top.next++;
            if (stack.length === 0) continue;
          }
          // Back to whoever waited: it may have what it needs, and going on here could meet a circle that is none.
          top.isActive = false;
          top = stack.pop();
          continue;
        }
        const { section, counter } = blocked;
        if (section === undefined || section.rows.length === 0 || counter >= section.to) return blocked;
        if (section === top || section.isActive) throw bad("circle");
        top.isActive = true;
        stack.push(top);
        top = section;
      }
    }
    return undefined;
  }

  /** The first operation that the row refers to and that is neither known nor placed. */
  private blocker(section: Section, row: Operation): Blocked | undefined {
    if (row.kind !== WRITE) {
      const { parent, right } = row;
      if (row.kind === GAP) return undefined;
      if (row.counter < section.known) return undefined; // the rest hangs on a unit of its own
      if (parent !== null && !isPlaced(parent, row.parentCounter)) return blockedBy(parent, row.parentCounter);
      return right && !isPlaced(right, row.rightCounter) ? blockedBy(right, row.rightCounter) : undefined;
    }
    if (row.home.type <= SET) return undefined;
    for (const { replica, counter } of guarded(() => readRefs(new Reader(row.body as Uint8Array), section.id))) {
      const of = sectionOf(this.update.sections, replica);
      if (of !== undefined ? isPlaced(of, counter) : counter < (this.doc.logs.get(replica)?.next ?? 0)) continue;
      return { section: of, replica, counter };
    }
    return undefined;
  }

  private check(row: Row): void {
    const { kind, section, skip, parent, parentCounter } = row;
    if (kind === GAP) return;
    if (skip > 0) {
      const entry = unitAt(section, row.counter + skip - 1);
      if (entry?.kind !== kind || hasPair(row.pairs, skip - 1)) throw bad("run");
      row.home = entry.home;
    } else {
      if (parent !== null) {
        const unit = unitAt(parent, parentCounter);
        row.home = unit?.home;
        if (isHigh(unit, row.side === LEFT ? parentCounter - 1 : parentCounter)) throw bad("pair"); // pairs lie within runs
      }
      if (row.home?.type !== (kind === LIST_RUN ? LIST : TEXT)) throw bad("parent");
      if (row.right && unitAt(row.right, row.rightCounter)?.home?.key !== row.home.key) throw bad("origin");
    }
  }

  private checkWrite({ home, body }: Write): void {
    const { type } = home;
    if (type === TEXT || type === LIST) throw bad("write");
    const kind = this.doc.kinds.get(type);
    const time = guarded(() => kind?.check?.(body));
    if (time !== undefined && time > this.doc.clock) this.times = append(this.times, time);
  }

  /** Deletions of what is neither known nor in the update. */
  private lacking(): Ref | undefined {
    for (const { deletions } of this.update.sections)
      for (const { of, bounds } of deletions) {
        const end = bounds[bounds.length - 1] as number; // cast: no set is empty
        if (end > Math.max(of.known, of.to)) return { replica: of.id, counter: end - 1 };
      }
    return undefined;
  }

  /** A document's texts are as long as its units that show. */
  private checkTexts(texts: ReadonlyMap<ContainerName, string>): void {
    const left = new Map<string, number>();
    for (const [{ key }, { length }] of texts) left.set(key, length);
    let last = "";
    let shown = 0;
    for (const { rows } of this.update.sections)
      for (const row of rows) {
        if (row.kind !== TEXT_RUN) continue;
        const { key } = row.home as ContainerName; // cast: it has been found
        if (key !== last) {
          left.set(last, (left.get(last) ?? 0) - shown);
          last = key;
          shown = 0;
        }
        for (const { content, length } of row.pieces) if (content !== null) shown += length;
      }
    left.set(last, (left.get(last) ?? 0) - shown);
    for (const count of left.values()) if (count !== 0) throw bad("text");
  }
}

/** Rows `from` up to, not including, `to` of a section. */
export interface Turn {
  readonly section: Section;
  readonly from: number;
  to: number;
}

interface Blocked extends Ref {
  /** undefined when the update has nothing of the replica. */
  readonly section: Section | undefined;
}

/** They stand in the order of their ids. Going through them one by one would make a crafted update with many replicas and many marks slow. */
export function sectionOf(sections: readonly Section[], id: number): Section | undefined {
  const section = sections[firstAfter(sections as Section[], (other) => other.id >= id)]; // cast: nothing is changed
  return section?.id === id ? section : undefined;
}

function blockedBy(section: Section, counter: number): Blocked {
  return { section, replica: section.id, counter };
}

function isPlaced({ rows, to, known, next }: Section, counter: number): boolean {
  return counter < known || counter < (next < rows.length ? (rows[next] as Operation).counter : to); // cast: within the list
}

/** Where an operation stands: among those that are known, or in the update. */
export function operationAt({ log, known, rows, to }: Section, counter: number): Operation | Entry | undefined {
  if (counter < known) return entryAt(log as ReplicaLog, counter); // cast: some of its operations are known
  return counter < to && rows.length > 0 ? rows[rowIndex(rows, counter)] : undefined;
}

/** The run that holds a unit. Rows are asked in order, so that those before have found their containers. */
function unitAt(section: Section, counter: number): Row | Span | undefined {
  const unit = operationAt(section, counter);
  return unit !== undefined && unit.kind < WRITE ? (unit as Row | Span) : undefined; // cast: the kinds below WRITE are the runs
}

/** Whether a unit of the run is the first half of a surrogate pair. */
function isHigh(run: Row | Span | undefined, counter: number): boolean {
  return run !== undefined && run.pairs !== null && hasPair(run.pairs, counter - run.counter);
}

function checkDeletions({ deletions, log, goneTo }: Section): void {
  let added = 0;
  for (const { of, bounds } of deletions) {
    const known = log === undefined || of.log === undefined ? undefined : log.deleted.get(of.log);
    for (let i = 0; i < bounds.length; i += 2) {
      const start = bounds[i] as number; // cast: within the list
      const end = bounds[i + 1] as number; // cast: bounds come in pairs
      // What follows the first half of a pair is in its run too.
      if (isHigh(unitAt(of, start), start - 1) || isHigh(unitAt(of, end - 1), end - 1)) throw bad("pair");
      added += known === undefined ? end - start : lengthOf(outside(known, start, end));
    }
  }
  if (added !== Math.max(0, goneTo - (log === undefined ? 0 : log.gone))) throw bad("deletion");
}

/** Index of the row that holds `counter`. */
function rowIndex(rows: readonly Operation[], counter: number): number {
  return Math.max(0, firstAfter(rows as Operation[], (row) => row.counter > counter) - 1); // cast: nothing is changed
}

/** Times may rise only so far from one write to the next: a time is one above an earlier one, so honest ones stay below the number of writes ever made. */
function checkTimes({ clock }: DocModel, times: readonly number[], limits: Required<CrdtLimits>): void {
  let before = clock;
  for (const time of [...times].sort((a, b) => a - b)) {
    checkLimit("maxLamportJump", time - before, limits.maxLamportJump);
    before = time;
  }
}
