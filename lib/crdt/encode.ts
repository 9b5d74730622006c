/** Operations to bytes: the same operations always give the same bytes. The layout is in `format.ts`. */
import { Writer } from "./bytes.ts";
import { compareContainers } from "./container-name.ts";
import * as format from "./format.ts";
import type { Deleted } from "./intervals.ts";
import { entryIndex, isSpan } from "./log.ts";
import { itemAt } from "./long-list.ts";
import {
  type Container,
  type DocModel,
  type Entry,
  GAP,
  type Item,
  LEFT,
  type ReplicaLog,
  type Run,
  type Sequence,
  type Span,
  TEXT,
  TEXT_RUN,
  WRITE,
} from "./model.ts";
import { partIndex, textOf } from "./runs.ts";

/** The operations of one replica from a counter on, and its deletions from a number on. */
export interface Range {
  readonly log: ReplicaLog;
  readonly from: number;
  readonly gone: number;
  readonly deleted: ReadonlyMap<ReplicaLog, Deleted>;
}

const NONE: number[] = [];
const NOWHERE: Container[] = [];

/** Makes bytes, and keeps its buffers from one time to the next: a keystroke's update costs one exact copy. */
export class Encoder {
  private readonly out = new Writer();
  private readonly columns: readonly Writer[] = Array.from({ length: 5 }, () => new Writer());
  private readonly bodies = new Writer();
  private control: Writer = this.out;
  private lengths: Writer = this.out;
  private refs: Writer = this.out;
  private deletions: Writer = this.out;
  private pairColumn: Writer = this.out;
  private text = "";
  private pairs: number[] = NONE;
  /** The replicas and containers that are named, in canonical order; each knows its place. */
  private logs: ReplicaLog[] = [];
  private containers: Container[] = NOWHERE;
  /** The unit referred to last: the next reference is likely near it, or near the replica's own end. */
  private atLog: ReplicaLog | null = null;
  private atCounter = 0;
  /** The counter last referred to, by place in the replica table. */
  private last: number[] = [];
  private units = 0;

  /** The operations of an update. */
  update(ranges: Range[]): Uint8Array {
    const { out } = this;
    if (ranges.length > 1) ranges.sort((a, b) => a.log.id - b.log.id);
    this.start(ranges);
    this.control = this.lengths = this.refs = this.deletions = this.pairColumn = out;
    out.u8(format.UPDATE);
    out.claim(4); // the checksum, once the rest is known
    this.tables(ranges);
    if (this.containers.length > 0) this.writeContainers(out);
    this.rows(ranges, false);
    if (this.bodies.length > 0) out.bytes(this.bodies.toBytes());
    if (this.text !== "") out.utf8(this.text);
    const bytes = out.toBytes();
    sum(bytes, format.UPDATE_HEADER, bytes.length, 1);
    return this.finish(bytes);
  }

  /** All operations, the texts first. */
  document(doc: DocModel): Uint8Array {
    const { out } = this;
    const ranges: Range[] = [...doc.logs.values()]
      .filter(({ next, gone }) => next + gone > 0)
      .map((log) => ({ log, from: 0, gone: 0, deleted: log.deleted }))
      .sort((a, b) => a.log.id - b.log.id);
    this.start(ranges);
    const [control, lengths, refs, deletions, pairs] = this.columns as [Writer, Writer, Writer, Writer, Writer]; // cast: five were made
    for (const column of this.columns) column.length = 0;
    Object.assign(this, { control, lengths, refs, deletions, pairColumn: pairs });
    const texts = this.writeTexts();
    this.tables(ranges);
    const tables = out.toBytes();
    out.length = 0;
    out.u8(format.DOCUMENT);
    out.claim(4);
    out.claim(4);
    out.varint(texts.length);
    const textsFrom = out.length;
    out.bytes(texts);
    out.bytes(tables);
    this.rows(ranges, true);
    for (const column of [...this.columns, this.bodies]) {
      out.varint(column.length);
      if (column.length > 0) out.bytes(column.toBytes());
    }
    const bytes = out.toBytes();
    sum(bytes, textsFrom, textsFrom + texts.length, 1);
    sum(bytes, textsFrom + texts.length, bytes.length, 5);
    return this.finish(bytes);
  }

