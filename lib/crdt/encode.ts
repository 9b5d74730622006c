/** Operations to bytes: the same operations always give the same bytes. The layout is in `format.ts`. */
import { createWriter, type Writer } from "../pool/index.ts";
import * as format from "./format.ts";
import { entryIndex } from "./log.ts";
import { itemAt } from "./long-list.ts";
import {
  type Assignment,
  DELETE,
  type Deletion,
  type Entry,
  INSERT,
  LEFT,
  type ReplicaLog,
  type Root,
  type Run,
  SET,
  type Span,
  VOID,
} from "./model.ts";
import { partIndex } from "./runs.ts";

/** The operations of one replica from a counter on. */
export interface Range {
  readonly log: ReplicaLog;
  readonly from: number;
}

export interface Encoder {
  encode(ranges: readonly Range[]): Uint8Array;
}

/** Makes an encoder that keeps its buffers from one call to the next: a keystroke's update costs one exact copy. */
export function createEncoder(): Encoder {
  const state: State = {
    out: createWriter(),
    heads: createWriter(),
    refs: createWriter({ minBytes: 32 }),
    pairs: createWriter({ minBytes: 32 }),
    maps: createWriter({ minBytes: 32 }),
    text: "",
    logs: [],
    roots: [],
    root: 0,
    atLog: null,
    atCounter: 0,
    last: [],
    units: 0,
    lastPair: 0,
  };
  return { encode: (ranges) => encodeRanges(ranges, state) };
}

/** The columns so far, and what the next entry is likely to be about; the decoder's state moves alike. */
interface State {
  readonly out: Writer;
  readonly heads: Writer;
  readonly refs: Writer;
  readonly pairs: Writer;
  readonly maps: Writer;
  text: string;
  /** The replicas and roots the entries name, in canonical order; each knows its place. */
  readonly logs: ReplicaLog[];
  readonly roots: Root[];
  root: number;
  /** The unit last touched: null is the start of the text. */
  atLog: ReplicaLog | null;
  atCounter: number;
  /** The counter last referred to, by place in the replica table. */
  readonly last: number[];
  /** Units inserted so far, and the place of the last deleted pair among them. */
  units: number;
  lastPair: number;
}

function encodeRanges(all: readonly Range[], state: State): Uint8Array {
  const ranges = all.filter(({ log, from }) => from < log.next);
  if (ranges.length > 1) ranges.sort((a, b) => a.log.id - b.log.id);
  start(ranges, state);
  const counts: number[] = [];
  for (const range of ranges) counts.push(encodeLog(range, state));
  writeTables(ranges, counts, state);
  const { out, text } = state;
  for (const column of [state.heads, state.refs, state.pairs, state.maps]) {
    if (column.length === 0 && column !== state.heads) continue;
    out.varint(column.length);
    out.bytes(column.toBytes());
  }
  if (text.length > 0) out.string(text);
  for (const log of state.logs) log.place = -1;
  for (const root of state.roots) root.place = -1;
  state.text = "";
  const bytes = out.toBytes();
  const crc = format.crc32(bytes, format.HEADER_BYTES);
  for (let i = 0; i < 4; i++) bytes[format.CRC_AT + i] = crc >>> (8 * i);
  return bytes;
}

function start(ranges: readonly Range[], state: State): void {
  const { logs, roots } = state;
  state.out.reset();
  state.heads.reset();
  state.refs.reset();
  state.pairs.reset();
  state.maps.reset();
  state.text = "";
  state.root = 0;
  state.units = 0;
  state.lastPair = 0;
  logs.length = 0;
  roots.length = 0;
  state.last.length = 0;
  for (const range of ranges) list(range, state);
  if (logs.length > 1) logs.sort((a, b) => a.id - b.id);
  if (roots.length > 1) roots.sort((a, b) => a.type - b.type || (a.name < b.name ? -1 : 1));
  for (let i = 0; i < logs.length; i++) {
    (logs[i] as ReplicaLog).place = i; // cast: within the list
    state.last.push(0);
  }
  for (let i = 0; i < roots.length; i++) (roots[i] as Root).place = i; // cast: within the list
}

