/** What a document holds: containers by type and name. Sequences take runs of units, the others take writes, each in its own way. */
import {
  type Body,
  type Container,
  type ContainerName,
  type DocModel,
  MAP,
  type MapContainer,
  type ReplicaLog,
  WRITE,
  type Write,
} from "./model.ts";

/** The container of that name, made at the first asking, with what it is in. */
export function containerOf(doc: DocModel, named: ContainerName): Container {
  const { type, name, key, depth } = named;
  let container = doc.containers.get(key);
  if (container !== undefined) return container;
  const parent = named.parent === null ? null : containerOf(doc, named.parent);
  container = doc.containers.get(key); // who hears that the parent is made may have asked for this one
  if (container === undefined) {
    const kind = doc.kinds.get(type);
    const bare: Container = { type, name, parent, key, depth, kind, hooks: doc.hooks, place: -1 };
    container = kind === undefined ? bare : kind.create(bare);
    doc.containers.set(key, container);
    if (parent?.type === MAP) addChild(parent as MapContainer, container); // cast: its type says so
    doc.hooks.created?.(container);
  }
  return container;
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
  const entry = appended(log, home, body);
  home.kind?.commit?.(doc, entry);
}

/** A write at the end of its log. */
export function appended(log: ReplicaLog, home: Container, body: Body): Write {
  const entry: Write = { kind: WRITE, counter: log.next, length: 1, log, home, body };
  log.entries.push(entry);
  log.next++;
  return entry;
}
