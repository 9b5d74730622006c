/** One last-writer-wins register per key: the highest Lamport time wins, then the highest replica id. Deletes are writes too. */
import { createReader, createWriter } from "../pool/index.ts";
import { decodeValue, type WireValue } from "../wire/index.ts";
import { MAX_COUNTER, readName } from "./format.ts";
import { supersede } from "./log.ts";
import type { Container, Write } from "./model.ts";
import { bad } from "./refuse.ts";
import type { WriteKind } from "./write-kind.ts";

export interface MapContainer extends Container {
  /** The winning write of each key, deletes included. */
  readonly registers: Map<string, Register>;
  /** Values before this transaction, while anyone observes; else null. */
  changes: Map<string, WireValue | undefined> | null;
}

interface Register {
  readonly write: Write;
  readonly time: number;
  readonly value: WireValue | undefined;
}

/** A body is a Lamport time, a key and the encoded value, or no value for a delete. */
export function mapBody(time: number, key: string, value: Uint8Array | undefined): Uint8Array {
  const out = createWriter();
  out.varint(time);
  out.string(key);
  if (value !== undefined) out.bytes(value);
  return out.toBytes();
}

function parse(body: Uint8Array): { key: string; time: number; value: WireValue | undefined } {
  const from = createReader(body);
  const time = from.varint();
  const key = readName(from);
  const value = from.remaining > 0 ? decodeValue(from.bytes(from.remaining)) : undefined;
  return { key, time, value };
}

export const mapKind: WriteKind = {
  create: (root): MapContainer => ({ ...root, registers: new Map(), changes: null }),

  check(body) {
    const { time } = parse(body);
    if (time === 0 || time >= MAX_COUNTER) throw bad("a write at an impossible time");
    return time;
  },

  commit(doc, write) {
    const { key, time, value } = parse(write.body);
    const map = write.home as MapContainer; // cast: `create` made it
    if (time > doc.clock) doc.clock = time;
    const current = map.registers.get(key);
    if (current !== undefined && !wins(write, time, current)) {
      supersede(write);
      return;
    }
    if (map.changes !== null && !map.changes.has(key)) map.changes.set(key, current?.value);
    map.registers.set(key, { write, time, value });
    if (current !== undefined) supersede(current.write);
  },
};

function wins(a: Write, time: number, b: Register): boolean {
  if (time !== b.time) return time > b.time;
  if (a.log !== b.write.log) return a.log.id > b.write.log.id;
  return a.counter > b.write.counter;
}
