/**
 * The layout of updates and documents, described once for both ways (docs/crdt.md, "Bytes"). Going out, what is asked for is given; going in, what is given
 * is not looked at, and what comes back is put into the update. Every number is checked before anything is built on it; going out, all of that holds.
 */

import { childName, compareContainers, holds, unitName } from "../container-name.ts";
import { type Intervals, unite } from "../intervals.ts";
import { putRegister, takeRegister } from "../map/kernel.ts";
import {
  type Container,
  type ContainerName,
  GAP,
  LEFT,
  MAP,
  type Register,
  type ReplicaLog,
  RIGHT,
  TEXT_RUN,
  WRITE,
} from "../model.ts";
import { bad, checkLimit } from "../refuse.ts";
import { append } from "../sequence/long-list.ts";
import type { CrdtLimits } from "../types.ts";
import { LoggedWrite } from "../update/log.ts";
import { type Item, itemOf, putItem } from "../values.ts";
import { type Io, Writer } from "./bytes.ts";
import { cut } from "./fill.ts";
import {
  HAS_CONTAINERS,
  HAS_DELETIONS,
  HAS_PAIRS,
  LONG_INTERVAL,
  MAX_COUNTER,
  MIN_LIKE,
  STRETCH_ALIKE,
  STRETCH_KIND,
  STRETCH_MORE,
  STRETCH_UNIT,
  TABLE_UNIT,
} from "./format.ts";
import { type Part, partsOf } from "./like-rows.ts";
import { NONE, NOTHING, type Operation, type Piece, Row, Section } from "./rows.ts";

/** One column for all numbers, or one for each sort: stretches, lengths, references, deletions, pairs, bodies. */
export type Columns = readonly [Io, Io, Io, Io, Io, Io];

export class Transcoder {
  sections: readonly Section[] = NONE;
  containers: readonly ContainerName[] = NONE;
  pairs: readonly number[] = NONE;
  /** Of all rows, one after the other, but in a document. */
  text = "";
  /** Of a document, by container; going out, they need not be there. */
  texts: ReadonlyMap<ContainerName, string> | undefined;
  /** Going in: how many rows may come, as every one takes a byte, and the caps that hold. */
  private budget: number;
  private readonly limits: Required<CrdtLimits> | undefined;
  private operations = 0;
  /** Keys that came lately. */
  private readonly keys: string[] = [];
  private readonly shared = new Map<number, readonly Piece[]>();
  /** What one body is made in. */
  private readonly one = new Writer();
  /** The unit referred to last: the next reference is likely near it, or near the replica's own end. */
  private at: Section | null = null;
  private atCounter = 0;

  constructor(size: number = Number.POSITIVE_INFINITY, limits?: Required<CrdtLimits>) {
    this.budget = size;
    this.limits = limits;
  }

  /** Going out: whether the first unit of an insert shows. */
  protected shows(_row: Row): boolean {
    return false;
  }

  /** Going out: names a container, and what it is in. */
  named(container: ContainerName): ContainerName {
    if (this.containers[container.place] === container) return container;
    if (container.parent !== null) this.named(container.parent);
    container.place = this.containers.length;
    this.containers = append(this.containers, container);
    return container;
  }

  /** Going out: puts what has been named in order. */
  order(): void {
    const { sections, containers } = this;
    if (sections.length > 1) placed((sections as Section[]).sort((a, b) => a.id - b.id)); // casts: nobody else has these
    if (containers.length > 0) placed((containers as ContainerName[]).sort(compareContainers));
  }

  /** Who is named. Answers what else there is. */
  tables(io: Io): number {
    let flags = (this.containers.length > 0 ? HAS_CONTAINERS : 0) + (this.pairs.length > 0 ? HAS_PAIRS : 0);
    for (const { deletions } of this.sections) if (deletions.length > 0) flags |= HAS_DELETIONS;
    flags = io.varint(flags + TABLE_UNIT * this.sections.length);
    const count = Math.floor(flags / TABLE_UNIT);
    checkLimit("maxReplicas", count, this.limits?.maxReplicas);
    if (count > io.remaining) throw bad("replica");
    let id = 0;
    for (let i = 0; i < count; i++) {
      const known = this.sections[i];
      const step = io.varint((known?.id ?? 0) - id);
      id += step;
      if ((i > 0 && step === 0) || !Number.isSafeInteger(id)) throw bad("replica");
      if (known === undefined) this.sections = append(this.sections, new Section(id, i));
    }
    if (flags & HAS_CONTAINERS && this.texts === undefined) this.names(io);
    return flags;
  }

