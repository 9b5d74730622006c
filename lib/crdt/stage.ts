/**
 * The second half of checking an update: against the document, which it does not change. After this, committing cannot fail.
 *
 * 1. If a replica's operations or deletions do not connect to the known ones, the update waits for the first one missing.
 * 2. Drop what is known, and put the rest in an order in which every row follows what it refers to, across replicas. A row that refers to
 *    something neither known nor in the update makes the update wait; a circle is a lie.
 * 3. Check what each row refers to: inserts hang on inserts into the same sequence, writes are what their container takes, and nothing cuts a
 *    surrogate pair.
 * 4. Check the deletions: of what exists, and as many as their numbers say.
 */
import { Reader } from "./bytes.ts";
import { countIn } from "./intervals.ts";
import { entryAt, isSpan } from "./log.ts";
import { type ContainerName, type DocModel, LEFT, LIST, LIST_RUN, type ReplicaLog, SET, TEXT, WRITE } from "./model.ts";
import { readRefs } from "./refs.ts";
import { bad, guarded, over } from "./refuse.ts";
import { type InsertRow, type Ref, type Row, type Section, START, type Update, type WriteRow } from "./rows.ts";
import { hasPair, isHigh } from "./sequence.ts";
import type { CrdtLimits } from "./types.ts";
import { deletionsKey } from "./version.ts";

/** A row with the place of the replica it is of and the number of its first operations that are known. */
export interface Step {
  readonly place: number;
  readonly row: Row;
  readonly skip: number;
}

export type Staged =
  | { readonly kind: "ready"; readonly steps: readonly Step[] }
  | { readonly kind: "waiting"; readonly missing: Ref };

export function stageUpdate(doc: DocModel, update: Update, limits: Required<CrdtLimits>): Staged {
  return new Stage(doc, update).run(limits);
}

/** Where the rows of a replica stand in the order. */
interface Progress {
  readonly section: Section;
  /** How many operations are known already. */
  readonly known: number;
  /** Index of the next row to place. */
  next: number;
  /** On the stack: waiting for a row of another replica. */
  active: boolean;
}

class Stage {
  private readonly doc: DocModel;
  private readonly update: Update;
  private readonly logs: (ReplicaLog | undefined)[];
  private readonly all: Progress[] = [];
  /** Keys of the containers that runs of the update belong to, where they have been asked for. */
  private homes: Map<InsertRow, string> | undefined;

  constructor(doc: DocModel, update: Update) {
    this.doc = doc;
    this.update = update;
    this.logs = update.replicas.map((id) => doc.logs.get(id));
  }

  run(limits: Required<CrdtLimits>): Staged {
    const { update, logs, all } = this;
    let added = 0;
    for (let place = 0; place < logs.length; place++) {
      const section = update.sections[place] as Section; // cast: one for each replica
      const log = logs[place];
      const known = log === undefined ? 0 : log.next;
      const replica = update.replicas[place] as number; // cast: within the table
      if (section.rows.length > 0 && section.from > known) return waiting(replica, section.from - 1);
      if (section.deletions.length > 0 && section.gone > (log === undefined ? 0 : log.gone)) {
        return waiting(deletionsKey(replica), section.gone - 1);
      }
      if (log === undefined && section.rows.length + section.deletions.length > 0) added++;
      all.push({ section, known, next: firstUnknown(section, known), active: false });
    }
    if (added > 0 && this.doc.logs.size + added > limits.maxReplicas) {
      throw over("maxReplicas", this.doc.logs.size + added, limits.maxReplicas);
    }
    const ordered = this.order();
    if (ordered.kind === "waiting") return ordered;
    if (ordered.steps.length > 1 || update.texts !== undefined) this.homes = new Map();
    const times: number[] = [];
    for (const { place, row, skip } of ordered.steps) {
      if (row.kind === WRITE) this.checkWrite(row, times);
      else if (row.kind < WRITE) this.checkRun(row as InsertRow, place, skip); // cast: the kinds below WRITE are the runs
    }
    if (times.length > 0) checkTimes(this.doc, times, limits);
    for (const { section } of all) {
      for (let i = 0; i < section.deletions.length; i++) {
        const missing = this.missingTarget(section, i);
        if (missing !== undefined) return missing;
      }
    }
    for (let place = 0; place < all.length; place++) this.checkDeletions(place);
    if (update.texts !== undefined) this.checkTexts(update.texts, ordered.steps);
    return ordered;
  }

