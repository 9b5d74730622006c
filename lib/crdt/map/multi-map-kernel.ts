/** Each key holds all writes that no later one has seen: setting it takes away those that are known here, and no others. */
import { decodeValue, type WireValue } from "../../wire/index.ts";
import { removeWrite } from "../clear.ts";
import { Home, write } from "../containers.ts";
import { Reader, Writer } from "../encoding/bytes.ts";
import { MAX_COUNTER } from "../encoding/format.ts";
import { readRefs, writeRefs } from "../encoding/refs.ts";
import type { Body, Container, DocModel, Editor, ReplicaLog, Write } from "../model.ts";
import { bad } from "../refuse.ts";
import { supersede } from "../update/log.ts";
import { nextTime } from "./kernel.ts";

export interface Entry {
  readonly write: Write;
  readonly time: number;
  readonly value: WireValue;
  readonly bytes: Uint8Array;
}

/** A map of the writes, and their order once somebody asks: a stranger may put a hundred thousand values under one key. */
interface Held {
  readonly entries: Map<Write, Entry>;
  latestFirst: readonly Entry[] | undefined;
}

export interface MultiMapContainer extends Container {
  readonly keys: Map<string, Held>;
  changes: Map<string, readonly Entry[]> | null;
}

export class MultiMapHome extends Home implements MultiMapContainer {
  readonly keys: Map<string, Held> = new Map();
  changes: MultiMapContainer["changes"] = null;
}

const NONE: readonly Entry[] = [];

/** What a key holds, the latest first: the same list until that changes. */
export function entriesOf({ keys }: MultiMapContainer, key: string): readonly Entry[] {
  const held = keys.get(key);
  if (held === undefined) return NONE;
  held.latestFirst ??= [...held.entries.values()].sort(byTime);
  return held.latestFirst;
}

export function checkEntry(body: Body): number {
  const { time } = parse(body);
  if (time === 0 || time >= MAX_COUNTER) throw bad("a write at an impossible time");
  return time;
}

export function commitEntry(doc: DocModel, write: Write): void {
  const home = write.home as MultiMapContainer; // cast: its kind's `home` made it
  const { key, ...entry } = parse(write.body);
  if (entry.time > doc.clock) doc.clock = entry.time;
  note(home, key);
  let held = home.keys.get(key);
  if (held === undefined) {
    held = { entries: new Map(), latestFirst: undefined };
    home.keys.set(key, held);
  }
  held.entries.set(write, { write, ...entry });
  held.latestFirst = undefined;
}

export function removeEntry(write: Write): void {
  const home = write.home as MultiMapContainer; // cast: its kind's `home` made it
  const { key } = parse(write.body);
  const held = home.keys.get(key);
  if (held?.entries.has(write) !== true) return;
  note(home, key);
  held.entries.delete(write);
  held.latestFirst = undefined;
  if (held.entries.size === 0) home.keys.delete(key);
  supersede(write);
}

export function setAll(
  editor: Editor,
  log: ReplicaLog,
  home: MultiMapContainer,
  key: string,
  values: readonly Uint8Array[],
): void {
  const seen = entriesOf(home, key);
  addAll(editor, log, home, key, values);
  removeAll(editor.model, log, seen);
}

function parse(body: Body): Omit<Entry, "write"> & { readonly key: string } {
  const from = new Reader(body as Uint8Array);
  if (readRefs(from, -1).length > 0) throw bad("a write that refers to others");
  const time = from.varint();
  const key = from.name();
  const bytes = from.bytes(from.remaining).slice();
  return { key, time, bytes, value: decodeValue(bytes) };
}

function note(home: MultiMapContainer, key: string): void {
  home.hooks.changing?.(home, key);
  if (home.changes !== null && !home.changes.has(key)) home.changes.set(key, entriesOf(home, key));
}

function byTime(a: Entry, b: Entry): number {
  return b.time - a.time || b.write.log.id - a.write.log.id || b.write.counter - a.write.counter;
}

export function removeAll(doc: DocModel, log: ReplicaLog, entries: readonly Entry[]): void {
  for (const { write } of entries) removeWrite(doc, log, write);
}

/** Written from the last to the first, so that the first is the latest again. */
export function addAll(
  { model }: Editor,
  log: ReplicaLog,
  home: MultiMapContainer,
  key: string,
  values: readonly Uint8Array[],
): void {
  for (const bytes of [...values].reverse()) {
    const out = new Writer();
    writeRefs(out, log.id, []);
    out.varint(nextTime(model));
    out.string(key);
    out.bytes(bytes);
    write(model, log, home, out.toBytes());
  }
}
