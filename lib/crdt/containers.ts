/** What a document holds: containers by type and name. Sequences take runs of units, the others take writes, each in its own way. */
import { counterKind } from "./counter-kernel.ts";
import { mapKind } from "./map-kernel.ts";
import {
  COUNTER,
  type Container,
  type DocModel,
  LIST,
  MAP,
  type ReplicaLog,
  SET,
  TEXT,
  WRITE,
  type Write,
} from "./model.ts";
import { createSequence } from "./sequence.ts";
import { setKind } from "./set-kernel.ts";
import type { WriteKind } from "./write-kind.ts";

/** undefined: a feature that is not loaded. Its writes are kept as they are. */
export function kindOf(type: number): WriteKind | undefined {
  return type === MAP ? mapKind : type === COUNTER ? counterKind : type === SET ? setKind : undefined;
}

export function containerKey(type: number, name: string): string {
  return `${type}:${name}`;
}

/** The root of that type and name, made at the first asking. */
export function containerOf(doc: DocModel, type: number, name: string): Container {
  const key = containerKey(type, name);
  let container = doc.containers.get(key);
  if (container === undefined) {
    const root = { type, name, key, place: -1 };
    if (type === TEXT || type === LIST) container = createSequence(type, root);
    else container = kindOf(type)?.create(root) ?? root;
    doc.containers.set(key, container);
  }
  return container;
}

/** Appends a write of one's own and takes it in. */
export function write(doc: DocModel, log: ReplicaLog, home: Container, body: Uint8Array): void {
  const entry = appended(log, home, body);
  kindOf(home.type)?.commit(doc, entry);
}

/** A write at the end of its log. */
export function appended(log: ReplicaLog, home: Container, body: Uint8Array): Write {
  const entry: Write = { kind: WRITE, counter: log.next, length: 1, log, home, body };
  log.entries.push(entry);
  log.next++;
  return entry;
}
