import {
  COUNTER,
  type Container,
  type CounterContainer,
  LIST,
  MAP,
  type MapContainer,
  SET,
  type Sequence,
  type SetContainer,
  type Shown,
  TEXT,
} from "./model.ts";

/**
 * The last write decides. Where it is a delete, a container that has got content which the deleter did not see is there all the same: of several the one
 * with the lowest type.
 */
export function shownIn(map: MapContainer, key: string): Shown | undefined {
  const register = map.registers.get(key);
  if (register === undefined || register.value !== undefined || register.child > 0) return register;
  for (const child of map.children.get(key) ?? []) if (!isEmpty(child)) return { value: undefined, child: child.type };
  return undefined;
}

/** Remembers, in the maps around a container that is about to change, what they show before; for whoever observes them. */
export function noteParents({ name, parent }: Container): void {
  for (let [key, around] = [name, parent]; around !== null; [key, around] = [around.name, around.parent]) {
    if (around.type !== MAP) continue;
    const map = around as MapContainer; // cast: its type says so
    if (map.changes !== null && !map.changes.has(key)) map.changes.set(key, shownIn(map, key));
  }
}

/** Casts: each type of container is made as what it is. */
function isEmpty(container: Container): boolean {
  switch (container.type) {
    case TEXT:
    case LIST:
      return (container as Sequence).tree.root.visible === 0;
    case MAP: {
      const map = container as MapContainer;
      for (const key of map.registers.keys()) if (shownIn(map, key) !== undefined) return false;
      return true;
    }
    case COUNTER:
      return (container as CounterContainer).parts.size === 0;
    case SET:
      return (container as SetContainer).members.size === 0;
    default:
      return true; // a feature that is not loaded
  }
}
