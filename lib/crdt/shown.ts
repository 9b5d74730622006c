import { type Container, MAP, type MapContainer, type Register, type Shown } from "./model.ts";

/**
 * The last write decides. Where it is a delete, a container that has got content which the deleter did not see is there all the same: of several the one
 * with the lowest type.
 */
export function shownIn(map: MapContainer, key: string): Shown | undefined {
  const register = map.registers.get(key)?.body as Register | undefined; // cast: a map's are
  if (register === undefined || register.value !== undefined || register.child > 0) return register;
  for (const child of map.children?.get(key) ?? [])
    if (child.kind?.isEmpty(child) === false) return { value: undefined, child: child.type };
  return undefined;
}

/** Whether the maps around a container show it, so that an edit of it need not make them. */
export function isShown({ type, name, parent }: Container): boolean {
  for (
    let [own, key, around] = [type, name, parent];
    around !== null;
    [own, key, around] = [around.type, around.name, around.parent]
  )
    if (
      around.type === MAP &&
      ((around as MapContainer).registers.get(key)?.body as Register | undefined)?.child !== own
    )
      return false; // casts: its type says so, and a map's are
  return true;
}

/** Remembers, in the maps around a container that is about to change, what they show before; for whoever observes them. */
export function noteParents({ name, parent }: Container): void {
  for (let [key, around] = [name, parent]; around !== null; [key, around] = [around.name, around.parent]) {
    if (around.type !== MAP) continue;
    const map = around as MapContainer; // cast: its type says so
    if (map.changes !== null && !map.changes.has(key)) map.changes.set(key, shownIn(map, key));
  }
}
