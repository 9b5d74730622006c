/**
 * Bytes to operations, for bytes from strangers: every number is checked before anything is built on it, and nothing here knows a document.
 * What needs one (are the parents known?) is checked in `stage.ts`.
 */
import { CodedError } from "../errors/index.ts";
import { Reader } from "./bytes.ts";
import { compareContainers, containerName, holds, MAX_DEPTH } from "./container-name.ts";
import { fillContents, NO_PAIRS, NO_PIECES } from "./fill.ts";
import * as format from "./format.ts";
import { append } from "./long-list.ts";
import { type ContainerName, GAP, LEFT, RIGHT, TEXT, type TEXT_RUN, WRITE } from "./model.ts";
import { bad, guarded, ours, over } from "./refuse.ts";
import { type Deletions, type InsertRow, type Row, type Section, START, type Update, USUAL } from "./rows.ts";
import type { CrdtLimits } from "./types.ts";

/**
 * Decodes an update or a document.
 * @throws CodedError CRDT_UNKNOWN_FORMAT, CRDT_BAD_CHECKSUM, CRDT_LIMIT, CRDT_BAD_UPDATE.
 */
export function decodeUpdate(bytes: Uint8Array, limits: Required<CrdtLimits>): Update {
  if (bytes.length > limits.maxUpdateBytes) throw over("maxUpdateBytes", bytes.length, limits.maxUpdateBytes);
  try {
    return new Decoder(bytes, limits).decode();
  } catch (error) {
    throw ours(error);
  }
}

/**
 * Reads the root texts of a document that `encode()` made, by name, without decoding anything else: to show it before it is loaded.
 * @throws CodedError `CRDT_UNKNOWN_FORMAT` for what is no whole document, `CRDT_BAD_CHECKSUM`, `CRDT_BAD_UPDATE`.
 * @remarks Only the part with the texts is checked. Time: O(bytes of text).
 * @public
 */
export function readTexts(bytes: Uint8Array): Map<string, string> {
  return guarded(() => {
    const from = new Reader(bytes);
    const { texts } = readTextPart(from, openDocument(bytes, from));
    const roots = new Map<string, string>();
    for (const [{ name, parent }, text] of texts) if (parent === null) roots.set(name, text);
    return roots;
  });
}

class Decoder {
  private readonly bytes: Uint8Array;
  private readonly limits: Required<CrdtLimits>;
  private readonly from: Reader;
  private control: Reader;
  private lengths: Reader;
  private refs: Reader;
  private replicas: readonly number[] = NONE;
  private containers: readonly ContainerName[] = NO_CONTAINERS;
  /** Moves as the encoder's does. */
  private at = START;
  private atCounter = 0;
  private last: number[] = NONE as number[]; // cast: it is replaced before it is written to
  private operations = 0;
  /** Where the last reference read points. */
  private place = START;
  private counter = 0;

  constructor(bytes: Uint8Array, limits: Required<CrdtLimits>) {
    this.bytes = bytes;
    this.limits = limits;
    this.from = this.control = this.lengths = this.refs = new Reader(bytes);
  }

  decode(): Update {
    const { from, bytes } = this;
    const isDocument = bytes[0] === format.DOCUMENT;
    let texts: Map<ContainerName, string> | undefined;
    if (isDocument) {
      const textsTo = openDocument(bytes, from);
      check(bytes, textsTo, bytes.length, 5);
      ({ texts, containers: this.containers } = readTextPart(from, textsTo));
    } else openUpdate(bytes, from);
    const flags = this.tables(isDocument);
    let deletions = from;
    let pairs = from;
    let bodies = from;
    if (isDocument) {
      this.control = this.column();
      this.lengths = this.column();
      this.refs = this.column();
      deletions = this.column();
      pairs = this.column();
      bodies = this.column();
    }
    let sections: readonly Section[] = NO_SECTIONS;
    for (let place = 0; place < this.replicas.length; place++) sections = append(sections, this.section(place));
    if (flags & format.HAS_DELETIONS) this.deletions(sections, deletions);
    const high = flags & format.HAS_PAIRS ? readPairs(pairs) : NO_PAIRS;
    const text = fillContents(this.replicas, sections, high, bodies, texts !== undefined);
    if (isDocument) {
      for (const column of [from, this.control, this.lengths, this.refs, deletions, pairs])
        if (column.remaining > 0) throw bad("left over");
    }
    if (text !== undefined && text !== from.position) throw bad("left over");
    return { replicas: this.replicas, sections, texts };
  }

  private column(): Reader {
    return new Reader(this.from.bytes(this.from.varint()));
  }

