/**
 * Updates that follow each other as one, without a document: its operations are put into logs as a document's are, but into no sequence. What they hang on that is in none of
 * them is stood in for.
 */
import { CodedError } from "../errors/index.ts";
import { decodeUpdate } from "./decode.ts";
import { deletionsOf, Encoder } from "./encode.ts";
import { addInterval, createDeleted, type Intervals, search, unite } from "./intervals.ts";
import { createLog, entryAt, isSpan, logGap } from "./log.ts";
import {
  type Container,
  type ContainerName,
  type Content,
  GAP,
  type Item,
  LEFT,
  type ReplicaLog,
  RIGHT,
  type Sequence,
  type Span,
  TEXT_RUN,
  WRITE,
} from "./model.ts";
import { UNBOUNDED } from "./ranges.ts";
import { type InsertRow, type Row, type Section, START, type Update, USUAL } from "./rows.ts";
import { addRun, createRunTree, createSpan } from "./runs.ts";

/**
 * Makes one update of several, without a document: whoever applies it has what those give one after the other, in fewer bytes.
 * @param updates - Of one document, in any order, as `onUpdate` and `encode({ since })` give them. Each replica's operations must follow each other without holes.
 * @throws CodedError `CRDT_UPDATE_GAP` when they do not, `CRDT_UNKNOWN_FORMAT` for a whole document (`encode()` without `since`), and as `apply` for what is no update.
 * @remarks Time: O(operations log operations).
 * @public
 */
export function mergeUpdates(updates: readonly Uint8Array[]): Uint8Array {
  return new Merger(updates.map(open)).merge();
}

function open(bytes: Uint8Array): Update {
  const update = decodeUpdate(bytes, UNBOUNDED);
  if (update.texts === undefined) return update;
  throw new CodedError("CRDT_UNKNOWN_FORMAT", "Whole documents are applied, not merged", { value: bytes[0] });
}

interface Part {
  readonly update: Update;
  readonly section: Section;
}

/** A span that is being made: what its row says it hangs on, and its units, deleted ones too. */
interface Draft {
  readonly span: Span;
  readonly row: InsertRow;
  readonly update: Update;
  readonly content: Content[];
  isPlaced: boolean;
  /** Waits for what it hangs on. */
  isActive: boolean;
}

class Merger {
  private readonly updates: readonly Update[];
  private readonly logs = new Map<number, ReplicaLog>();
  private readonly containers = new Map<string, Container>();
  private readonly drafts = new Map<Span, Draft>();
  private readonly strangers = new Map<string, Span>();
  private readonly elsewhere = this.containerOf({ type: 0, name: "", parent: null, key: "", depth: 0 });
  /** A leaf for what is in no sequence. */
  private readonly nowhere = createRunTree().first;

  constructor(updates: readonly Update[]) {
    this.updates = updates;
  }

  merge(): Uint8Array {
    const parts = new Map<number, Part[]>();
    for (const update of this.updates)
      update.replicas.forEach((replica, place) => {
        const section = update.sections[place] as Section; // cast: one for each replica
        parts.set(replica, [...(parts.get(replica) ?? []), { update, section }]);
      });
    const ranges: { log: ReplicaLog; from: number; gone: number }[] = [];
    for (const [replica, all] of [...parts].sort(([a], [b]) => a - b)) {
      const log = this.logOf(replica);
      const from = this.rows(log, all);
      const gone = this.deletions(log, all);
      if (from < log.next || log.deleted.size > 0) ranges.push({ log, from, gone });
    }
    for (const draft of this.drafts.values()) this.place(draft);
    for (const log of this.logs.values()) this.fill(log);
    return new Encoder().update(ranges.map((range) => ({ ...range, ...deletionsOf(range.log) }))).slice();
  }

