/** Updates that follow each other as one, without a document: rows say themselves what they hang on, so they need only be put together as a log would. */
import { CodedError } from "../../errors/index.ts";
import { demand } from "../arguments.ts";
import { containerName } from "../container-name.ts";
import { addInterval, createDeleted, type Deleted, type Intervals } from "../intervals.ts";
import { type Container, type ContainerName, type Content, GAP, RIGHT, TEXT_RUN, WRITE } from "../model.ts";
import { append } from "../sequence/long-list.ts";
import type { Item } from "../values.ts";
import { decodeUpdate } from "./decode.ts";
import { Encoder } from "./encode.ts";
import { cut } from "./fill.ts";
import { UNBOUNDED } from "./ranges.ts";
import { NONE, type Piece, Row, Section } from "./rows.ts";
import { uniteDeletions } from "./transcode.ts";

/**
 * Makes one update of several, without a document: whoever applies it has what those give one after the other, in fewer bytes.
 * @param updates - Of one document, in any order, as `onUpdate` and `encode({ since })` give them. Each replica's operations must follow each other without holes.
 * @throws CodedError `CRDT_UPDATE_GAP` when they do not, `CRDT_UNKNOWN_FORMAT` for a whole document (`encode()`, also `since` the version of an empty one), and as `apply` for what is no update.
 * @remarks Time: O(operations log operations).
 * @public
 */
export function mergeUpdates(updates: readonly Uint8Array[]): Uint8Array {
  demand(Array.isArray(updates), "a list of updates");
  const parts = new Map<number, Section[]>();
  for (const bytes of updates) {
    const { texts, sections } = decodeUpdate(bytes, UNBOUNDED);
    if (texts !== undefined)
      throw new CodedError("CRDT_UNKNOWN_FORMAT", "Whole documents are applied, not merged", { value: bytes[0] });
    for (const section of sections) parts.set(section.id, append(parts.get(section.id) ?? NONE, section));
  }
  return new Merged(parts).write().slice();
}

class Merged extends Encoder {
  private readonly byKey = new Map<string, ContainerName>();
  private readonly byId = new Map<number, Section>();
  /** What runs hold, deleted units too. */
  private readonly contents = new Map<Row, Content[]>();

  constructor(parts: ReadonlyMap<number, readonly Section[]>) {
    super();
    for (const [id, sections] of parts) {
      this.addRows(
        id,
        sections.filter(({ rows }) => rows.length > 0).sort((a, b) => a.from - b.from),
      );
      this.addDeletions(
        id,
        sections.filter(({ goneTo, gone }) => goneTo > gone).sort((a, b) => a.gone - b.gone),
      );
    }
    this.order();
    uniteDeletions(this.sections);
    let units = 0;
    for (const { rows, deleted } of this.sections)
      for (const row of rows) {
        if (row.kind === WRITE || row.kind === GAP) continue;
        this.deal(row, deleted, units);
        if (row.kind === TEXT_RUN) units += row.length;
      }
  }

  protected override shows({ pieces }: Row): boolean {
    return (pieces[0] as Piece).content !== null; // cast: each has some
  }

  private replicaOf(id: number): Section {
    let section = this.byId.get(id);
    if (section === undefined) {
      section = new Section(id, 0);
      this.byId.set(id, section);
      this.sections = append(this.sections, section);
    }
    return section;
  }

  private containerOf({ type, name, parent, key }: ContainerName): ContainerName {
    let container = this.byKey.get(key);
    if (container === undefined) {
      container = containerName(type, name, parent === null ? null : this.containerOf(parent));
      this.byKey.set(key, container);
    }
    return this.named(container);
  }

  /** Each operation once. */
  private addRows(id: number, parts: readonly Section[]): void {
    const [first] = parts;
    if (first === undefined) return;
    const section = this.replicaOf(id);
    section.from = first.from;
    let next = first.from;
    for (const { from, rows } of parts) {
      if (from > next) throw gap(id, next);
      for (const row of rows) {
        const skip = next - row.counter;
        if (skip >= row.length) continue;
        if (row.kind === WRITE) {
          row.home = this.containerOf(row.home) as Container; // cast: it is only named
          section.rows = append(section.rows, row);
        } else this.add(section, row, skip);
        next = row.counter + row.length;
      }
    }
  }