function writeTables(ranges: readonly Range[], counts: readonly number[], state: State): void {
  const { out, logs, roots } = state;
  out.u8(format.MAGIC_B);
  out.u8(format.MAGIC_C);
  out.u8(format.VERSION);
  out.u32(0); // the checksum, once the rest is known
  out.u8(
    (state.refs.length > 0 ? format.HAS_REFS : 0) |
      (state.pairs.length > 0 ? format.HAS_PAIRS : 0) |
      (state.maps.length > 0 ? format.HAS_MAPS : 0) |
      (state.text.length > 0 ? format.HAS_TEXT : 0),
  );
  out.varint(logs.length);
  let before = 0;
  for (const log of logs) {
    out.varint(log.id - before);
    before = log.id;
  }
  out.varint(roots.length);
  for (const root of roots) {
    out.u8(root.type);
    out.string(root.name);
  }
  let next = 0; // ranges and logs are in the same order
  for (const log of logs) {
    const range = ranges[next];
    if (range?.log !== log) {
      out.varint(0);
      continue;
    }
    out.varint(counts[next++] ?? 0);
    out.varint(range.from);
  }
}

/** Lists the replicas and roots that the entries of a range name. */
function list({ log, from }: Range, state: State): void {
  listLog(log, state);
  for (let i = entryIndex(log, from); i < log.entries.length; i++) {
    const entry = log.entries[i] as Entry; // cast: within the list
    if (entry.kind === INSERT) {
      listRoot(entry.text, state);
      if (entry.counter < from) continue; // its parent is the unit before
      if (entry.parent !== null) listLog(entry.parent.log, state);
      if (entry.right !== null && hasUnusualRight(entry)) listLog(entry.right.log, state);
    } else if (entry.kind === DELETE) {
      listRoot(entry.text, state);
      listLog(entry.targetLog, state);
    } else if (entry.kind === SET) listRoot(entry.map, state);
  }
}

function listLog(log: ReplicaLog, state: State): void {
  if (log.place >= 0) return;
  log.place = state.logs.push(log) - 1;
}

function listRoot(root: Root, state: State): void {
  if (root.place >= 0) return;
  root.place = state.roots.push(root) - 1;
}

/** A span hung right of L nearly always has the right origin of L's span: only concurrent siblings make another. */
function hasUnusualRight(span: Span): boolean {
  if (span.side === LEFT) return false; // the parent itself
  const usual = span.parent;
  if (usual === null) return span.right !== null;
  return span.right !== usual.right || span.rightOffset !== usual.rightOffset;
}

function encodeLog(range: Range, state: State): number {
  const { log, from } = range;
  const { entries } = log;
  state.atLog = from > 0 ? log : null;
  state.atCounter = from - 1;
  state.last[log.place] = from;
  let count = 0;
  for (let i = entryIndex(log, from); i < entries.length; i++) {
    const entry = entries[i];
    if (entry === undefined) break;
    const skip = Math.max(0, from - entry.counter);
    count++;
    if (entry.kind === INSERT) encodeSpan(entry, skip, state);
    else if (entry.kind === DELETE) encodeDeletion(entry, skip, state);
    else if (entry.kind === SET) encodeAssignment(entry, state);
    else {
      let length = entry.length - skip;
      for (let next = entries[i + 1]; next?.kind === VOID; next = entries[i + 1]) {
        length += next.length; // gaps that touch are one
        i++;
      }
      state.heads.varint(VOID + (length - 1) * format.HEAD_UNIT);
    }
  }
  return count;
}