  names(io: Io): void {
    const count = io.varint(this.containers.length);
    if (count > io.remaining) throw bad("container");
    for (let i = 0; i < count; i++) {
      const known = this.containers[i];
      const code = io.varint(2 * (known?.type ?? 0) + (known?.parent ? 1 : 0));
      const parent = code % 2 === 0 ? null : this.containers[i - io.varint(i - (known?.parent?.place ?? 0))];
      const name = io.name(known?.name ?? "");
      if (known !== undefined) continue;
      const type = Math.floor(code / 2);
      if (type > 127 || parent === undefined || (parent !== null && !holds(parent, type, name))) throw bad("container");
      const named = childName(type, name, parent);
      const before = this.containers[i - 1];
      if (before !== undefined && compareContainers(before, named) >= 0) throw bad("container");
      this.containers = append(this.containers, named);
    }
  }

  /** All else but the text. `flags` are what `tables` answered. */
  rows(flags: number, control: Io, lengths: Io, refs: Io, deletions: Io, pairs: Io, bodies: Io): void {
    const { sections } = this;
    for (const section of sections) this.section(section, control, lengths, refs);
    if (flags & HAS_DELETIONS) {
      for (const section of sections) this.deletions(section, deletions);
      uniteDeletions(sections);
    }
    if (flags & HAS_PAIRS) this.places(pairs);
    for (const { rows, deleted } of sections)
      for (const row of rows) if (row.kind !== GAP) this.content(row, deleted, bodies);
  }

  private section(section: Section, control: Io, lengths: Io, refs: Io): void {
    const known = section.rows;
    const codes = known.length < MIN_LIKE ? undefined : codesOf(section);
    const parts = codes === undefined ? NONE : partsOf(known, codes, (row) => this.shows(row as Row)); // cast: it asks about inserts
    let counter = -1;
    this.at = null;
    for (let i = 0, next = 0, more = true; more; ) {
      const first = known[i];
      let code = 0;
      if (first !== undefined) {
        const part: Part | undefined = parts === NONE ? undefined : parts[next++];
        let end = part?.end ?? i + 1;
        if (part === undefined) while (known[end]?.kind === first.kind) end++;
        code = 1 + (end < known.length ? STRETCH_MORE : 0);
        code += STRETCH_KIND * (first.kind + (part?.form ?? 0)) + STRETCH_UNIT * (end - i - 1);
      }
      code = control.varint(code) - 1;
      if (code < 0) {
        if (counter >= 0) throw bad("stretch");
        return;
      }
      if (counter < 0) counter = section.from = control.varint(section.from);
      more = (code & STRETCH_MORE) !== 0;
      const form = Math.floor(code / STRETCH_KIND) % 8;
      const kind = form > GAP ? form % 2 : form;
      const count = Math.floor(code / STRETCH_UNIT) + 1;
      this.budget -= count;
      if (this.budget < 0) throw bad("stretch");
      let length = 0;
      let shared = 0;
      for (let left = count; left > 0; left--) {
        let row = known[i++];
        if (row === undefined) {
          row =
            kind === WRITE
              ? new LoggedWrite(NOWHERE, counter, NO_HOME, NOTHING)
              : new Row(section, kind as Row["kind"], counter, 1); // cast: it is at most GAP
          section.rows = append(section.rows, row);
        }
        if (row.kind === WRITE)
          row.home = this.container(row.home, refs) as Container; // cast: committing finds it
        else {
          if (left === count || form <= GAP) length = lengths.varint(row.length - 1) + 1;
          row.length = length;
          if (kind !== GAP && (left === count || form < STRETCH_ALIKE))
            shared = refs.varint(codes?.[i - 1] ?? codeOf(row, this.at, this.atCounter));
          if (kind !== GAP) this.reference(row, refs, shared);
          if (form >= STRETCH_ALIKE && shared < 2) throw bad("stretch");
        }
        counter += row.length;
        if (counter > MAX_COUNTER) throw bad("counter");
        this.count(row.length);
      }
    }
    section.to = counter;
  }