  private tables(isDocument: boolean): number {
    const { from, limits } = this;
    const header = from.varint();
    const count = Math.floor(header / format.TABLE_UNIT);
    if (count > limits.maxReplicas) throw over("maxReplicas", count, limits.maxReplicas);
    if (count > from.remaining) throw bad("replica");
    let id = 0;
    for (let i = 0; i < count; i++) {
      const step = from.varint();
      if (i > 0 && step === 0) throw bad("replica");
      id += step;
      if (!Number.isSafeInteger(id)) throw bad("replica");
      this.replicas = append(this.replicas, id);
      this.last = append(this.last, 0);
    }
    if (header & format.HAS_CONTAINERS && !isDocument) this.containers = readContainers(from);
    return header % format.TABLE_UNIT;
  }

  private section(place: number): Section {
    const { control, lengths, limits } = this;
    const section: Section = {
      from: 0,
      to: 0,
      rows: NO_ROWS,
      gone: 0,
      goneTo: 0,
      deletions: NO_DELETIONS,
      log: undefined,
      known: 0,
      next: 0,
      isActive: false,
    };
    this.at = START;
    let counter = -1;
    let budget = this.bytes.length; // every row takes a byte
    for (let more = true; more; ) {
      const code = control.varint() - 1;
      if (code < 0) {
        if (counter >= 0) throw bad("stretch");
        return section;
      }
      if (counter < 0) {
        counter = control.varint();
        section.from = counter;
      }
      more = (code & format.STRETCH_MORE) !== 0;
      const kind = Math.floor(code / format.STRETCH_KIND) % 8;
      const count = Math.floor(code / format.STRETCH_UNIT) + 1;
      budget -= count;
      if (budget < 0) throw bad("stretch");
      if (kind > GAP) throw bad("kind");
      for (let i = 0; i < count; i++) {
        const row =
          kind === WRITE
            ? this.write(counter, place)
            : kind === GAP
              ? gap(counter, lengths.varint() + 1, place)
              : this.insert(kind as typeof TEXT_RUN, counter, place); // cast: the kinds below WRITE are the runs
        section.rows = append(section.rows, row);
        counter += row.length;
        this.operations += row.length;
        if (counter > format.MAX_COUNTER) throw bad("counter");
        if (this.operations > limits.maxOperations) throw over("maxOperations", this.operations, limits.maxOperations);
      }
    }
    section.to = counter;
    return section;
  }

  private write(counter: number, place: number): Row {
    return { kind: WRITE, counter, length: 1, container: this.container(), body: EMPTY, place, skip: 0 };
  }

  private container(): ContainerName {
    const container = this.containers[this.refs.varint()];
    if (container === undefined) throw bad("container");
    return container;
  }

  private insert(kind: InsertRow["kind"], counter: number, place: number): InsertRow {
    const { refs } = this;
    const length = this.lengths.varint() + 1;
    const code = refs.varint();
    const side = code & 1 ? LEFT : RIGHT;
    let right = USUAL;
    let rightCounter = 0;
    let container: ContainerName | undefined;
    if (code > 1) {
      const distance = Math.floor(code / 4);
      if (code & 2) {
        if (this.at < 0) throw bad("reference");
        this.place = this.at;
        this.counter = this.atCounter + (distance % 2 === 0 ? distance / 2 : -(distance + 1) / 2);
      } else {
        this.place = place;
        this.counter = counter - distance;
      }
    } else {
      let long = refs.varint();
      if (long === 1) {
        this.reference(refs.varint() - 1);
        right = this.place;
        rightCounter = this.counter;
        long = refs.varint();
        if (side === LEFT || long === 1) throw bad("origin");
      }
      if (long === 0) container = this.container();
      this.reference(long === 0 ? START : long - 2);
    }
    if (this.counter < 0 || this.counter >= format.MAX_COUNTER) throw bad("reference");
    if (this.place === START && side === LEFT) throw bad("parent");
    this.at = this.place;
    this.atCounter = this.counter;
    return {
      kind,
      counter,
      length,
      side,
      parent: this.place,
      parentCounter: this.counter,
      right,
      rightCounter,
      container,
      home: undefined,
      pieces: NO_PIECES,
      pairs: NO_PAIRS,
      place,
      skip: 0,
    };
  }

  private reference(place: number): void {
    this.place = place;
    this.counter = 0;
    if (place === START) return;
    const { last } = this;
    if (place >= last.length) throw bad("reference");
    this.counter = (last[place] as number) + this.refs.svarint(); // cast: place is within the table
    if (this.counter < 0 || this.counter >= format.MAX_COUNTER) throw bad("reference");
    last[place] = this.counter;
  }