  /** Depth first, with a stack of its own: a chain of references may be as long as the update. */
  private order(): Staged {
    const { all } = this;
    const steps: Step[] = [];
    const stack: number[] = [];
    for (let start = 0; start < all.length; start++) {
      stack.push(start);
      while (stack.length > 0) {
        const place = stack[stack.length - 1] as number; // cast: the stack is not empty
        const top = all[place] as Progress; // cast: places are within the table
        const row = top.section.rows[top.next];
        if (row === undefined) {
          top.active = false;
          stack.pop();
          continue;
        }
        const blocked = this.blocker(row, place, row.counter < top.known);
        if (blocked?.replica === ELSEWHERE) return waiting(blocked.of, blocked.counter);
        if (blocked === undefined) {
          steps.push({ place, row, skip: Math.max(0, top.known - row.counter) });
          top.next++;
          if (stack.length > 1) {
            // Back to whoever waited: it may have what it needs, and going on here could meet a circle that is none.
            top.active = false;
            stack.pop();
          }
          continue;
        }
        const other = all[blocked.replica] as Progress; // cast: places are within the table
        if (blocked.counter >= other.section.to || other.section.rows.length === 0) {
          return waiting(this.update.replicas[blocked.replica] as number, blocked.counter); // cast: see above
        }
        if (other === top || other.active) throw bad("operations refer to each other in a circle");
        top.active = true;
        stack.push(blocked.replica);
      }
    }
    return { kind: "ready", steps };
  }

  private blocker(row: Row, place: number, isKnown: boolean): (Ref & { readonly of: number }) | undefined {
    if (row.kind < WRITE) {
      const unplaced = this.firstUnplaced(row as InsertRow, isKnown); // cast: the kinds below WRITE are the runs
      return unplaced === undefined ? undefined : { ...unplaced, of: 0 };
    }
    return row.kind === WRITE && row.container.type > SET ? this.firstMissing(row, place) : undefined;
  }

  /** The first operation that a feature's write refers to and that is neither known nor placed. Its replica is a place, or ELSEWHERE when the update has nothing of it. */
  private firstMissing(row: WriteRow, place: number): (Ref & { readonly of: number }) | undefined {
    const { replicas } = this.update;
    for (const { replica, counter } of guarded(() => readRefs(new Reader(row.body), replicas[place] as number))) {
      // cast: within the table
      const at = replicas.indexOf(replica);
      if (at >= 0 ? this.isPlaced(at, counter) : counter < (this.doc.logs.get(replica)?.next ?? 0)) continue;
      return { replica: at >= 0 ? at : ELSEWHERE, counter, of: replica };
    }
    return undefined;
  }

  /** The first unit the row refers to that is neither known nor placed; its replica is a place. */
  private firstUnplaced(row: InsertRow, isKnown: boolean): Ref | undefined {
    if (isKnown) return undefined; // then it hangs on a unit of its own that is known
    if (row.parent !== START && !this.isPlaced(row.parent, row.parentCounter))
      return { replica: row.parent, counter: row.parentCounter };
    if (row.right >= 0 && !this.isPlaced(row.right, row.rightCounter))
      return { replica: row.right, counter: row.rightCounter };
    return undefined;
  }

  private isPlaced(place: number, counter: number): boolean {
    const { section, known, next } = this.all[place] as Progress; // cast: places are within the table
    if (counter < known) return true;
    const row = section.rows[next];
    return counter < (row === undefined ? section.to : row.counter);
  }

  private checkRun(row: InsertRow, place: number, skip: number): void {
    if (skip > 0) {
      const log = this.logs[place] as ReplicaLog; // cast: some of its operations are known
      const entry = entryAt(log, row.counter + skip - 1);
      if (!isSpan(entry) || entry.kind !== row.kind) throw bad("a run continues something else");
      if (hasPair(row.pairs, skip - 1)) throw bad("half a surrogate pair is new");
      return;
    }
    const home = this.homeOf(row);
    if (row.parent !== START) {
      const inside = row.side === LEFT ? row.parentCounter - 1 : row.parentCounter;
      if (inside >= 0 && this.isHighUnit(row.parent, inside)) throw bad("an insert into a surrogate pair");
    }
    if (row.right >= 0 && this.homeAt(row.right, row.rightCounter) !== home)
      throw bad("a right origin in another container");
  }

  /** The container of the row, by its key. Rows are asked in order, so that the parent's is known. */
  private homeOf(row: InsertRow): string {
    const { container } = row;
    const home = container === undefined ? this.homeAt(row.parent, row.parentCounter) : container.key;
    const type = row.kind === LIST_RUN ? LIST : TEXT;
    if (home === undefined || Number.parseInt(home, 10) !== type)
      throw bad("an insert refers to what is none of its kind");
    this.homes?.set(row, home);
    return home;
  }