  private count(operations: number): void {
    this.operations += operations;
    checkLimit("maxOperations", this.operations, this.limits?.maxOperations);
  }

  private container(home: ContainerName | undefined, refs: Io): ContainerName {
    const container = this.containers[refs.varint(home?.place ?? 0)];
    if (container === undefined) throw bad("container");
    return container;
  }

  /** Low bits: the side, then what the distance counts from. Distance 0 from the replica's own end is impossible as they are written: it stands for the long form. */
  private reference(row: Row, refs: Io, code: number): void {
    const { section, counter, parent } = row;
    row.side = code & 1 ? LEFT : RIGHT;
    const distance = Math.floor(code / 4);
    if (code & 2) {
      if (this.at === null) throw bad("reference");
      row.parent = this.at;
      row.parentCounter = this.atCounter + (distance % 2 === 0 ? distance / 2 : -(distance + 1) / 2);
    } else if (code > 1) {
      row.parent = section;
      row.parentCounter = counter - distance;
    } else {
      const place = parent === null ? 0 : parent.place + 2;
      let long = refs.varint(row.right === undefined ? place : 1);
      if (long === 1) {
        const right = refs.varint(row.right ? row.right.place + 1 : 0);
        row.right = right === 0 ? null : this.replica(right - 1);
        if (row.right !== null) row.rightCounter = this.far(row.right, row.rightCounter, refs);
        long = refs.varint(place);
        if (row.side === LEFT || long === 1) throw bad("origin");
      }
      if (long === 0) {
        row.home = this.container(row.home, refs);
        if (row.side === LEFT) throw bad("parent");
      } else {
        row.parent = this.replica(long - 2);
        row.parentCounter = this.far(row.parent, row.parentCounter, refs);
      }
    }
    if (!(row.parentCounter >= 0 && row.parentCounter < MAX_COUNTER)) throw bad("reference");
    this.at = row.parent;
    this.atCounter = row.parentCounter;
  }

  private replica(place: number): Section {
    const section = this.sections[place];
    if (section === undefined) throw bad("reference");
    return section;
  }

  private far(section: Section, counter: number, refs: Io): number {
    section.last += refs.svarint(counter - section.last);
    if (!(section.last >= 0 && section.last < MAX_COUNTER)) throw bad("reference");
    return section.last;
  }

  private deletions(section: Section, io: Io): void {
    const known = section.deletions;
    const count = io.varint(known.length);
    if (count > this.sections.length) throw bad("deletion");
    if (count > 0) section.goneTo = section.gone = io.varint(section.gone);
    for (let i = 0, before = -1; i < count; i++) {
      const one = known[i];
      const of = this.replica(io.varint(one?.of.place ?? 0));
      if (of.place <= before) throw bad("deletion");
      before = of.place;
      const bounds = this.intervals(section, one?.bounds ?? NONE, io);
      if (one !== undefined) continue;
      section.deletions = append(section.deletions, { of, bounds });
      of.deleters = append(of.deleters, bounds);
    }
  }

  private intervals(section: Section, known: readonly number[], io: Io): Intervals {
    const count = 2 * io.varint(known.length / 2 - 1) + 2;
    if (count > 2 * io.remaining) throw bad("deletion");
    let bounds: Intervals = [];
    let at = 0;
    for (let i = 0; i < count; i += 2) {
      const length = (known[i + 1] as number) - (known[i] as number) - 1; // casts: bounds come in pairs; going in, nobody looks at it
      const code = io.varint(((known[i] as number) - at) * 4 + Math.min(length, LONG_INTERVAL)); // cast: as above
      const start = at + Math.floor(code / 4);
      let end = start + (code % 4) + 1;
      if (code % 4 === LONG_INTERVAL) end += io.varint(length - LONG_INTERVAL);
      if (i > 0 && start === at) throw bad("deletion");
      at = end;
      section.goneTo += end - start;
      if (at > MAX_COUNTER || section.goneTo > MAX_COUNTER) throw bad("deletion");
      this.count(end - start);
      if (known.length > 0) continue;
      if (i === 0) bounds = [start, end];
      else bounds.push(start, end);
    }
    return bounds;
  }

