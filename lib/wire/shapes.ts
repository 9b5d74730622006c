import type { WireValue } from "./value.ts";

/*
 * Maps whose keys came together before. V8 keeps an object made without a prototype as a hash table, which is made anew as it grows: with six
 * entries that takes twice as long as an object with a layout whose prototype is then taken away. But V8 shares layouts in one tree, and with keys of
 * their own strangers could make it grow until everybody is slow. So keys get a layout when they come for the second time, and only as many as there
 * are places here; all others are hash tables. A cache, not state: what a map holds does not depend on it.
 */
const MASK = 255;
const shapes: (Shape | undefined)[] = new Array<Shape | undefined>(MASK + 1).fill(undefined);

interface Shape {
  readonly keys: readonly string[];
  /** Objects of the layout, there once the keys came twice: V8 forgets a layout that none has. The place is then theirs for good. */
  samples: readonly Entries[] | undefined;
}

type Entries = Record<string, WireValue>;

/**
 * The map of these entries, without a prototype.
 * @param keys - No two are the same. They may be kept: none is long.
 * @param hash - Of the keys in their order.
 */
export function makeMap(keys: readonly string[], values: readonly WireValue[], hash: number): Entries {
  const place = hash & MASK;
  const shape = shapes[place];
  const isSame = shape !== undefined && isEqual(shape.keys, keys);
  if (isSame && shape.samples !== undefined) return Object.setPrototypeOf(layOut(keys, values), null) as Entries; // cast: what it was given
  const entries = makeTable(keys, values);
  if (isSame) shape.samples = createSamples(keys);
  else if (shape?.samples === undefined) shapes[place] = { keys, samples: undefined };
  return entries;
}

/** The same as a hash table, of which nothing is kept. */
export function makeTable(keys: readonly string[], values: readonly WireValue[]): Entries {
  const entries: Entries = Object.create(null);
  for (let i = 0; i < keys.length; i++) entries[keys[i] as string] = values[i] as WireValue; // casts, here and below: i < length
  return entries;
}

/** A layout says what its fields hold. One that has met text and a number takes anything, and is not slow where integers and fractions mix. */
function createSamples(keys: readonly string[]): readonly Entries[] {
  const numbers = new Array<number>(keys.length).fill(0);
  return [layOut(keys, keys), layOut(keys, numbers), Object.setPrototypeOf(layOut(keys, keys), null)];
}

function layOut(keys: readonly string[], values: readonly WireValue[]): Entries {
  const entries = new Layout();
  for (let i = 0; i < keys.length; i++) entries[keys[i] as string] = values[i] as WireValue;
  return entries;
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** What a map is before its prototype goes. Nothing is inherited even then, so that `__proto__` is a key. */
const Layout = /* @__PURE__ */ createLayout();

function createLayout(): new () => Entries {
  function Entries(): void {}
  Entries.prototype = Object.create(null);
  return Entries as unknown as new () => Entries; // cast: an old-style constructor has no class type
}
