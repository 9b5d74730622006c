/**
 * Bytes to operations, for bytes from strangers: every number is checked before anything is built on it, and nothing here knows a document.
 * What needs one (are the parents known?) is checked in `stage.ts`.
 */
import { CodedError, isCodedError } from "../errors/index.ts";
import { createReader, type Reader } from "../pool/index.ts";
import { decodeValue } from "../wire/index.ts";
import { fillTexts } from "./fill.ts";
import * as format from "./format.ts";
import { DELETE, INSERT, LEFT, MAP, RIGHT, SET, TEXT, VOID } from "./model.ts";
import { bad, over } from "./refuse.ts";
import type { Ref, RootName, Row, Section, SetRow, Update } from "./rows.ts";
import type { CrdtLimits } from "./types.ts";

/**
 * Decodes an update.
 * @throws CodedError CRDT_UNKNOWN_FORMAT, CRDT_BAD_CHECKSUM, CRDT_LIMIT, CRDT_BAD_UPDATE.
 */
export function decodeUpdate(bytes: Uint8Array, limits: Required<CrdtLimits>): Update {
  const { from, checksum } = openUpdate(bytes, limits);
  return guarded(() => {
    const state = readTables(from, limits);
    state.sections.forEach((section, place) => {
      readSection(section, place, state, limits);
    });
    for (const column of [from, state.heads, state.refs, state.maps])
      if (column.remaining > 0) throw bad("bytes are left over");
    fillTexts(state.sections, state.text, state.pairs);
    return { checksum, sections: state.sections.filter((section) => section.rows.length > 0) };
  });
}

function openUpdate(bytes: Uint8Array, limits: Required<CrdtLimits>): { from: Reader; checksum: number } {
  if (bytes.length > limits.maxUpdateBytes) throw over("maxUpdateBytes", bytes.length, limits.maxUpdateBytes);
  const known = bytes.length >= format.HEADER_BYTES && bytes[0] === format.MAGIC_B && bytes[1] === format.MAGIC_C;
  if (!known) throw new CodedError("CRDT_UNKNOWN_FORMAT", "The bytes are no update");
  if (bytes[2] !== format.VERSION) {
    throw new CodedError("CRDT_UNKNOWN_FORMAT", `The update has format version ${bytes[2]}`, { value: bytes[2] });
  }
  const from = createReader(bytes);
  from.position = format.HEADER_BYTES;
  let checksum = 0;
  for (let i = 3; i >= 0; i--) checksum = checksum * 256 + (bytes[format.CRC_AT + i] as number); // cast: the length was checked
  if (format.crc32(bytes, format.HEADER_BYTES) !== checksum) {
    throw new CodedError("CRDT_BAD_CHECKSUM", "The update's checksum does not fit its bytes");
  }
  return { from, checksum };
}

interface State {
  readonly replicas: readonly number[];
  readonly placeOf: ReadonlyMap<number, number>;
  readonly roots: readonly RootName[];
  readonly sections: Section[];
  readonly entries: readonly number[];
  readonly heads: Reader;
  readonly refs: Reader;
  readonly pairs: Reader;
  readonly maps: Reader;
  readonly text: string;
  /** Moves as the encoder's does. */
  root: number;
  at: Ref | null;
  readonly last: number[];
  operations: number;
}

/** A section that is absent. Shared: a reader without bytes has no state that could change. */
const NOTHING = createReader(new Uint8Array(0));

function readTables(from: Reader, limits: Required<CrdtLimits>): State {
  const present = from.u8();
  if (present > 15) throw bad("unknown sections");
  const replicas = readReplicas(from, limits);
  const roots = readRoots(from);
  const sections: Section[] = [];
  const entries: number[] = [];
  for (const replica of replicas) {
    const count = from.varint();
    entries.push(count);
    const first = count === 0 ? 0 : from.varint();
    if (first >= format.MAX_COUNTER) throw bad("a counter is too large");
    sections.push({ replica, from: first, to: first, rows: [] });
  }
  const column = (flag: number): Reader => {
    if (flag !== 0 && (present & flag) === 0) return NOTHING;
    const length = from.varint();
    if (length === 0 && flag !== 0) throw bad("an empty section is written");
    return createReader(from.bytes(length));
  };
  const heads = column(0);
  const refs = column(format.HAS_REFS);
  const pairs = column(format.HAS_PAIRS);
  const maps = column(format.HAS_MAPS);
  const text = present & format.HAS_TEXT ? from.string() : "";
  if (present & format.HAS_TEXT && text === "") throw bad("an empty section is written");
  const placeOf = new Map(replicas.map((replica, place) => [replica, place]));
  const start = { root: 0, at: null, last: replicas.map(() => 0), operations: 0 };
  return { replicas, placeOf, roots, sections, entries, heads, refs, pairs, maps, text, ...start };
}

function readReplicas(from: Reader, limits: Required<CrdtLimits>): number[] {
  const count = from.varint();
  if (count > limits.maxReplicas) throw over("maxReplicas", count, limits.maxReplicas);
  if (count > from.remaining) throw bad("more replicas than bytes");
  const replicas: number[] = [];
  let id = 0;
  for (let i = 0; i < count; i++) {
    const step = from.varint();
    if (i > 0 && step === 0) throw bad("replicas are not in order");
    id += step;
    if (!Number.isSafeInteger(id)) throw bad("a replica id is too large");
    replicas.push(id);
  }
  return replicas;
}

