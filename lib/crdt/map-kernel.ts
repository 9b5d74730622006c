/** One last-writer-wins register per key: the highest Lamport time wins, then the highest replica id. Deletes are writes too. */
import { decodeValue, type WireValue } from "../wire/index.ts";
import { Reader, Writer } from "./bytes.ts";
import { CHILD_MARK, childType } from "./container-name.ts";
import { MAX_COUNTER } from "./format.ts";
import { supersede } from "./log.ts";
import type { DocModel, MapContainer, Register, Write } from "./model.ts";
import { bad, over } from "./refuse.ts";
import { noteParents, shownIn } from "./shown.ts";

/** A body is a Lamport time, a key and the encoded value or the mark of a child, or nothing more for a delete. */
export function mapBody(time: number, key: string, value: Uint8Array | undefined): Uint8Array {
  const out = new Writer();
  out.varint(time);
  out.string(key);
  if (value !== undefined) out.bytes(value);
  return out.toBytes();
}

function parse(body: Uint8Array): { key: string; time: number; value: WireValue | undefined; child: number } {
  const from = new Reader(body);
  const time = from.varint();
  const key = from.name();
  if (from.remaining === 0) return { key, time, value: undefined, child: 0 };
  const rest = from.bytes(from.remaining);
  if (rest[0] !== CHILD_MARK) return { key, time, value: decodeValue(rest), child: 0 };
  const child = childType(rest);
  if (child === 0 || child !== rest[1]) throw bad("child");
  return { key, time, value: undefined, child };
}

/** @throws CodedError CRDT_LIMIT once others have used the times up: a later one would not fit the format, and the document could not be encoded again. */
export function nextTime({ clock }: DocModel): number {
  if (clock + 1 >= MAX_COUNTER) throw over("the last Lamport time", clock + 1, MAX_COUNTER - 1);
  return clock + 1;
}

export function checkRegister(body: Uint8Array): number {
  const { time } = parse(body);
  if (time === 0 || time >= MAX_COUNTER) throw bad("time");
  return time;
}

export function commitRegister(doc: DocModel, write: Write): void {
  const { key, time, value, child } = parse(write.body);
  const map = write.home as MapContainer; // cast: `create` made it
  if (time > doc.clock) doc.clock = time;
  const current = map.registers.get(key);
  if (current !== undefined && !wins(write, time, current)) {
    supersede(write);
    return;
  }
  doc.hooks.changing?.(map, key);
  if (map.changes !== null && !map.changes.has(key)) map.changes.set(key, shownIn(map, key));
  noteParents(map);
  map.registers.set(key, { write, time, value, child });
  if (current !== undefined) supersede(current.write);
}

function wins(a: Write, time: number, b: Register): boolean {
  if (time !== b.time) return time > b.time;
  if (a.log !== b.write.log) return a.log.id > b.write.log.id;
  return a.counter > b.write.counter;
}