function encodeSpan(span: Span, skip: number, state: State): void {
  const parentLog = skip > 0 ? span.log : span.parent === null ? null : span.parent.log;
  const parent =
    skip > 0 ? span.counter + skip - 1 : span.parent === null ? 0 : span.parent.counter + span.parentOffset;
  const side = skip > 0 || span.side !== LEFT ? 0 : format.HEAD_FLAG;
  const unusual = skip === 0 && hasUnusualRight(span);
  writeHead(INSERT + side, span.length - skip, parentLog, parent, span.text, unusual, state);
  if (unusual) {
    writeRef(
      span.right === null ? null : span.right.log,
      span.right === null ? 0 : span.right.counter + span.rightOffset,
      state,
    );
  }
  const { parts } = span;
  for (let i = skip > 0 ? partIndex(span, skip) : 0; i < parts.length; i++) {
    const part = itemAt(parts, i) as Run; // cast: within the list
    if (part.text !== null) state.text += skip > part.offset ? part.text.slice(skip - part.offset) : part.text;
  }
  if (span.pairs !== null) encodeDeletedPairs(span, skip, state);
  state.units += span.length - skip;
  state.atLog = span.log;
  state.atCounter = span.counter + span.length - 1;
}

/** Halves of a pair stay together even when the text is gone, so the places of deleted pairs are kept. */
function encodeDeletedPairs(span: Span, skip: number, state: State): void {
  const { parts } = span;
  let at = 0;
  for (const pair of span.pairs ?? []) {
    if (pair < skip) continue;
    for (let next = itemAt(parts, 1 + at); next !== undefined && next.offset <= pair; next = itemAt(parts, 1 + at))
      at++;
    if (itemAt(parts, at)?.text !== null) continue;
    const place = state.units + pair - skip;
    state.pairs.varint(place - state.lastPair);
    state.lastPair = place;
  }
}

function encodeDeletion(entry: Deletion, skip: number, state: State): void {
  const length = entry.length - skip;
  const target = entry.back ? entry.target - skip : entry.target + skip;
  const back = entry.back && length > 1;
  writeHead(DELETE + (back ? format.HEAD_FLAG : 0), length, entry.targetLog, target, entry.text, false, state);
  state.atLog = entry.targetLog;
  state.atCounter = back ? target - length + 1 : target;
}

function encodeAssignment(entry: Assignment, state: State): void {
  const root = entry.map.place;
  const extra = root === state.root ? 0 : format.HEAD_EXTRA;
  const gone = entry.bytes === null ? format.HEAD_FLAG : 0;
  state.heads.varint(SET + gone + extra + entry.lamport * format.HEAD_UNIT);
  if (extra !== 0) state.refs.varint(root * 2);
  state.root = root;
  state.maps.string(entry.key);
  if (entry.bytes === null) return;
  state.maps.varint(entry.bytes.length);
  state.maps.bytes(entry.bytes);
}

function writeHead(
  kind: number,
  length: number,
  log: ReplicaLog | null,
  counter: number,
  of: Root,
  unusual: boolean,
  state: State,
): void {
  const root = of.place;
  const usual = log === state.atLog && (log === null || counter === state.atCounter);
  const extra = root !== state.root || unusual;
  state.heads.varint(
    kind + (usual ? 0 : format.HEAD_REF) + (extra ? format.HEAD_EXTRA : 0) + (length - 1) * format.HEAD_UNIT,
  );
  if (!usual) writeRef(log, counter, state);
  if (extra) state.refs.varint(root * 2 + (unusual ? 1 : 0));
  state.root = root;
}

/** Even: the distance in the replica touched last. Odd: a place in the replica table, then the distance from its last reference. */
function writeRef(log: ReplicaLog | null, counter: number, state: State): void {
  if (log === null) {
    state.refs.varint(1);
    return;
  }
  const { place } = log;
  if (log === state.atLog) {
    const distance = counter - state.atCounter;
    state.refs.varint(distance < 0 ? -4 * distance - 2 : 4 * distance);
  } else {
    state.refs.varint((place + 1) * 2 + 1);
    state.refs.svarint(counter - (state.last[place] as number)); // cast: last is as long as the table
  }
  state.last[place] = counter;
}
