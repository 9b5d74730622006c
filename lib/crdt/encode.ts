/** Operations to bytes: the same operations always give the same bytes. The layout is in `format.ts`. */
import { Writer } from "./bytes.ts";
import { compareContainers } from "./container-name.ts";
import * as format from "./format.ts";
import type { Intervals } from "./intervals.ts";
import { entryIndex, isSpan } from "./log.ts";
import {
  type Container,
  type DocModel,
  type Entry,
  GAP,
  LEFT,
  type ReplicaLog,
  type Sequence,
  type Span,
  TEXT,
  TEXT_RUN,
  WRITE,
} from "./model.ts";
import { partAt, textOf } from "./runs.ts";

/** The operations of one replica from a counter on, and its deletions from a number on: whose units, in the order of their ids, and which. */
export interface Range {
  readonly log: ReplicaLog;
  readonly from: number;
  readonly gone: number;
  readonly targets: readonly ReplicaLog[];
  /** One for each target, in chunks. */
  readonly sets: readonly (readonly Intervals[])[];
}

/** All that a replica has deleted. */
export function deletionsOf(log: ReplicaLog): Pick<Range, "targets" | "sets"> {
  const found = [...log.deleted].sort(([a], [b]) => a.id - b.id);
  return { targets: found.map(([targets]) => targets), sets: found.map(([, { chunks }]) => chunks) };
}

/** Updates are views of buffers of this size, so that a keystroke costs no allocation but its view (bench: `crdt`, B4 with updates: 0.25 us). */
const ARENA = 2048;
const MOST_IN_ARENA = 256;

/** Makes bytes. What a keystroke needs is kept from one time to the next. */
export class Encoder {
  /** Of updates. It is never rewound: what stands in it has been handed out. */
  private arena = new Writer();
  private control = this.arena;
  private lengths = this.arena;
  private refs = this.arena;
  private deletions = this.arena;
  private readonly bodies = new Writer();
  private text = "";
  private isDocument = false;
  /** Where the deleted pairs are, in units of text from the first row on. */
  private pairs: number[] = [];
  private units = 0;
  /** The replicas and containers that are named, in canonical order; each knows its place. */
  private logs: ReplicaLog[] = [];
  private containers: Container[] = [];
  /** The unit referred to last: the next reference is likely near it, or near the replica's own end. */
  private atLog: ReplicaLog | null = null;
  private atCounter = 0;
  /** The counter last referred to, by place in the replica table. */
  private last: number[] = [];

  /** The operations of an update. */
  update(ranges: readonly Range[]): Uint8Array {
    let { arena } = this;
    if (arena.buffer.length - arena.length < MOST_IN_ARENA || arena.buffer.length > ARENA) {
      this.arena = arena = new Writer();
      arena.buffer = new Uint8Array(ARENA);
    }
    const start = arena.length;
    this.control = this.lengths = this.refs = this.deletions = arena;
    this.start(ranges, false);
    arena.u8(format.UPDATE);
    arena.claim(4); // the checksum, once the rest is known
    this.tables(ranges);
    if (this.containers.length > 0) this.writeContainers(arena);
    this.rows(ranges);
    if (this.pairs.length > 0) this.writePairs(arena);
    const { bodies } = this;
    if (bodies.length > 0) arena.bytes(bodies.toBytes());
    arena.utf8(this.text);
    const { buffer, length } = arena;
    sum(buffer, start + format.UPDATE_HEADER, length, start + 1);
    this.finish();
    if (length - start <= MOST_IN_ARENA) return buffer.subarray(start, length);
    arena.length = start;
    return buffer.slice(start, length);
  }

  /** All operations, the texts first. */
  document({ logs }: DocModel): Uint8Array {
    const ranges: Range[] = [...logs.values()]
      .filter(({ next, gone }) => next + gone > 0)
      .map((log) => ({ log, from: 0, gone: 0, ...deletionsOf(log) }))
      .sort((a, b) => a.log.id - b.log.id);
    const [out, texts, control, lengths, refs, deletions, pairs] = Array.from({ length: 7 }, () => new Writer()) as [
      Writer,
      Writer,
      Writer,
      Writer,
      Writer,
      Writer,
      Writer,
    ]; // cast: as many were made
    Object.assign(this, { control, lengths, refs, deletions });
    this.start(ranges, true);
    this.writeContainers(texts);
    for (const container of this.containers) if (container.type === TEXT) texts.string(textOf(container as Sequence)); // cast: texts are sequences
    out.u8(format.DOCUMENT);
    out.claim(8);
    out.varint(texts.length);
    const textsFrom = out.length;
    out.bytes(texts.toBytes());
    const textsTo = out.length;
    this.control = out;
    this.tables(ranges);
    this.control = control;
    this.rows(ranges);
    if (this.pairs.length > 0) this.writePairs(pairs);
    for (const column of [control, lengths, refs, deletions, pairs, this.bodies]) {
      out.varint(column.length);
      out.bytes(column.toBytes());
    }
    sum(out.buffer, textsFrom, textsTo, 1);
    sum(out.buffer, textsTo, out.length, 5);
    this.finish();
    return out.toBytes();
  }

