/** One last-writer-wins register per key: the highest Lamport time wins, then the highest replica id. Deletes are writes too. */
import type { WireValue } from "../wire/index.ts";
import { supersede } from "./log.ts";
import { type Assignment, type DocModel, MAP, type MapModel, type ReplicaLog, SET } from "./model.ts";

export function createMap(name: string): MapModel {
  return { type: MAP, name, registers: new Map(), place: -1, changes: null };
}

/** Appends a write to the log and lets it compete for its key. What loses leaves only its number behind. O(log n). */
export function assign(
  doc: DocModel,
  map: MapModel,
  log: ReplicaLog,
  key: string,
  bytes: Uint8Array | null,
  value: WireValue | undefined,
  lamport: number,
): void {
  const entry: Assignment = { kind: SET, counter: log.next, length: 1, log, map, key, bytes, value, lamport };
  log.entries.push(entry);
  log.next++;
  if (lamport > doc.clock) doc.clock = lamport;
  const current = map.registers.get(key);
  if (current !== undefined && !wins(entry, current)) {
    supersede(entry);
    return;
  }
  if (map.changes !== null && !map.changes.has(key)) map.changes.set(key, current?.value);
  map.registers.set(key, entry);
  if (current !== undefined) supersede(current);
}

function wins(a: Assignment, b: Assignment): boolean {
  if (a.lamport !== b.lamport) return a.lamport > b.lamport;
  if (a.log !== b.log) return a.log.id > b.log.id;
  return a.counter > b.counter;
}
