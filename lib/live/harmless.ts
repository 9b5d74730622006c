/**
 * Takes out of what a stranger sent, at any depth, the keys by which careless copying changes prototypes: `__proto__`, which `Object.assign` and
 * `to[key] = from[key]` set instead of copying, and a `constructor` with a `prototype`, through which merging reaches those of all objects.
 * Writes in what it is given, which nobody else has. Fields called "constructor" or "prototype" that are no way there stay.
 */
export function harmless<T>(value: T): T {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) {
    for (const item of value) harmless(item);
    return value;
  }
  const entries = value as Record<string, unknown>; // cast: looked at by name
  for (const name of Object.keys(entries)) {
    const inner = entries[name];
    if (name === "__proto__" || (name === "constructor" && hasPrototype(inner))) Reflect.deleteProperty(entries, name);
    else if (typeof inner === "object") harmless(inner);
  }
  return value;
}

function hasPrototype(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "prototype");
}
