/** How containers are told apart: a root by type and name, a child by type, what holds it, and its place in that. */
import { type ContainerName, LIST, MAP, SET } from "./model.ts";
import { over } from "./refuse.ts";

/** How deep containers may be nested in others. */
export const MAX_DEPTH = 32;

export function containerName(type: number, name: string, parent: ContainerName | null): ContainerName {
  if (parent === null) return { type, name, parent, key: `${type}:${name}`, depth: 0, place: -1 };
  const { key, depth } = parent;
  return { type, name, parent, key: `${type}<${key.length}:${key}${name}`, depth: depth + 1, place: -1 };
}

/** The name of what is in another. @throws CodedError CRDT_LIMIT when that would be in too many others. */
export function childName(type: number, name: string, parent: ContainerName | null): ContainerName {
  if (parent?.depth === MAX_DEPTH) throw over("the depth of containers", MAX_DEPTH + 1, MAX_DEPTH);
  return containerName(type, name, parent);
}

/** The order in which a table names them: what holds others stands before those. */
export function compareContainers(a: ContainerName, b: ContainerName): number {
  if (a.depth !== b.depth) return a.depth - b.depth;
  if (a.parent !== b.parent && a.parent !== null && b.parent !== null) return compareContainers(a.parent, b.parent);
  if (a.type !== b.type) return a.type - b.type;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Whether a container may hold a child of this type and name. What features that are not loaded hold is their matter. */
export function holds(parent: ContainerName, type: number, name: string): boolean {
  return parent.type === MAP || (parent.type === LIST && UNIT.test(name)) || parent.type > SET || type > SET;
}

const UNIT = /^(0|[1-9]\d{0,15})\.(0|[1-9]\d{0,14})$/;

/** The name of a list's child: the id of the element that holds it. */
export function unitName(replica: number, counter: number): string {
  return `${replica}.${counter}`;
}