  private deletions(sections: readonly Section[], from: Reader): void {
    for (const section of sections) {
      const sets = from.varint();
      if (sets === 0) continue;
      if (sets > sections.length) throw bad("deletion");
      section.gone = section.goneTo = from.varint();
      for (let i = 0, before = -1; i < sets; i++) {
        const of = from.varint();
        if (of <= before || of >= sections.length) throw bad("deletion");
        before = of;
        section.deletions = append(section.deletions, { of, bounds: this.interval(section, from) });
      }
    }
  }

  private interval(section: Section, from: Reader): Deletions["bounds"] {
    const count = from.varint() + 1;
    if (count > from.remaining) throw bad("deletion");
    let bounds: number[] = [];
    let at = 0;
    for (let i = 0; i < count; i++) {
      const code = from.varint();
      const step = Math.floor(code / 4);
      let length = (code % 4) + 1;
      if (length > format.LONG_INTERVAL) length += from.varint();
      if (i > 0 && step === 0) throw bad("deletion");
      if (i === 0) bounds = [step, step + length];
      else bounds.push(at + step, at + step + length);
      at += step + length;
      section.goneTo += length;
      this.operations += length;
      if (at > format.MAX_COUNTER || section.goneTo > format.MAX_COUNTER) throw bad("deletion");
      if (this.operations > this.limits.maxOperations)
        throw over("maxOperations", this.operations, this.limits.maxOperations);
    }
    return bounds;
  }
}

const EMPTY = new Uint8Array(0);

const NONE: readonly number[] = [];
const NO_SECTIONS: readonly Section[] = [];
const NO_ROWS: readonly Row[] = [];
const NO_CONTAINERS: readonly ContainerName[] = [];
const NO_DELETIONS: readonly Deletions[] = [];

function gap(counter: number, length: number, place: number): Row {
  return { kind: GAP, counter, length, place, skip: 0 };
}

function openUpdate(bytes: Uint8Array, from: Reader): void {
  if (bytes.length < format.UPDATE_HEADER || bytes[0] !== format.UPDATE) throw unknown(bytes);
  check(bytes, format.UPDATE_HEADER, bytes.length, 1);
  from.position = format.UPDATE_HEADER;
}

/** Checks the texts' part alone, and returns where it ends. */
function openDocument(bytes: Uint8Array, from: Reader): number {
  if (bytes.length <= format.DOCUMENT_HEADER || bytes[0] !== format.DOCUMENT) throw unknown(bytes);
  from.position = format.DOCUMENT_HEADER;
  const length = from.varint();
  if (length > from.remaining) throw bad("text");
  const to = from.position + length;
  check(bytes, from.position, to, 1);
  return to;
}

function check(bytes: Uint8Array, from: number, to: number, at: number): void {
  const crc = format.crc32(bytes, from, to);
  for (let i = 0; i < 4; i++) {
    if (bytes[at + i] !== ((crc >>> (8 * i)) & 255)) {
      throw new CodedError("CRDT_BAD_CHECKSUM", "The update's checksum does not fit its bytes");
    }
  }
}

function unknown(bytes: Uint8Array): CodedError {
  return new CodedError("CRDT_UNKNOWN_FORMAT", "The bytes are no update, or one of another version", {
    value: bytes[0],
  });
}

function readTextPart(from: Reader, to: number): { containers: ContainerName[]; texts: Map<ContainerName, string> } {
  const containers = readContainers(from);
  const texts = new Map<ContainerName, string>();
  for (const named of containers) if (named.type === TEXT) texts.set(named, from.string());
  if (from.position !== to) throw bad("text");
  return { containers, texts };
}

function readContainers(from: Reader): ContainerName[] {
  const count = from.varint();
  if (count > from.remaining) throw bad("container");
  const containers: ContainerName[] = [];
  for (let i = 0; i < count; i++) {
    const code = from.varint();
    const type = Math.floor(code / 2);
    if (type > 127) throw bad("container");
    const back = code % 2 === 0 ? 0 : from.varint();
    const parent = back === 0 ? null : containers[i - back];
    if (parent === undefined || (code % 2 === 1 && back === 0)) throw bad("container");
    const name = format.readName(from);
    if (parent !== null && !holds(parent, type, name)) throw bad("container");
    if (parent !== null && parent.depth === MAX_DEPTH)
      throw over("the depth of containers", parent.depth + 1, MAX_DEPTH);
    const named = containerName(type, name, parent);
    const before = containers[i - 1];
    if (before !== undefined && compareContainers(before, named) >= 0) throw bad("container");
    containers.push(named);
  }
  return containers;
}

function readPairs(from: Reader): number[] {
  const count = from.varint();
  if (count === 0 || count > from.remaining) throw bad("pair");
  const pairs: number[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const step = from.varint();
    if (i > 0 && step < 2) throw bad("pair");
    at += step;
    pairs.push(at);
  }
  return pairs;
}
