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
import {
  type ContainerName,
  type DocModel,
  LEFT,
  LIST,
  LIST_RUN,
  type ReplicaLog,
  SET,
  TEXT,
  TEXT_RUN,
  WRITE,
} from "./model.ts";
import { readRefs } from "./refs.ts";
import { bad, guarded, over } from "./refuse.ts";
import { type InsertRow, type Ref, type Row, type Section, START, type Update, type WriteRow } from "./rows.ts";
import { hasPair, isHigh } from "./sequence.ts";
import type { CrdtLimits } from "./types.ts";
import { deletionsKey } from "./version.ts";

export type Staged =
  | { readonly kind: "ready"; readonly rows: readonly Row[] }
  | { readonly kind: "waiting"; readonly missing: Ref };

export function stageUpdate(doc: DocModel, update: Update, limits: Required<CrdtLimits>): Staged {
  return new Stage(doc, update).run(limits);
}

class Stage {
  private readonly doc: DocModel;
  private readonly update: Update;
  private readonly all: readonly Section[];

  constructor(doc: DocModel, update: Update) {
    this.doc = doc;
    this.update = update;
    this.all = update.sections;
  }

  run(limits: Required<CrdtLimits>): Staged {
    const { doc, update, all } = this;
    let added = 0;
    for (let place = 0; place < all.length; place++) {
      const section = all[place] as Section; // cast: within the list
      const replica = update.replicas[place] as number; // cast: one for each section
      const log = doc.logs.get(replica);
      const known = log === undefined ? 0 : log.next;
      section.log = log;
      section.known = known;
      section.next = firstUnknown(section, known);
      section.isActive = false;
      if (section.rows.length > 0 && section.from > known) return waiting(replica, section.from - 1);
      if (section.deletions.length > 0 && section.gone > (log === undefined ? 0 : log.gone)) {
        return waiting(deletionsKey(replica), section.gone - 1);
      }
      if (log === undefined && section.rows.length + section.deletions.length > 0) added++;
    }
    if (added > 0 && doc.logs.size + added > limits.maxReplicas) {
      throw over("maxReplicas", doc.logs.size + added, limits.maxReplicas);
    }
    const ordered = this.order();
    if (ordered.kind === "waiting") return ordered;
    let times: number[] | undefined;
    for (const row of ordered.rows) {
      if (row.kind === WRITE) {
        const time = this.checkWrite(row);
        if (time === undefined) continue;
        times ??= [];
        times.push(time);
      } else if (row.kind < WRITE) this.checkRun(row as InsertRow); // cast: the kinds below WRITE are the runs
    }
    if (times !== undefined) checkTimes(doc, times, limits);
    for (const { deletions } of all)
      for (const { of, bounds } of deletions) {
        const target = all[of] as Section; // cast: places are within the table
        const end = bounds[bounds.length - 1] as number; // cast: no set is empty
        if (end > Math.max(target.known, target.to)) return waiting(update.replicas[of] as number, end - 1); // cast: see above
      }
    for (const section of all) if (section.deletions.length > 0) this.checkDeletions(section);
    if (update.texts !== undefined) this.checkTexts(update.texts, ordered.rows);
    return ordered;
  }

  /** Depth first, with a stack of its own: a chain of references may be as long as the update. */
  private order(): Staged {
    const { all } = this;
    const only = all[0];
    if (all.length === 1 && only !== undefined && only.known <= only.from && this.isOrdered(only))
      return { kind: "ready", rows: only.rows };
    const rows: Row[] = [];
    const stack: number[] = [];
    for (let start = 0; start < all.length; start++) {
      for (let place = start; ; ) {
        const top = all[place] as Section; // cast: places are within the table
        const row = top.next < top.rows.length ? (top.rows[top.next] as Row) : undefined; // cast: within the list
        const blocked = row === undefined ? undefined : this.blocker(row, place, row.counter < top.known);
        if (blocked === undefined) {
          if (row !== undefined) {
            row.skip = Math.max(0, top.known - row.counter);
            rows.push(row);
            top.next++;
            if (stack.length === 0) continue;
          }
          // Back to whoever waited: it may have what it needs, and going on here could meet a circle that is none.
          top.isActive = false;
          const before = stack.pop();
          if (before === undefined) break;
          place = before;
          continue;
        }
        if (blocked.replica === ELSEWHERE) return waiting(blocked.of, blocked.counter);
        const other = all[blocked.replica] as Section; // cast: places are within the table
        if (blocked.counter >= other.to || other.rows.length === 0) {
          return waiting(this.update.replicas[blocked.replica] as number, blocked.counter); // cast: see above
        }
        if (other === top || other.isActive) throw bad("circle");
        top.isActive = true;
        stack.push(place);
        place = blocked.replica;
      }
    }
    return { kind: "ready", rows };
  }

  /** True when all rows are new and refer to known ones and to those before them, as those of a keystroke do. */
  private isOrdered(section: Section): boolean {
    for (const row of section.rows) {
      if (this.blocker(row, 0, false) !== undefined) {
        section.next = 0;
        return false;
      }
      row.skip = 0;
      section.next++;
    }
    return true;
  }

