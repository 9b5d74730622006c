/** One last-writer-wins register per key: the highest Lamport time wins, then the highest replica id. Deletes are writes too. */
import type { WireValue } from "../../wire/index.ts";
import { Reader, type Writer } from "../encoding/bytes.ts";
import { MAX_COUNTER } from "../encoding/format.ts";
import type { Body, DocModel, MapContainer, Register, Write } from "../model.ts";
import { bad, over } from "../refuse.ts";
import { shownIn } from "../shown.ts";
import { supersede } from "../update/log.ts";
import { Encoded, type Plain, putChild, putValue, takeChild, takeValue } from "../values.ts";

/** What a key was set to; a class, so that all have one shape. */
export class Written implements Register {
  readonly time: number;
  readonly key: string;
  readonly value: WireValue | undefined;
  readonly child: number;
  readonly bytes: Uint8Array | null;

  constructor(time: number, key: string, value: WireValue | undefined, child: number, bytes: Uint8Array | null) {
    this.time = time;
    this.key = key;
    this.value = value;
    this.child = child;
    this.bytes = bytes;
  }
}

export function writtenOf(time: number, key: string, kept: Plain | Encoded): Written {
  return kept instanceof Encoded
    ? new Written(time, key, kept.value, 0, kept.bytes)
    : new Written(time, key, kept, 0, null);
}

/** In bytes, a Lamport time, a key, and the encoded value or the mark of a child, or nothing more for a delete. */
export function putRegister(out: Writer, { time, key, value, child, bytes }: Register): void {
  out.varint(time);
  out.string(key);
  if (child > 0) putChild(out, child);
  else if (bytes !== null) out.bytes(bytes);
  else if (value !== undefined) putValue(out, value as Plain); // cast: what is no plain value has its bytes
}

export function takeRegister(body: Uint8Array, known: string[]): Register {
  const from = new Reader(body);
  const time = from.varint();
  const key = from.known(known);
  if (time === 0 || time >= MAX_COUNTER) throw bad("time");
  if (from.remaining === 0) return new Written(time, key, undefined, 0, null);
  const child = takeChild(from);
  return child > 0 ? new Written(time, key, undefined, child, null) : writtenOf(time, key, takeValue(from));
}

/** @throws CodedError CRDT_LIMIT once others have used the times up: a later one would not fit the format, and the document could not be encoded again. */
export function nextTime({ clock }: DocModel, wanted = 1): number {
  if (clock + wanted >= MAX_COUNTER) throw over("the last Lamport time", clock + wanted, MAX_COUNTER - 1);
  return clock + 1;
}

export function checkRegister(body: Body): number {
  return (body as Register).time; // cast: a map's writes are registers, here and below
}

export function commitRegister(doc: DocModel, write: Write): void {
  const { key, time } = write.body as Register;
  const map = write.home as MapContainer; // cast: its kind's `home` made it
  if (time > doc.clock) doc.clock = time;
  const current = map.registers.get(key);
  if (current !== undefined && !wins(write, time, current)) {
    supersede(write);
    return;
  }
  doc.hooks.changing?.(map, key);
  if (map.changes !== null && !map.changes.has(key)) map.changes.set(key, shownIn(map, key));
  map.registers.set(key, write);
  if (current !== undefined) supersede(current);
}

function wins(a: Write, time: number, b: Write): boolean {
  const other = (b.body as Register).time;
  if (time !== other) return time > other;
  return a.log !== b.log ? a.log.id > b.log.id : a.counter > b.counter;
}