  private homeAt(place: number, counter: number): string | undefined {
    const log = this.logs[place];
    if (log !== undefined && counter < log.next) {
      const entry = entryAt(log, counter);
      return isSpan(entry) ? entry.home.key : undefined;
    }
    const row = this.rowAt(place, counter);
    if (row === undefined || row.kind >= WRITE) return undefined;
    const { known } = this.all[place] as Progress; // cast: places are within the table
    if (row.counter < known) return this.homeAt(place, known - 1);
    return this.homes?.get(row as InsertRow); // cast: the kinds below WRITE are the runs
  }

  private rowAt(place: number, counter: number): Row | undefined {
    const { section } = this.all[place] as Progress; // cast: places are within the table
    return counter < section.to ? section.rows[rowIndex(section, counter)] : undefined;
  }

  private checkWrite(row: WriteRow, times: number[]): void {
    const { type } = row.container;
    if (type === TEXT || type === LIST) throw bad("a write to a sequence");
    const time = guarded(() => this.doc.kinds.get(type)?.check?.(row.body));
    if (time !== undefined && time > this.doc.clock) times.push(time);
  }

  /** Deletions are of what is known or in the update. */
  private missingTarget(section: Section, index: number): Staged | undefined {
    const { of, bounds } = section.deletions[index] as Section["deletions"][0]; // cast: within the list
    const { section: target, known } = this.all[of] as Progress; // cast: places are within the table
    const end = bounds[bounds.length - 1] as number; // cast: no set is empty
    if (end <= Math.max(known, target.to)) return undefined;
    return waiting(this.update.replicas[of] as number, end - 1); // cast: see above
  }

  private checkDeletions(place: number): void {
    const { section } = this.all[place] as Progress; // cast: within the list
    if (section.deletions.length === 0) return;
    const log = this.logs[place];
    let added = 0;
    for (const { of, bounds } of section.deletions) {
      const targets = this.logs[of];
      const known = log === undefined || targets === undefined ? undefined : log.deleted.get(targets);
      for (let i = 0; i < bounds.length; i += 2) {
        const start = bounds[i] as number; // cast: within the list
        const end = bounds[i + 1] as number; // cast: bounds come in pairs
        if ((start > 0 && this.isHighUnit(of, start - 1)) || this.isHighUnit(of, end - 1))
          throw bad("half a surrogate pair is deleted");
        added += end - start - (known === undefined ? 0 : countIn(known, start, end));
      }
    }
    if (added !== Math.max(0, section.goneTo - (log === undefined ? 0 : log.gone)))
      throw bad("deletions that contradict the known ones");
  }

  private isHighUnit(place: number, counter: number): boolean {
    const log = this.logs[place];
    if (log !== undefined && counter < log.next) {
      const entry = entryAt(log, counter);
      return isSpan(entry) && isHigh(entry, counter - entry.counter);
    }
    const row = this.rowAt(place, counter);
    return row !== undefined && row.kind < WRITE && hasPair((row as InsertRow).pairs, counter - row.counter); // cast: the kinds below WRITE are the runs
  }

  /** A document's texts are as long as its units that show. */
  private checkTexts(texts: ReadonlyMap<ContainerName, string>, steps: readonly Step[]): void {
    const shown = new Map<string, number>();
    for (const { row } of steps) {
      const home = row.kind < WRITE ? this.homes?.get(row as InsertRow) : undefined; // cast: see above
      if (home === undefined || row.kind === LIST_RUN) continue;
      let length = shown.get(home) ?? 0;
      for (const piece of (row as InsertRow).pieces) if (piece.content !== null) length += piece.length; // cast: see above
      shown.set(home, length);
    }
    for (const [{ key }, text] of texts) {
      if (text.length !== (shown.get(key) ?? 0)) throw bad("a text of another length than its units");
      shown.delete(key);
    }
    if (shown.size > 0) throw bad("text is missing");
  }
}

const ELSEWHERE = -1;

function waiting(replica: number, counter: number): Staged {
  return { kind: "waiting", missing: { replica, counter } };
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

/** Times may rise only so far from one write to the next: a time is one above an earlier one, so honest ones stay below the number of writes ever made. */
function checkTimes(doc: DocModel, times: number[], limits: Required<CrdtLimits>): void {
  let clock = doc.clock;
  for (const time of times.sort((a, b) => a - b)) {
    if (time - clock > limits.maxLamportJump) throw over("maxLamportJump", time - clock, limits.maxLamportJump);
    clock = time;
  }
}