  private start(ranges: readonly Range[]): void {
    this.out.length = 0;
    this.bodies.length = 0;
    this.text = "";
    this.units = 0;
    const only = ranges.length === 1 ? ranges[0] : undefined;
    this.logs = only === undefined ? [] : [only.log]; // a literal: pushing makes room for many
    if (only !== undefined) only.log.place = 0;
    this.last = [0];
    this.pairs = NONE;
    this.containers = NOWHERE;
    for (let i = 0; i < ranges.length; i++) this.list(ranges[i] as Range); // cast: within the list
    const { logs, containers, last } = this;
    if (logs.length > 1) logs.sort((a, b) => a.id - b.id);
    if (containers.length > 1) containers.sort(compareContainers);
    for (let i = 0; i < logs.length; i++) {
      (logs[i] as ReplicaLog).place = i; // cast: within the list
      if (i > 0) last.push(0);
    }
    for (let i = 0; i < containers.length; i++) (containers[i] as Container).place = i; // cast: within the list
  }

  private finish(bytes: Uint8Array): Uint8Array {
    for (const log of this.logs) log.place = -1;
    for (const container of this.containers) container.place = -1;
    this.text = "";
    return bytes;
  }

  /** Lists the replicas and containers that a range names. */
  private list({ log, from, deleted }: Range): void {
    this.listLog(log);
    if (from < log.next) {
      for (let i = entryIndex(log, from); i < log.entries.length; i++) {
        const entry = log.entries[i] as Entry; // cast: within the list
        if (entry.kind === WRITE) this.listContainer(entry.home);
        if (!isSpan(entry) || entry.counter < from) continue; // else its parent is the unit before
        if (entry.parent === null) this.listContainer(entry.home);
        else this.listLog(entry.parent.log);
        if (entry.right !== null && hasUnusualRight(entry)) this.listLog(entry.right.log);
      }
    }
    if (deleted.size > 0) for (const targets of deleted.keys()) this.listLog(targets);
  }

  private listLog(log: ReplicaLog): void {
    if (log.place < 0) log.place = this.logs.push(log) - 1;
  }

  private listContainer(container: Container): void {
    if (container.place >= 0) return;
    if (container.parent !== null) this.listContainer(container.parent);
    if (this.containers === NOWHERE) this.containers = [];
    container.place = this.containers.push(container) - 1;
  }