  private blocker(row: Row, place: number, isKnown: boolean): (Ref & { readonly of: number }) | undefined {
    if (row.kind < WRITE) return isKnown ? undefined : this.firstUnplaced(row as InsertRow); // cast: see above; known: it hangs on a unit of its own
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
  private firstUnplaced({
    parent,
    parentCounter,
    right,
    rightCounter,
  }: InsertRow): (Ref & { readonly of: number }) | undefined {
    if (parent !== START && !this.isPlaced(parent, parentCounter))
      return { replica: parent, counter: parentCounter, of: 0 };
    if (right >= 0 && !this.isPlaced(right, rightCounter)) return { replica: right, counter: rightCounter, of: 0 };
    return undefined;
  }

  private isPlaced(place: number, counter: number): boolean {
    const { rows, to, known, next } = this.all[place] as Section; // cast: places are within the table
    return counter < known || counter < (next < rows.length ? (rows[next] as Row).counter : to); // cast: within the list
  }

  private checkRun(row: InsertRow): void {
    const { skip, parent, side } = row;
    if (skip > 0) {
      const { log } = this.all[row.place] as Section; // cast: places are within the table
      const entry = entryAt(log as ReplicaLog, row.counter + skip - 1); // cast: some of its operations are known
      if (!isSpan(entry) || entry.kind !== row.kind) throw bad("run");
      if (hasPair(row.pairs, skip - 1)) throw bad("pair");
      row.home = entry.home;
      return;
    }
    const home = parent === START ? row.container : this.homeAt(parent, row.parentCounter);
    if (home === undefined || home.type !== (row.kind === LIST_RUN ? LIST : TEXT)) throw bad("parent");
    row.home = home;
    if (parent !== START) {
      const inside = side === LEFT ? row.parentCounter - 1 : row.parentCounter;
      if (inside >= 0 && this.isHighUnit(parent, inside)) throw bad("pair");
    }
    if (row.right >= 0 && this.homeAt(row.right, row.rightCounter)?.key !== home.key) throw bad("origin");
  }

  /** The container of a unit. Rows are asked in order, so that those before have found theirs. */
  private homeAt(place: number, counter: number): ContainerName | undefined {
    const { log } = this.all[place] as Section; // cast: places are within the table
    if (log !== undefined && counter < log.next) {
      const entry = entryAt(log, counter);
      return isSpan(entry) ? entry.home : undefined;
    }
    const row = this.rowAt(place, counter);
    return row !== undefined && row.kind < WRITE ? (row as InsertRow).home : undefined; // cast: the kinds below WRITE are the runs
  }

  private rowAt(place: number, counter: number): Row | undefined {
    const section = this.all[place] as Section; // cast: places are within the table
    return counter < section.to && section.rows.length > 0 ? section.rows[rowIndex(section, counter)] : undefined;
  }

  private checkWrite(row: WriteRow): number | undefined {
    const { type } = row.container;
    if (type === TEXT || type === LIST) throw bad("write");
    const kind = this.doc.kinds.get(type);
    const time = kind?.check === undefined ? undefined : guarded(() => kind.check?.(row.body));
    return time !== undefined && time > this.doc.clock ? time : undefined;
  }

  private checkDeletions({ deletions, log, goneTo }: Section): void {
    let added = 0;
    for (const { of, bounds } of deletions) {
      const targets = (this.all[of] as Section).log; // cast: places are within the table
      const known = log === undefined || targets === undefined ? undefined : log.deleted.get(targets);
      for (let i = 0; i < bounds.length; i += 2) {
        const start = bounds[i] as number; // cast: within the list
        const end = bounds[i + 1] as number; // cast: bounds come in pairs
        if ((start > 0 && this.isHighUnit(of, start - 1)) || this.isHighUnit(of, end - 1)) throw bad("pair");
        added += end - start - (known === undefined ? 0 : countIn(known, start, end));
      }
    }
    if (added !== Math.max(0, goneTo - (log === undefined ? 0 : log.gone))) throw bad("deletion");
  }

  private isHighUnit(place: number, counter: number): boolean {
    const { log } = this.all[place] as Section; // cast: places are within the table
    if (log !== undefined && counter < log.next) {
      const entry = entryAt(log, counter);
      return isSpan(entry) && isHigh(entry, counter - entry.counter);
    }
    const row = this.rowAt(place, counter);
    return row !== undefined && row.kind < WRITE && hasPair((row as InsertRow).pairs, counter - row.counter); // cast: the kinds below WRITE are the runs
  }

  /** A document's texts are as long as its units that show. */
  private checkTexts(texts: ReadonlyMap<ContainerName, string>, rows: readonly Row[]): void {
    const shown = new Map<string, number>();
    for (const row of rows) {
      if (row.kind !== TEXT_RUN) continue;
      const { pieces, home } = row as InsertRow; // cast: its kind says so
      const { key } = home as ContainerName; // cast: it has been found
      let length = shown.get(key) ?? 0;
      for (const piece of pieces) if (piece.content !== null) length += piece.length;
      shown.set(key, length);
    }
    for (const [{ key }, text] of texts) {
      if (text.length !== (shown.get(key) ?? 0)) throw bad("text");
      shown.delete(key);
    }
    if (shown.size > 0) throw bad("text");
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