  /** Names what the ranges refer to. */
  private start(ranges: readonly Range[], isDocument: boolean): void {
    this.isDocument = isDocument;
    this.units = this.bodies.length = 0;
    for (const range of ranges) this.scan(range);
    const { logs, containers, last } = this;
    if (logs.length > 1) logs.sort((a, b) => a.id - b.id);
    if (containers.length > 1) containers.sort(compareContainers);
    for (let i = 0; i < logs.length; i++) {
      (logs[i] as ReplicaLog).place = i; // cast: within the list
      last[i] = 0;
    }
    for (let i = 0; i < containers.length; i++) (containers[i] as Container).place = i; // cast: within the list
  }

  private finish(): void {
    const { logs, containers } = this;
    for (const log of logs) log.place = -1;
    for (const container of containers) container.place = -1;
    // one replica is the rule, and truncating an array costs more than making one
    if (logs.length > 1) this.logs = [];
    else logs.pop();
    if (containers.length > 0) this.containers = [];
    if (this.pairs.length > 0) this.pairs = [];
    this.text = "";
  }

  /** Lists the replicas and containers that a range names, and its deleted pairs: halves stay together even when the text is gone. */
  private scan({ log, from, targets }: Range): void {
    const { entries } = log;
    this.name(log);
    for (let i = from < log.next ? entryIndex(log, from) : entries.length; i < entries.length; i++) {
      const entry = entries[i] as Entry; // cast: within the list
      if (entry.kind === WRITE) this.nameContainer(entry.home);
      else if (isSpan(entry)) {
        const skip = Math.max(0, from - entry.counter);
        if (skip === 0) {
          // else its parent is the unit before
          if (entry.parent === null) this.nameContainer(entry.home);
          else this.name(entry.parent.log);
          if (entry.right !== null && hasUnusualRight(entry)) this.name(entry.right.log);
        }
        if (entry.kind !== TEXT_RUN) continue;
        if (entry.pairs !== null)
          for (const pair of entry.pairs)
            if (pair >= skip && isDeleted(entry, pair)) this.pairs.push(this.units + pair - skip);
        this.units += entry.length - skip;
      }
    }
    for (const target of targets) this.name(target);
  }

  private name(log: ReplicaLog): void {
    if (log.place < 0) log.place = this.logs.push(log) - 1;
  }

  private nameContainer(container: Container): void {
    if (container.place >= 0) return;
    if (container.parent !== null) this.nameContainer(container.parent);
    container.place = this.containers.push(container) - 1;
  }

  private tables(ranges: readonly Range[]): void {
    const { control, logs } = this;
    let flags = this.containers.length > 0 ? format.HAS_CONTAINERS : 0;
    for (const { targets } of ranges) if (targets.length > 0) flags |= format.HAS_DELETIONS;
    if (this.pairs.length > 0) flags |= format.HAS_PAIRS;
    control.varint(flags + format.TABLE_UNIT * logs.length);
    let before = 0;
    for (const { id } of logs) {
      control.varint(id - before);
      before = id;
    }
  }

  private writeContainers(out: Writer): void {
    out.varint(this.containers.length);
    for (const { type, name, parent, place } of this.containers) {
      out.varint(2 * type + (parent === null ? 0 : 1));
      if (parent !== null) out.varint(place - parent.place);
      out.string(name);
    }
  }

  private writePairs(out: Writer): void {
    out.varint(this.pairs.length);
    let before = 0;
    for (const pair of this.pairs) {
      out.varint(pair - before);
      before = pair;
    }
  }

  /** Ranges and logs are in the same order; a log that is only referred to has no range. */
  private rows(ranges: readonly Range[]): void {
    let at = 0;
    let any = false;
    for (const log of this.logs) {
      const range = at < ranges.length ? (ranges[at] as Range) : undefined; // cast: within the list
      if (range?.log === log) {
        at++;
        this.section(range);
        if (range.targets.length > 0) any = true;
      } else this.control.varint(0);
    }
    if (!any) return;
    at = 0;
    for (const log of this.logs) {
      const range = at < ranges.length ? (ranges[at] as Range) : undefined; // cast: within the list
      if (range?.log === log) {
        at++;
        this.writeDeletions(range);
      } else this.deletions.varint(0);
    }
  }

  private section({ log, from }: Range): void {
    const { control } = this;
    if (from >= log.next) {
      control.varint(0);
      return;
    }
    const { entries } = log;
    this.atLog = null;
    const start = entryIndex(log, from);
    for (let i = start; i < entries.length; ) {
      const { kind } = entries[i] as Entry; // cast: within the list
      let end = i + 1;
      while (end < entries.length && (entries[end] as Entry).kind === kind) end++; // cast: within the list
      // gaps that touch are one
      const count = kind === GAP ? 1 : end - i;
      const more = end < entries.length ? format.STRETCH_MORE : 0;
      control.varint(1 + more + format.STRETCH_KIND * kind + format.STRETCH_UNIT * (count - 1));
      if (i === start) control.varint(from);
      if (kind === GAP) {
        const last = entries[end - 1] as Entry; // cast: within the list
        this.lengths.varint(last.counter + last.length - Math.max(from, (entries[i] as Entry).counter) - 1); // cast: within the list
      } else for (let n = i; n < end; n++) this.entry(entries[n] as Entry, from); // cast: within the list
      i = end;
    }
  }

