import { conditionFits, type PreparedRequest } from "./conditions.ts";
import { slotByEnd, slotByStart } from "./probe.ts";
import type { StaticIndex } from "./static-index.ts";
import type { Answer, Leaf, MixedEdge } from "./tree.ts";
import type { Match } from "./types.ts";

/**
 * A tree of routes laid out for searching: numbers in two arrays, so that a step touches two or three cache lines, and a
 * table takes a fraction of the memory of nodes as objects (bench "router", heap per table).
 */
export interface Packed<Value> {
  /** `NODE_SIZE` numbers for each node; a node is named by its place. The root is at 0. */
  readonly nodes: Int32Array;
  /** `SLOT_SIZE` numbers for each static text, and for each empty slot. */
  readonly slots: Int32Array;
  /** The characters of the static texts, end to end, and then those of `whole`. */
  readonly units: Uint16Array;
  /** The claim of each leaf that asks for nothing but method and path. */
  readonly claims: readonly (Answer<Value> | undefined)[];
  /** The leaves with claims that ask for more, if there are any. */
  readonly conditional: ReadonlyMap<number, Leaf<Value>> | undefined;
  readonly mixed: readonly (readonly PackedEdge[])[];
  /**
   * Matches of routes without parameters and conditions by their whole path. Static text beats everything else at every
   * segment, so a path found here needs no walk.
   */
  readonly whole: StaticIndex<Match<Value>>;
}

export interface PackedEdge {
  readonly segment: MixedEdge<unknown>["segment"];
  readonly node: number;
}

export const NODE_SIZE = 9;
/** Where the node's slots begin, or `NONE`. */
export const SLOTS = 0;
export const MASK = 1;
/** How a slot is chosen: see `chooserOf` in `pack.ts`. */
export const CHOOSER = 2;
export const PARAM = 3;
export const WILDCARD = 4;
export const LEAF = 5;
export const MIXED = 6;
/** The child for an empty segment. */
export const BLANK = 7;
/** What may follow; one of the four below. */
export const KIND = 8;
/** Several kinds of segments, or one that takes more than a look. */
export const OPEN = 0;
/** Nothing but a parameter. */
export const ONLY_PARAM = 1;
/** Nothing but static texts, none of them empty or `ODD`. */
export const ONLY_STATIC = 2;
/** Nothing at all. */
export const DEAD_END = 3;
export const NONE = -1;

export const SLOT_SIZE = 4;
export const TEXT = 0;
/** Of the text; 0 in an empty slot. */
export const LENGTH = 1;
export const CHILD = 2;
/** Another text of the same slot. */
export const NEXT = 3;

/** In a chooser: some static text holds what a path as received cannot show; only the canonical form can be compared. */
export const ODD: number = 1 << 30;
/** The longest length a chooser can hold for its shortest text. */
export const MAX_SHORTEST: number = (1 << 14) - 1;

/** The claim on the leaf of a number that a request fits. */
export function claimOf<Value>(
  packed: Packed<Value>,
  index: number,
  request: PreparedRequest | undefined,
): Answer<Value> | undefined {
  if (request === undefined) return packed.claims[index];
  const leaf = packed.conditional?.get(index);
  if (leaf === undefined) return request.asksVersion ? undefined : packed.claims[index];
  return leaf.claims.find((claim) => conditionFits(claim.condition, request));
}

/** The slot of the texts that may stand at a place, or `NONE`. */
export function slotAt(text: string, at: number, length: number, chooser: number, mask: number): number {
  const factor = (chooser >> 8) & 0xff;
  if (factor !== 0) {
    if (at + ((chooser >> 16) & MAX_SHORTEST) > length) return NONE;
    const code = text.charCodeAt(at + (chooser & 0xf));
    return slotByStart(code, text.charCodeAt(at + ((chooser >> 4) & 0xf)), factor) & mask;
  }
  const slash = text.indexOf("/", at);
  const end = slash < 0 || slash > length ? length : slash;
  return end > at ? slotByEnd(text, at, end) & mask : NONE;
}

/** Whether a text stands at a place of a path. */
export function isAt(path: string, from: number, end: number, units: Uint16Array, place: number): boolean {
  for (let at = from, unit = place; at < end; at++, unit++) if (path.charCodeAt(at) !== units[unit]) return false;
  return true;
}

/** The child for one segment, by its decoded text. */
export function staticChild<Value>(packed: Packed<Value>, node: number, text: string): number {
  const { nodes, slots, units } = packed;
  const at = (field: number): number => nodes[node + field] as number; // cast, here and below: as `pack` laid them out
  if (at(SLOTS) === NONE) return NONE;
  if (text === "") return at(BLANK);
  const odd = (at(CHOOSER) & ODD) !== 0;
  const home = odd ? NONE : slotAt(text, 0, text.length, at(CHOOSER), at(MASK));
  const end = at(SLOTS) + (at(MASK) + 1) * SLOT_SIZE;
  // a slash in an odd text would end the segment for `slotAt`: look at all of them
  for (let first = at(SLOTS); first < end; first += SLOT_SIZE) {
    if (!odd && first !== at(SLOTS) + home * SLOT_SIZE) continue;
    for (let slot = first; slot !== NONE; slot = slots[slot + NEXT] as number) {
      const same = slots[slot + LENGTH] === text.length;
      if (same && isAt(text, 0, text.length, units, slots[slot + TEXT] as number)) return slots[slot + CHILD] as number;
    }
  }
  return NONE;
}

/** Whether a segment that is plain up to an escape could be one of a node's static texts. */
export function mayBeStatic<Value>(
  packed: Packed<Value>,
  node: number,
  text: string,
  at: number,
  percent: number,
): boolean {
  const { nodes, slots, units } = packed;
  const first = nodes[node + SLOTS] as number; // cast, here and below: as `pack` laid them out
  if (first === NONE) return false;
  const end = first + ((nodes[node + MASK] as number) + 1) * SLOT_SIZE;
  for (let home = first; home < end; home += SLOT_SIZE) {
    for (let slot = home; slot !== NONE; slot = slots[slot + NEXT] as number) {
      const long = (slots[slot + LENGTH] as number) >= percent - at && slots[slot + LENGTH] !== 0;
      if (long && isAt(text, at, percent, units, slots[slot + TEXT] as number)) return true;
    }
  }
  return false;
}
