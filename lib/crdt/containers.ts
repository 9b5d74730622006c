/** What a document holds: containers by type and name. Sequences take runs of units, the others take writes, each in its own way. */
import { counterKind } from "./counter-kernel.ts";
import { mapKind } from "./map-kernel.ts";
import {
  COUNTER,
  type Container,
  type ContainerName,
  type DocModel,
  LIST,
  MAP,
  type MapContainer,
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

/** The container of that name, made at the first asking, with what it is in. */
export function containerOf(doc: DocModel, named: ContainerName): Container {
  const { type, name, key, depth } = named;
  let container = doc.containers.get(key);
  if (container === undefined) {
    const parent = named.parent === null ? null : containerOf(doc, named.parent);
    const bare: Container = { type, name, parent, key, depth, place: -1 };
    if (type === TEXT || type === LIST) container = createSequence(type, bare);
    else container = kindOf(type)?.create(bare) ?? bare;
    doc.containers.set(key, container);
    if (parent?.type === MAP) addChild(parent as MapContainer, container); // cast: its type says so
  }
  return container;
}

function addChild({ children }: MapContainer, child: Container): void {
  const others = children.get(child.name);
  if (others === undefined) children.set(child.name, [child]);
  else others.push(child);
  others?.sort((a, b) => a.type - b.type);
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