  private tables(ranges: readonly Range[]): void {
    const { out, logs } = this;
    let flags = this.containers.length > 0 ? format.HAS_CONTAINERS : 0;
    for (const { deleted } of ranges) if (deleted.size > 0) flags |= format.HAS_DELETIONS;
    if (this.hasDeletedPairs(ranges)) flags |= format.HAS_PAIRS;
    out.varint(flags + format.TABLE_UNIT * logs.length);
    let before = 0;
    for (const { id } of logs) {
      out.varint(id - before);
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

  private writeTexts(): Uint8Array {
    this.writeContainers(this.bodies);
    for (const container of this.containers)
      if (container.type === TEXT) this.bodies.string(textOf(container as Sequence)); // cast: texts are sequences
    const texts = this.bodies.toBytes();
    this.bodies.length = 0;
    return texts;
  }

  private hasDeletedPairs(ranges: readonly Range[]): boolean {
    for (const { log, from } of ranges) {
      if (from >= log.next) continue;
      for (let i = entryIndex(log, from); i < log.entries.length; i++) {
        const entry = log.entries[i] as Entry; // cast: within the list
        if (!isSpan(entry) || entry.pairs === null) continue;
        for (const pair of entry.pairs) if (pair >= from - entry.counter && isDeleted(entry, pair)) return true;
      }
    }
    return false;
  }

  private rows(ranges: readonly Range[], isDocument: boolean): void {
    const { logs, deletions, pairColumn } = this;
    let at = 0; // ranges and logs are in the same order
    let any = false;
    for (const log of logs) {
      const range = ranges[at];
      if (range?.log === log) {
        at++;
        this.section(range, isDocument);
        if (range.deleted.size > 0) any = true;
      } else this.control.varint(0);
    }
    if (any) {
      at = 0;
      for (const log of logs) {
        const range = ranges[at];
        if (range?.log === log) {
          at++;
          this.writeDeletions(range);
        } else deletions.varint(0);
      }
    }
    const { pairs } = this; // the rows have gathered them
    if (pairs.length === 0) return;
    pairColumn.varint(pairs.length);
    let before = 0;
    for (const pair of pairs) {
      pairColumn.varint(pair - before);
      before = pair;
    }
  }

  private section({ log, from }: Range, isDocument: boolean): void {
    const { control } = this;
    if (from >= log.next) {
      control.varint(0);
      return;
    }
    const { entries } = log;
    this.atLog = null;
    let i = entryIndex(log, from);
    let first = true;
    while (i < entries.length) {
      const { kind } = entries[i] as Entry; // cast: within the list
      let end = i + 1;
      while (entries[end]?.kind === kind) end++;
      // gaps that touch are one
      const count = kind === GAP ? 1 : end - i;
      const more = end < entries.length ? format.STRETCH_MORE : 0;
      control.varint(1 + more + format.STRETCH_KIND * kind + format.STRETCH_UNIT * (count - 1));
      if (first) control.varint(from);
      first = false;
      if (kind === GAP) {
        const last = entries[end - 1] as Entry; // cast: within the list
        const start = Math.max(from, (entries[i] as Entry).counter); // cast: within the list
        this.lengths.varint(last.counter + last.length - start - 1);
      } else for (let n = i; n < end; n++) this.entry(entries[n] as Entry, from, isDocument); // cast: within the list
      i = end;
    }
  }

  private entry(entry: Entry, from: number, isDocument: boolean): void {
    if (entry.kind === WRITE) {
      this.refs.varint(entry.home.place);
      this.bodies.varint(entry.body.length);
      this.bodies.bytes(entry.body);
    } else if (isSpan(entry)) this.span(entry, Math.max(0, from - entry.counter), isDocument);
  }

  private span(span: Span, skip: number, isDocument: boolean): void {
    this.lengths.varint(span.length - skip - 1);
    if (skip > 0) this.reference(span.log, span.counter + skip - 1, span, skip);
    else if (span.parent === null) this.reference(null, 0, span, 0);
    else this.reference(span.parent.log, span.parent.counter + span.parentOffset, span, 0);
    const { parts } = span;
    const isText = span.kind === TEXT_RUN;
    if (!(isText && isDocument)) {
      for (let i = skip > 0 ? partIndex(span, skip) : 0; i < parts.length; i++) {
        const { content, offset } = itemAt(parts, i) as Run; // cast: within the list
        if (content === null) continue;
        const rest = skip > offset ? content.slice(skip - offset) : content;
        if (typeof rest === "string") this.text += rest;
        else for (const item of rest) this.item(item);
      }
    }
    if (!isText) return;
    // Halves of a pair stay together even when the text is gone, so the places of deleted pairs are kept.
    for (const pair of span.pairs ?? []) {
      if (pair < skip || !isDeleted(span, pair)) continue;
      if (this.pairs === NONE) this.pairs = [];
      this.pairs.push(this.units + pair - skip);
    }
    this.units += span.length - skip;
  }

  private item({ bytes }: Item): void {
    this.bodies.varint(bytes.length);
    this.bodies.bytes(bytes);
  }

  /** Low bits: the side, then what the distance counts from. Distance 0 from the replica's own end is impossible as they are written: it stands for the long form. */
  private reference(log: ReplicaLog | null, counter: number, span: Span, skip: number): void {
    const { refs, last, atLog, atCounter } = this;
    const side = skip === 0 && span.side === LEFT ? 1 : 0;
    const isUnusual = skip === 0 && hasUnusualRight(span);
    const back = log === span.log ? (span.counter + skip - counter) * 4 + side : Number.POSITIVE_INFINITY;
    const step = log !== null && log === atLog ? zigzag(counter - atCounter) * 4 + 2 + side : Number.POSITIVE_INFINITY;
    if (!isUnusual && Math.min(back, step) < Number.POSITIVE_INFINITY) refs.varint(Math.min(back, step));
    else {
      refs.varint(side);
      if (isUnusual) {
        refs.varint(1);
        this.place(span.right, span.rightOffset);
      }
      if (log === null) {
        refs.varint(0);
        refs.varint(span.home.place);
      } else {
        refs.varint(2 + log.place);
        refs.svarint(counter - (last[log.place] as number)); // cast: last is as long as the table
        last[log.place] = counter;
      }
    }
    this.atLog = log;
    this.atCounter = counter;
  }

  private place(span: Span | null, offset: number): void {
    const { refs, last } = this;
    if (span === null) {
      refs.varint(0);
      return;
    }
    const { place } = span.log;
    const counter = span.counter + offset;
    refs.varint(1 + place);
    refs.svarint(counter - (last[place] as number)); // cast: last is as long as the table
    last[place] = counter;
  }

  private writeDeletions({ gone, deleted }: Range): void {
    const { deletions } = this;
    deletions.varint(deleted.size);
    if (deleted.size === 0) return;
    deletions.varint(gone);
    const sets = [...deleted];
    if (sets.length > 1) sets.sort(([a], [b]) => a.id - b.id);
    for (const [targets, { chunks }] of sets) {
      let count = 0;
      for (const bounds of chunks) count += bounds.length / 2;
      deletions.varint(targets.place);
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
  return (itemAt(span.parts, partIndex(span, offset)) as Run).content === null; // cast: parts cover the span
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function sum(bytes: Uint8Array, from: number, to: number, at: number): void {
  const crc = format.crc32(bytes, from, to);
  for (let i = 0; i < 4; i++) bytes[at + i] = crc >>> (8 * i);
}