  private add(section: Section, row: Row, skip: number): void {
    const { kind, counter, length, side, parent, parentCounter, right } = row;
    let last = section.rows.at(-1) as Row | undefined; // cast: if it is a write, its kind is another
    const follows =
      skip > 0 || (parent?.id === section.id && parentCounter === counter - 1 && side === RIGHT && right === undefined);
    if (last === undefined || last.kind !== kind || !(kind === GAP || (kind < WRITE && follows))) {
      last = new Row(section, kind, counter + skip, 0);
      section.rows = append(section.rows, last);
      this.contents.set(last, []);
      if (row.home !== undefined) last.home = this.containerOf(row.home);
      last.side = side;
      if (parent !== null) last.parent = this.replicaOf(parent.id);
      last.parentCounter = parentCounter;
      last.right = right && this.replicaOf(right.id);
      last.rightCounter = row.rightCounter;
    }
    const start = last.length - skip;
    last.length += length - skip;
    for (const pair of row.pairs) if (pair >= skip) last.pairs = append(last.pairs, start + pair);
    let passed = 0;
    for (const { length: units, content } of row.pieces) {
      const from = Math.max(0, skip - passed);
      passed += units;
      // What this update deletes has no content: any will do, as it is deleted in the merged one too.
      if (from < units)
        this.contents
          .get(last)
          ?.push(content === null ? nothing(kind === TEXT_RUN, units - from) : content.slice(from));
    }
  }

  /** Unites what one replica deleted. */
  private addDeletions(id: number, parts: readonly Section[]): void {
    const [first] = parts;
    if (first === undefined) return;
    const sets = new Map<Section, Deleted>();
    let next = first.gone;
    let count = first.gone;
    for (const { gone, goneTo, deletions } of parts) {
      if (gone > next) throw gap(id, next);
      next = Math.max(next, goneTo);
      for (const { of, bounds } of deletions) {
        const target = this.replicaOf(of.id);
        const set = sets.get(target) ?? createDeleted();
        sets.set(target, set);
        for (let i = 0; i < bounds.length; i += 2)
          count += addInterval(set, bounds[i] as number, bounds[i + 1] as number); // casts: bounds come in pairs
      }
    }
    if (count !== next) throw gap(id, first.gone);
    const section = this.replicaOf(id);
    section.gone = first.gone;
    section.deletions = [...sets]
      .sort(([a], [b]) => a.id - b.id)
      .map(([of, set]) => {
        const bounds = [...set.all()];
        of.deleters = append(of.deleters, bounds);
        return { of, bounds };
      });
  }

  /** Gives a run what any replica has not deleted of it; `units` of text stand before. */
  private deal(row: Row, deleted: Intervals, units: number): void {
    const content = this.contents.get(row) as readonly Content[]; // cast: each has some
    const whole: Content = row.kind === TEXT_RUN ? content.join("") : (content as unknown as readonly Item[][]).flat(); // cast: else lists
    row.pieces = cut(row, deleted);
    const { pairs } = row;
    let offset = 0;
    let next = 0;
    for (const piece of row.pieces) {
      const end = offset + piece.length;
      for (; next < pairs.length && (pairs[next] as number) < end; next++)
        if (piece.content === null) this.pairs = append(this.pairs, units + (pairs[next] as number)); // casts: within the list
      if (piece.content !== null) {
        piece.content = whole.slice(offset, end);
        if (typeof whole === "string") this.text += piece.content;
      }
      offset = end;
    }
  }
}

function nothing(isText: boolean, length: number): Content {
  return isText ? " ".repeat(length) : new Array<Item>(length).fill(null);
}

function gap(replica: number, counter: number): CodedError {
  return new CodedError("CRDT_UPDATE_GAP", `Of replica ${replica} the updates lack what follows ${counter}`, {
    value: replica,
  });
}