  private entry(entry: Entry, from: number): void {
    if (entry.kind === WRITE) {
      this.refs.varint(entry.home.place);
      this.body(entry.body);
    } else if (isSpan(entry)) this.span(entry, Math.max(0, from - entry.counter));
  }

  private span(span: Span, skip: number): void {
    const { log, parent } = span;
    this.lengths.varint(span.length - skip - 1);
    if (skip > 0) this.reference(log, span.counter + skip - 1, span, skip);
    else if (parent === null) this.reference(null, 0, span, 0);
    else this.reference(parent.log, parent.counter + span.parentOffset, span, 0);
    if (span.kind === TEXT_RUN) {
      if (this.isDocument) return;
      // What was typed last need not be cut out of the run it has joined.
      if (log.typedAt === span.counter + skip && log.typedAt + log.typed.length === span.counter + span.length) {
        this.text = this.text === "" ? log.typed : this.text + log.typed;
        return;
      }
    }
    for (let at = skip; at < span.length; ) {
      const { offset, length, content: shown, aside } = partAt(span, at);
      at = offset + length;
      const content = shown ?? aside;
      if (content === null) continue;
      const rest = skip > offset ? content.slice(skip - offset) : content;
      if (typeof rest === "string") this.text += rest;
      else for (const { bytes } of rest) this.body(bytes);
    }
  }

  private body(bytes: Uint8Array): void {
    this.bodies.varint(bytes.length);
    this.bodies.bytes(bytes);
  }

  /** Low bits: the side, then what the distance counts from. Distance 0 from the replica's own end is impossible as they are written: it stands for the long form. */
  private reference(log: ReplicaLog | null, counter: number, span: Span, skip: number): void {
    const { refs, atLog } = this;
    const side = skip === 0 && span.side === LEFT ? 1 : 0;
    const isUnusual = skip === 0 && hasUnusualRight(span);
    const back = log === span.log ? (span.counter + skip - counter) * 4 + side : Number.POSITIVE_INFINITY;
    const step =
      log !== null && log === atLog ? zigzag(counter - this.atCounter) * 4 + 2 + side : Number.POSITIVE_INFINITY;
    const short = Math.min(back, step);
    if (!isUnusual && short < Number.POSITIVE_INFINITY) refs.varint(short);
    else {
      refs.varint(side);
      if (isUnusual) {
        refs.varint(1);
        if (span.right === null) refs.varint(0);
        else this.far(1, span.right.log, span.right.counter + span.rightOffset);
      }
      if (log === null) {
        refs.varint(0);
        refs.varint(span.home.place);
      } else this.far(2, log, counter);
    }
    this.atLog = log;
    this.atCounter = counter;
  }

  private far(first: number, { place }: ReplicaLog, counter: number): void {
    this.refs.varint(first + place);
    this.refs.svarint(counter - (this.last[place] as number)); // cast: last is as long as the table
    this.last[place] = counter;
  }

  private writeDeletions({ gone, targets, sets }: Range): void {
    const { deletions } = this;
    deletions.varint(targets.length);
    if (targets.length === 0) return;
    deletions.varint(gone);
    for (let n = 0; n < targets.length; n++) {
      const chunks = sets[n] as readonly Intervals[]; // cast: one for each target
      let count = 0;
      for (const bounds of chunks) count += bounds.length / 2;
      deletions.varint((targets[n] as ReplicaLog).place); // cast: within the list
      deletions.varint(count - 1);
      let before = 0;
      for (const bounds of chunks) {
        for (let i = 0; i < bounds.length; i += 2) {
          const start = bounds[i] as number; // cast: within the list
          const end = bounds[i + 1] as number; // cast: bounds come in pairs
          const length = end - start - 1;
          deletions.varint((start - before) * 4 + Math.min(length, format.LONG_INTERVAL));
          if (length >= format.LONG_INTERVAL) deletions.varint(length - format.LONG_INTERVAL);
          before = end;
        }
      }
    }
  }
}

/** A span hung right of L nearly always has the right origin of L's span: only concurrent siblings make another. */
export function hasUnusualRight(span: Span): boolean {
  if (span.side === LEFT) return false; // the parent itself
  const usual = span.parent;
  if (usual === null) return span.right !== null;
  return span.right !== usual.right || span.rightOffset !== usual.rightOffset;
}

function isDeleted(span: Span, offset: number): boolean {
  return partAt(span, offset).content === null;
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function sum(bytes: Uint8Array, from: number, to: number, at: number): void {
  const crc = format.crc32(bytes, from, to);
  for (let i = 0; i < 4; i++) bytes[at + i] = crc >>> (8 * i);
}