  /** Appends the rows of one replica, each operation once; answers the first. */
  private rows(log: ReplicaLog, all: readonly Part[]): number {
    const sorted = all
      .filter(({ section }) => section.to > section.from)
      .sort((a, b) => a.section.from - b.section.from);
    const [first] = sorted;
    if (first === undefined) return 0;
    const { from } = first.section;
    log.next = from;
    for (const { update, section } of sorted) {
      if (section.from > log.next) throw gap(log.id, log.next);
      for (const row of section.rows) {
        const skip = log.next - row.counter;
        if (skip < row.length) this.row(log, update, row, skip);
      }
    }
    return from;
  }

  private row(log: ReplicaLog, update: Update, row: Row, skip: number): void {
    const { counter, length } = row;
    if (row.kind === GAP) {
      logGap(log, length - skip);
      return;
    }
    if (row.kind === WRITE) {
      log.entries.push({ kind: WRITE, counter, length: 1, log, home: this.containerOf(row.container), body: row.body });
      log.next++;
      return;
    }
    const insert = row as InsertRow; // cast: the kinds that are left
    const last = log.entries.at(-1);
    const isOwn = insert.parent !== START && update.replicas[insert.parent] === log.id;
    const follows =
      skip > 0 || (isOwn && insert.parentCounter === counter - 1 && insert.side === RIGHT && insert.right === USUAL);
    let draft =
      last !== undefined && isSpan(last) && last.kind === row.kind && follows ? this.drafts.get(last) : undefined;
    if (draft === undefined) {
      draft = this.draft(log, update, insert);
      this.drafts.set(draft.span, draft);
      log.entries.push(draft.span);
    }
    const { span } = draft;
    const at = span.length - skip;
    span.length += length - skip;
    log.next += length - skip;
    for (const pair of insert.pairs)
      if (pair >= skip) {
        span.pairs ??= [];
        span.pairs.push(at + pair);
      }
    let passed = 0;
    for (const { length: units, content } of insert.pieces) {
      const cut = Math.max(0, skip - passed);
      passed += units;
      // What this update deletes has no content: any will do, as it is deleted in the merged one too.
      if (cut < units) draft.content.push(content === null ? nothing(row.kind === 0, units - cut) : content.slice(cut));
    }
  }

  private draft(log: ReplicaLog, update: Update, row: InsertRow): Draft {
    const { kind, counter, side } = row;
    const home = (row.container === undefined ? this.elsewhere : this.containerOf(row.container)) as Sequence; // cast: only its name is asked for
    const span = createSpan(kind, log, counter, home, side, null, 0, null, 0, this.nowhere);
    return { span, row, update, content: [], isPlaced: false, isActive: false };
  }

  /** Says what a span hangs on; what that hangs on first, as a right origin is often the parent's. No recursion: chains may be long. */
  private place(start: Draft): void {
    const stack = [start];
    for (let draft = stack.at(-1); draft !== undefined; draft = stack.at(-1)) {
      const { row, span, update } = draft;
      const parent =
        row.parent === START ? null : this.unitAt(update.replicas[row.parent] as number, row.parentCounter); // cast: within the table
      const above = parent === null ? undefined : this.drafts.get(parent);
      if (!draft.isPlaced && above !== undefined && !above.isPlaced && !above.isActive) {
        draft.isActive = true;
        stack.push(above);
        continue;
      }
      stack.pop();
      if (draft.isPlaced) continue;
      draft.isPlaced = true;
      const offset = parent === null ? 0 : row.parentCounter - parent.counter;
      let [right, rightOffset]: [Span | null, number] = [
        parent === null ? null : parent.right,
        parent?.rightOffset ?? 0,
      ];
      if (row.side === LEFT) [right, rightOffset] = [parent, offset];
      if (row.right === START) [right, rightOffset] = [null, 0];
      else if (row.right !== USUAL) {
        right = this.unitAt(update.replicas[row.right] as number, row.rightCounter); // cast: see above
        rightOffset = row.rightCounter - right.counter;
      }
      Object.assign(span, { parent, parentOffset: offset, right, rightOffset });
    }
  }

