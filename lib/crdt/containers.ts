/** What a document holds: containers by type and name. Sequences take runs of units, the others take writes, each in its own way. */

import {
  type Body,
  type Container,
  type ContainerName,
  type DocModel,
  type Hooks,
  type Kind,
  MAP,
  type MapContainer,
  type ReplicaLog,
  type Write,
} from "./model.ts";
import { noteParents } from "./shown.ts";
import type { CrdtNode } from "./types.ts";
import { LoggedWrite } from "./update/log.ts";

/** What all containers have; classes, as a copy of an object that gets more fields takes long (bench: `crdt`, "objects"). */
export class Home implements Container {
  readonly type: number;
  readonly name: string;
  readonly parent: Container | null;
  readonly key: string;
  readonly depth: number;
  readonly kind: Kind | undefined;
  readonly hooks: Hooks;
  place = -1;
  node: CrdtNode | null = null;

  constructor({ type, name, key, depth }: ContainerName, parent: Container | null, { kinds, hooks }: DocModel) {
    this.type = type;
    this.name = name;
    this.parent = parent;
    this.key = key;
    this.depth = depth;
    this.kind = kinds.get(type);
    this.hooks = hooks;
  }
}

/** The container of that name, made at the first asking, with what it is in. */
export function containerOf(doc: DocModel, named: ContainerName): Container {
  const { key } = named;
  let container = doc.containers.get(key);
  if (container !== undefined) return container;
  const parent = named.parent === null ? null : containerOf(doc, named.parent);
  container = doc.containers.get(key); // who hears that the parent is made may have asked for this one
  if (container === undefined) {
    container = emptyContainer(doc, named, parent);
    doc.containers.set(key, container);
    if (parent?.type === MAP) addChild(parent as MapContainer, container); // cast: its type says so
    doc.hooks.created?.(container);
  }
  return container;
}

/** One of that name without content. */
export function emptyContainer(doc: DocModel, named: ContainerName, parent: Container | null): Container {
  return new (doc.kinds.get(named.type)?.home ?? Home)(named, parent, doc);
}

function addChild(map: MapContainer, child: Container): void {
  map.children ??= new Map();
  const { children } = map;
  const others = children.get(child.name);
  if (others === undefined) children.set(child.name, [child]);
  else others.push(child);
  others?.sort((a, b) => a.type - b.type);
}

/** Appends a write of one's own and takes it in. */
export function write(doc: DocModel, log: ReplicaLog, home: Container, body: Body): void {
  writeIn(doc, new LoggedWrite(log, log.next, home, body));
}

/** Appends a write to its log, and takes it in. */
export function writeIn(doc: DocModel, entry: Write): void {
  const { log, home } = entry;
  log.entries.push(entry);
  log.next++;
  noteParents(home);
  home.kind?.commit?.(doc, entry);
}

/** A replica that saw the write has deleted it. */
export function removeIn(doc: DocModel, entry: Write): void {
  noteParents(entry.home);
  entry.home.kind?.remove?.(entry, doc);
}