function readRoots(from: Reader): RootName[] {
  const count = from.varint();
  if (count > from.remaining) throw bad("more roots than bytes");
  const roots: RootName[] = [];
  for (let i = 0; i < count; i++) {
    const type = from.u8();
    if (type !== TEXT && type !== MAP) throw bad("unknown root type");
    const name = readName(from);
    const before = roots[i - 1];
    const inOrder = before === undefined || before.type < type || (before.type === type && before.name < name);
    if (!inOrder) throw bad("roots are not in order");
    roots.push({ type, name });
  }
  return roots;
}

function readName(from: Reader): string {
  const length = from.varint();
  if (length > format.MAX_NAME_BYTES) throw over("name or key bytes", length, format.MAX_NAME_BYTES);
  return from.utf8(length);
}

function readSection(section: Section, place: number, state: State, limits: Required<CrdtLimits>): void {
  const count = state.entries[place] as number; // cast: one count per replica
  if (count > state.heads.remaining) throw bad("more entries than bytes");
  state.at = section.from > 0 ? { replica: section.replica, counter: section.from - 1 } : null;
  if (count > 0) state.last[place] = section.from;
  for (let i = 0; i < count; i++) {
    const row = readRow(section.to, section.replica, state);
    section.rows.push(row);
    section.to += row.length;
    state.operations += row.length;
    if (section.to > format.MAX_COUNTER) throw bad("a counter is too large");
    if (state.operations > limits.maxOperations) throw over("maxOperations", state.operations, limits.maxOperations);
  }
}

function readRow(counter: number, replica: number, state: State): Row {
  const head = state.heads.varint();
  const kind = head & 3;
  const flag = (head & format.HEAD_FLAG) !== 0;
  const length = Math.floor(head / format.HEAD_UNIT) + 1;
  if (kind === SET) return readSet(counter, head, state);
  if (kind !== INSERT && kind !== DELETE) {
    if (head & (format.HEAD_UNIT - 1 - 3)) throw bad("a gap has flags");
    return { kind: VOID, counter, length };
  }
  const ref = head & format.HEAD_REF ? readRef(state) : state.at;
  const unusual = readExtra(head, state);
  const root = rootOf(state, TEXT);
  if (kind === DELETE) {
    if (ref === null || unusual || (flag && length === 1)) throw bad("a deletion without a target");
    const low = flag ? ref.counter - length + 1 : ref.counter;
    if (low < 0 || low + length > format.MAX_COUNTER) throw bad("a deletion of impossible units");
    state.at = { replica: ref.replica, counter: low };
    return { kind: DELETE, counter, length, root, target: ref, back: flag };
  }
  if (flag && (ref === null || unusual)) throw bad("a left child without a parent");
  const right = unusual ? readRef(state) : undefined;
  state.at = { replica, counter: counter + length - 1 };
  return { kind: INSERT, counter, length, root, side: flag ? LEFT : RIGHT, parent: ref, right, pieces: [], pairs: [] };
}

function readSet(counter: number, head: number, state: State): SetRow {
  if (head & format.HEAD_REF || readExtra(head, state)) throw bad("a write has a reference");
  const root = rootOf(state, MAP);
  const lamport = Math.floor(head / format.HEAD_UNIT);
  if (lamport === 0) throw bad("a write without a time");
  const key = readName(state.maps);
  if (head & format.HEAD_FLAG)
    return { kind: SET, counter, length: 1, root, key, bytes: null, value: undefined, lamport };
  const bytes = state.maps.bytes(state.maps.varint()).slice();
  return { kind: SET, counter, length: 1, root, key, bytes, value: decodeValue(bytes), lamport };
}

/** Reads the root a row names, if it does; true when the right origin follows. */
function readExtra(head: number, state: State): boolean {
  if ((head & format.HEAD_EXTRA) === 0) return false;
  const extra = state.refs.varint();
  state.root = Math.floor(extra / 2);
  return extra % 2 === 1;
}

function rootOf(state: State, type: number): RootName {
  const root = state.roots[state.root];
  if (root === undefined || root.type !== type) throw bad("an operation on no root, or on one of another type");
  return root;
}

function readRef(state: State): Ref | null {
  const code = state.refs.varint();
  if (code === 1) return null;
  let place: number;
  let counter: number;
  if (code % 2 === 0) {
    if (state.at === null) throw bad("a reference to nothing");
    place = state.placeOf.get(state.at.replica) as number; // cast: it was read from the table
    counter = state.at.counter + (code % 4 === 0 ? code / 4 : -(code + 2) / 4);
  } else {
    place = (code - 3) / 2;
    if (place >= state.replicas.length) throw bad("a reference to an unlisted replica");
    counter = (state.last[place] as number) + state.refs.svarint(); // cast: place is within the table
  }
  if (counter < 0 || counter >= format.MAX_COUNTER) throw bad("a reference to an impossible unit");
  state.last[place] = counter;
  return { replica: state.replicas[place] as number, counter }; // cast: place is within the table
}

/** Errors of the readers below become ours. */
function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isCodedError(error) && error.code.startsWith("CRDT_")) throw error;
    throw bad("its bytes do not decode", error);
  }
}