  /** The span of a unit, or one that stands for it: its right origin is like no other. */
  private unitAt(replica: number, counter: number): Span {
    const log = this.logOf(replica);
    const first = log.entries[0];
    const entry =
      first !== undefined && counter >= first.counter && counter < log.next ? entryAt(log, counter) : undefined;
    if (entry !== undefined && isSpan(entry)) return entry;
    const key = `${replica}.${counter}`;
    let span = this.strangers.get(key);
    if (span === undefined) {
      const home = this.elsewhere as Sequence; // cast: see above
      span = createSpan(TEXT_RUN, log, counter, home, RIGHT, null, 0, null, 0, this.nowhere);
      span.length = 1;
      span = { ...span, right: span };
      this.strangers.set(key, span);
    }
    return span;
  }

  /** Unites what one replica deleted; answers the number of the first. */
  private deletions(log: ReplicaLog, all: readonly Part[]): number {
    const sorted = all
      .filter(({ section }) => section.goneTo > section.gone)
      .sort((a, b) => a.section.gone - b.section.gone);
    let gone = sorted[0]?.section.gone ?? 0;
    const start = gone;
    let count = 0;
    for (const { update, section } of sorted) {
      if (section.gone > gone) throw gap(log.id, gone);
      gone = Math.max(gone, section.goneTo);
      for (const { of, bounds } of section.deletions) {
        const targets = this.logOf(update.replicas[of] as number); // cast: within the table
        const set = log.deleted.get(targets) ?? createDeleted();
        log.deleted.set(targets, set);
        for (let i = 0; i < bounds.length; i += 2)
          count += addInterval(set, bounds[i] as number, bounds[i + 1] as number); // casts: bounds come in pairs
      }
    }
    if (count !== gone - start) throw gap(log.id, start);
    return start;
  }

  /** Gives the spans of a log their parts: what any replica has deleted of them has no content. */
  private fill(log: ReplicaLog): void {
    const sets: Intervals[] = [];
    for (const { deleted } of this.logs.values())
      for (const bounds of deleted.get(log)?.chunks ?? []) sets.push(bounds);
    const deleted = sets.length === 0 ? [] : unite(sets);
    for (const entry of log.entries) {
      const draft = isSpan(entry) ? this.drafts.get(entry) : undefined;
      if (draft === undefined) continue;
      const { span, content } = draft;
      const whole: Content =
        typeof content[0] === "string" ? content.join("") : (content as unknown as readonly Item[][]).flat(); // cast: else lists
      const end = span.counter + span.length;
      const tree = createRunTree();
      const place = { leaf: tree.first, at: -1 };
      const add = (from: number, to: number, isDeleted: boolean): void => {
        if (from >= to) return;
        const offset = from - span.counter;
        addRun(tree, place, span, offset, to - from, isDeleted ? null : whole.slice(offset, to - span.counter));
      };
      let at = span.counter;
      for (let i = search(deleted, at + 1); i < deleted.length && (deleted[i] as number) < end; i += 2) {
        // casts: bounds come in pairs
        const stop = Math.min(end, deleted[i + 1] as number);
        add(at, Math.max(at, deleted[i] as number), false);
        add(Math.max(at, deleted[i] as number), stop, true);
        at = stop;
      }
      add(at, end, false);
    }
  }

  private logOf(replica: number): ReplicaLog {
    let log = this.logs.get(replica);
    if (log === undefined) {
      log = createLog(replica);
      this.logs.set(replica, log);
    }
    return log;
  }

  private containerOf(named: ContainerName): Container {
    let container = this.containers.get(named.key);
    if (container === undefined) {
      const parent = named.parent === null ? null : this.containerOf(named.parent);
      container = { ...named, parent, kind: undefined, hooks: {}, place: -1 };
      this.containers.set(named.key, container);
    }
    return container;
  }
}

function nothing(isText: boolean, length: number): Content {
  const none: Item = { bytes: new Uint8Array(0), value: null, child: undefined };
  return isText ? " ".repeat(length) : new Array<Item>(length).fill(none);
}

function gap(replica: number, counter: number): CodedError {
  return new CodedError("CRDT_UPDATE_GAP", `Of replica ${replica} the updates lack what follows ${counter}`, {
    value: replica,
  });
}