  private places(io: Io): void {
    const count = io.varint(this.pairs.length);
    if (count === 0 || count > io.remaining) throw bad("pair");
    let at = 0;
    for (let i = 0; i < count; i++) {
      const known = this.pairs[i];
      const step = io.varint((known ?? 0) - at);
      if (i > 0 && step < 2) throw bad("pair");
      at += step;
      if (known === undefined) this.pairs = append(this.pairs, at);
    }
  }

  /** In a document, whose text stands elsewhere, most rows are short and in one piece: two pieces of each length do (bench: `crdt`, "load to first edit"). */
  private share(pieces: readonly Piece[], { kind, length }: Row): readonly Piece[] {
    if (kind !== TEXT_RUN || length > MAX_SHARED || pieces.length > 1) return pieces;
    const key = pieces[0]?.content === null ? length : -length;
    const known = this.shared.get(key);
    if (known === undefined) this.shared.set(key, pieces);
    return known ?? pieces;
  }

  /** Units that this update deletes have none. In a document text stands in the order of the sequence, which is not known yet. */
  private content(row: Operation, deleted: Intervals, bodies: Io): void {
    const { one } = this;
    const isGiven = this.limits === undefined;
    one.length = 0;
    if (row.kind === WRITE) {
      const { body, home } = row;
      if (home.type !== MAP) {
        const bytes = bodies.blob(body as Uint8Array); // casts: maps have registers, others have bytes
        if (!isGiven) row.body = bytes.slice();
      } else if (isGiven) {
        putRegister(one, body as Register);
        bodies.blob(one.view());
      } else row.body = takeRegister(bodies.blob(NOTHING), this.keys);
      return;
    }
    if (!isGiven) row.pieces = this.texts === undefined ? cut(row, deleted) : this.share(cut(row, deleted), row);
    if (row.kind === TEXT_RUN) return;
    let start = row.counter;
    for (const { content, length } of row.pieces) {
      for (let i = 0; content !== null && i < length; i++) {
        const items = content as Item[]; // cast: runs of a list hold items
        if (isGiven) {
          one.length = 0;
          putItem(one, items[i] as Item); // cast: within the list
          bodies.blob(one.view());
        } else items[i] = itemOf(bodies.blob(NOTHING), () => unitName(row.section.id, start + i));
      }
      start += length;
    }
  }
}

const MAX_SHARED = 64;

/** What a write that is read has until it is committed. */
const NOWHERE = undefined as unknown as ReplicaLog;
const NO_HOME = undefined as unknown as Container;

/** All that is deleted of each replica at once: added up one by one, a short document of many replicas would take minutes. */
export function uniteDeletions(sections: readonly Section[]): void {
  for (const section of sections) if (section.deleters.length > 0) section.deleted = unite(section.deleters);
}

function placed(list: readonly { place: number }[]): void {
  for (let i = 0; i < list.length; i++) (list[i] as { place: number }).place = i; // cast: within the list
}

/** Of each row. */
function codesOf({ rows }: Section): number[] {
  const codes: number[] = [];
  let before: Row | undefined;
  for (const row of rows) {
    const isRun = row.kind < WRITE;
    codes.push(isRun ? codeOf(row as Row, before?.parent ?? null, before?.parentCounter ?? 0) : 0);
    if (isRun) before = row as Row; // casts: an insert
  }
  return codes;
}

function codeOf(
  { section, counter, side, parent, parentCounter, right }: Row,
  at: Section | null,
  atCounter: number,
): number {
  let code = Number.POSITIVE_INFINITY;
  if (right === undefined && parent !== null) {
    if (parent === section) code = (counter - parentCounter) * 4;
    if (parent === at) code = Math.min(code, zigzag(parentCounter - atCounter) * 4 + 2);
  }
  return (code < Number.POSITIVE_INFINITY ? code : 0) + (side === LEFT ? 1 : 0);
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
