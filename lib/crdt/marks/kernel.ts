/**
 * Marks on a text, after "Peritext: A CRDT for Collaborative Rich Text Editing" (Litt, Lim, Kleppmann, van Hardenberg, 2022).
 *
 * A mark is set on a range whose ends are anchored before or after a unit, so that what is inserted at an end falls inside or outside as the kind of
 * mark wants. A unit has, of each kind, the value of the latest mark whose range it is in; a mark of null takes away.
 * Marks of one kind on the same anchors are one register; else all are kept, as each may show through where later ones are not.
 */
import { decodeValue, type WireValue } from "../../wire/index.ts";
import { Reader, Writer } from "../encoding/bytes.ts";
import { MAX_COUNTER } from "../encoding/format.ts";
import { readRefs, writeRefs } from "../encoding/refs.ts";
import { NONE, type Ref } from "../encoding/rows.ts";
import type { Body, Container, DocModel, Sequence, Span, Write } from "../model.ts";
import { bad } from "../refuse.ts";
import { isHigh } from "../sequence/sequence.ts";
import { spanAt, supersede } from "../update/log.ts";

export const MARKS = 7;

/** Next to a unit; null is an end of the text. */
export interface Anchor {
  readonly span: Span;
  readonly offset: number;
  readonly after: boolean;
}

export interface Mark {
  readonly register: string;
  readonly write: Write;
  readonly time: number;
  readonly start: Anchor | null;
  readonly end: Anchor | null;
  readonly key: string;
  readonly value: WireValue;
  readonly bytes: Uint8Array;
  /** Taken back: it holds its place, so that what it has overwritten stays so, and marks nothing. */
  isRemoved: boolean;
  /** The one that it stands for, on units that came back or behind others that an undo has written anew. */
  origin: Mark | undefined;
  /** It stands for marks on units that came back, and only there. */
  isPart: boolean;
  /** What marked these units beneath it, where it stands for several: it is the latest. */
  below: readonly Mark[];
}

export interface MarksContainer extends Container {
  readonly marks: Map<string, Mark>;
  /** The register of the last mark. */
  last: string;
  isChanged: boolean;
  /** Another with each change. */
  version: number;
}

const HAS_START = 1;
const START_AFTER = 2;
const HAS_END = 4;
const END_AFTER = 8;

/** A body: the anchors' units, flags, a Lamport time, a kind of mark, a value. */
export function markBody(
  own: number,
  time: number,
  start: Anchor | null,
  end: Anchor | null,
  key: string,
  value: Uint8Array,
): Uint8Array {
  const out = new Writer();
  writeRefs(
    out,
    own,
    [start, end].flatMap((anchor) => (anchor === null ? [] : [idOf(anchor)])),
  );
  out.u8(flagsOf(start, end));
  out.varint(time);
  out.string(key);
  out.bytes(value);
  return out.toBytes();
}

function flagsOf(start: Anchor | null, end: Anchor | null): number {
  const first = start === null ? 0 : HAS_START | (start.after ? START_AFTER : 0);
  return end === null ? first : first | HAS_END | (end.after ? END_AFTER : 0);
}

function idOf({ span, offset }: Anchor): Ref {
  return { replica: span.log.id, counter: span.counter + offset };
}

interface Parsed {
  readonly start: Ref | undefined;
  readonly end: Ref | undefined;
  readonly flags: number;
  readonly time: number;
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly value: WireValue;
}

function parse(body: Body, own: number): Parsed {
  const from = new Reader(body as Uint8Array);
  const refs = readRefs(from, own);
  const flags = from.u8();
  const start = flags & HAS_START ? refs.shift() : undefined;
  const end = flags & HAS_END ? refs.shift() : undefined;
  const isOdd = flags > 15 || (start === undefined && flags & START_AFTER) || (end === undefined && flags & END_AFTER);
  if (isOdd || refs.length > 0 || (flags & HAS_START && start === undefined) || (flags & HAS_END && end === undefined))
    throw bad("a mark with other anchors than it says");
  const time = from.varint();
  const key = from.name();
  const bytes = from.bytes(from.remaining).slice();
  return { start, end, flags, time, key, bytes, value: decodeValue(bytes) };
}

/** For a stranger's write. Whose it is makes no difference here. */
export function checkMark(body: Body): number {
  const { time } = parse(body, -1);
  if (time === 0 || time >= MAX_COUNTER) throw bad("a mark at an impossible time");
  return time;
}

/** A mark on what is no unit of its text, or between the halves of a surrogate pair, is dropped. */
export function commitMark(doc: DocModel, write: Write): void {
  const home = write.home as MarksContainer; // cast: its kind's `home` made it
  const { start, end, flags, time, key, bytes, value } = parse(write.body, write.log.id);
  if (time > doc.clock) doc.clock = time;
  const from = start === undefined ? null : anchorOf(doc, home, start, (flags & START_AFTER) !== 0);
  const to = end === undefined ? null : anchorOf(doc, home, end, (flags & END_AFTER) !== 0);
  if (from === undefined || to === undefined) {
    supersede(write);
    return;
  }
  const register = registerOf(start, end, flags, key);
  const current = home.marks.get(register);
  const mark: Mark = { register, write, time, start: from, end: to, key, value, bytes, ...FRESH };
  if (current !== undefined && !isLater(mark, current)) {
    supersede(write);
    return;
  }
  home.hooks.changing?.(home, register);
  home.marks.set(register, mark);
  home.last = register;
  home.isChanged = true;
  home.version++;
  if (current !== undefined) supersede(current.write);
}

const FRESH = { isRemoved: false, origin: undefined, isPart: false, below: NONE };

export function removeMark(write: Write): void {
  const home = write.home as MarksContainer; // cast: its kind's `home` made it
  const { start, end, flags, key } = parse(write.body, write.log.id);
  const register = registerOf(start, end, flags, key);
  const mark = home.marks.get(register);
  if (mark?.write !== write || mark.isRemoved) return;
  home.hooks.changing?.(home, register);
  home.marks.set(register, { ...mark, isRemoved: true });
  home.isChanged = true;
  home.version++;
}

/** The mark that a write has made, while that marks. */
export function markOf({ marks }: MarksContainer, write: Write): Mark | undefined {
  const { start, end, flags, key } = parse(write.body, write.log.id);
  const mark = marks.get(registerOf(start, end, flags, key));
  return mark?.write === write && !mark.isRemoved ? mark : undefined;
}

function registerOf(start: Ref | undefined, end: Ref | undefined, flags: number, key: string): string {
  return `${start?.replica}.${start?.counter}|${end?.replica}.${end?.counter}|${flags}|${key}`;
}

function anchorOf(doc: DocModel, home: Container, { replica, counter }: Ref, after: boolean): Anchor | undefined {
  const log = doc.logs.get(replica);
  const text = home.parent;
  if (log === undefined || counter >= log.next || text === null) return undefined;
  const span = spanAt(log, counter, text as Sequence); // cast: only spans of that very container are answered
  if (span === undefined) return undefined;
  const offset = counter - span.counter;
  if (isHigh(span, after ? offset : offset - 1)) return undefined;
  return { span, offset, after };
}

export function isLater(a: Mark, b: Mark): boolean {
  if (a.time !== b.time) return a.time > b.time;
  if (a.write.log !== b.write.log) return a.write.log.id > b.write.log.id;
  return a.write.counter > b.write.counter;
}
