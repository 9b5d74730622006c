import {
  BLANK,
  CHILD,
  CHOOSER,
  claimOf,
  DEAD_END,
  isAt,
  KIND,
  LEAF,
  LENGTH,
  MASK,
  MIXED,
  mayBeStatic,
  NEXT,
  NONE,
  ODD,
  ONLY_PARAM,
  OPEN,
  PARAM,
  type Packed,
  SLOT_SIZE,
  SLOTS,
  slotAt,
  TEXT,
  WILDCARD,
} from "./packed.ts";
import type { QuickWalk } from "./quick-state.ts";
import { matchSegment } from "./segment-matcher.ts";
import type { Answer } from "./tree.ts";

const SLASH = 47;
const DOT = 46;

/**
 * Finds the claim for a path as received, below a node and from the start of a segment on. It takes the steps that the
 * canonical path would take, or gives up (`unsure`): where an escape could stand for static text or decide a
 * constraint, on what may be a dot segment, and on an escape in the rest that a wildcard takes.
 *
 * Here are the nodes where there is no choice to come back to, most of most tables: a loop without the questions that
 * the others need, which `walkOpen` asks. One loop for all nodes takes 1.05 times as long (bench "router", cases "misses").
 * 1. Nothing but a parameter may follow: see where the segment ends.
 * 2. Nothing but static text: choose one by a few characters, compare it, and see whether the segment ends with it.
 */
export function quickWalk<Value>(
  walk: QuickWalk,
  packed: Packed<Value>,
  start: number,
  from: number,
  count: number,
): Answer<Value> | undefined {
  const { text, length } = walk;
  const { nodes, slots, units } = packed;
  let node = start;
  let at = from;
  let captured = count;
  search: for (;;) {
    const kind = nodes[node + KIND] as number; // cast, here and below: nodes and slots are as `pack` laid them out
    if (kind === ONLY_PARAM) {
      // native searches, here and below: with a loop over the characters misses take 1.3 times as long (bench "router")
      const slash = text.indexOf("/", at);
      const end = slash < 0 || slash > length ? length : slash;
      walk.seen = at;
      if (end === at) return undefined;
      if (text.charCodeAt(at) === DOT) return giveUp(walk);
      walk.starts[captured] = at;
      walk.ends[captured] = end;
      node = nodes[node + PARAM] as number;
      if (end === length) return claimAt(walk, packed, nodes[node + LEAF] as number);
      at = end + 1;
      captured++;
      continue;
    }
    if (kind === OPEN) return walkOpen(walk, packed, node, at, captured);
    if (kind === DEAD_END) break;
    const home = slotAt(text, at, length, nodes[node + CHOOSER] as number, nodes[node + MASK] as number);
    if (home < 0) break;
    let slot = (nodes[node + SLOTS] as number) + home * SLOT_SIZE;
    for (; slot !== NONE; slot = slots[slot + NEXT] as number) {
      const end = at + (slots[slot + LENGTH] as number);
      if (end > length || end === at || !isAt(text, at, end, units, slots[slot + TEXT] as number)) continue;
      const child = slots[slot + CHILD] as number;
      if (end === length) {
        walk.seen = at;
        return claimAt(walk, packed, nodes[child + LEAF] as number);
      }
      if (text.charCodeAt(end) !== SLASH) continue;
      node = child;
      at = end + 1;
      continue search;
    }
    break;
  }
  walk.seen = at;
  // an escape may stand for a static text
  return walk.escaped ? walkOpen(walk, packed, node, at, captured) : undefined;
}

/**
 * One step at any node, and what comes after it.
 * 1. Choose a static text by a few characters, compare it, and see whether the segment ends with it.
 * 2. Find the segment's end, and try mixed edges in order, then the parameter, then the wildcard.
 */
function walkOpen<Value>(
  walk: QuickWalk,
  packed: Packed<Value>,
  node: number,
  at: number,
  captured: number,
): Answer<Value> | undefined {
  const { text, length } = walk;
  const { nodes, slots, units } = packed;
  walk.seen = at;
  const param = nodes[node + PARAM] as number; // cast, here and below: as above
  const wildcard = nodes[node + WILDCARD] as number;
  const mixed = nodes[node + MIXED] as number;
  const closed = (param & wildcard & mixed) === NONE;
  const first = nodes[node + SLOTS] as number;
  if (first !== NONE) {
    const chooser = nodes[node + CHOOSER] as number;
    if ((chooser & ODD) !== 0) return giveUp(walk);
    let slot = slotAt(text, at, length, chooser, nodes[node + MASK] as number);
    for (slot = slot < 0 ? NONE : first + slot * SLOT_SIZE; slot !== NONE; slot = slots[slot + NEXT] as number) {
      const end = at + (slots[slot + LENGTH] as number);
      if (end > length || end === at || !isAt(text, at, end, units, slots[slot + TEXT] as number)) continue;
      const child = slots[slot + CHILD] as number;
      if (end === length) {
        const found = claimAt(walk, packed, nodes[child + LEAF] as number);
        if (found !== undefined || closed) return found;
      } else if (text.charCodeAt(end) === SLASH) {
        const found = quickWalk(walk, packed, child, end + 1, captured);
        if (found !== undefined || closed || walk.unsure) return found;
      }
    }
    if (nodes[node + BLANK] !== NONE) {
      const found = walkBlank(walk, packed, nodes[node + BLANK] as number, at, captured);
      if (found !== undefined || walk.unsure) return found;
    }
  }
  if (closed && !walk.escaped) return undefined;
  // all of the rest is the wildcard's, wherever its first segment ends, and what could stand for a static text is not taken there either
  if ((param & mixed) === NONE && wildcard !== NONE) return takeRest(walk, packed, wildcard, at, captured);
  const end = segmentEnd(walk, packed, node, at);
  if (closed || end < 0) return undefined;
  if (mixed !== NONE && end > at) {
    const found = walkMixed(walk, packed, mixed, at, end, captured);
    if (found !== undefined || walk.unsure) return found;
  }
  if (param !== NONE && end > at) {
    walk.starts[captured] = at;
    walk.ends[captured] = end;
    const found =
      end < length
        ? quickWalk(walk, packed, param, end + 1, captured + 1)
        : claimAt(walk, packed, nodes[param + LEAF] as number);
    if (found !== undefined || walk.unsure) return found;
  }
  return wildcard === NONE ? undefined : takeRest(walk, packed, wildcard, at, captured);
}

function giveUp(walk: QuickWalk): undefined {
  walk.unsure = true;
}

function walkBlank<Value>(
  walk: QuickWalk,
  packed: Packed<Value>,
  blank: number,
  at: number,
  captured: number,
): Answer<Value> | undefined {
  if (at === walk.length) return claimAt(walk, packed, packed.nodes[blank + LEAF] as number); // cast: as above
  return walk.text.charCodeAt(at) === SLASH ? quickWalk(walk, packed, blank, at + 1, captured) : undefined;
}

/** Where the segment ends; -1 when only the canonical form can tell what it is. */
function segmentEnd<Value>(walk: QuickWalk, packed: Packed<Value>, node: number, at: number): number {
  const { text, length } = walk;
  const slash = text.indexOf("/", at);
  const end = slash < 0 || slash > length ? length : slash;
  if (end > at && text.charCodeAt(at) === DOT) walk.unsure = true;
  if (walk.escaped) {
    const percent = text.indexOf("%", at);
    const inside = percent >= 0 && percent < end;
    if (inside && (packed.nodes[node + MIXED] !== NONE || mayBeStatic(packed, node, text, at, percent)))
      walk.unsure = true;
  }
  return walk.unsure ? -1 : end;
}

function walkMixed<Value>(
  walk: QuickWalk,
  packed: Packed<Value>,
  mixed: number,
  at: number,
  end: number,
  captured: number,
): Answer<Value> | undefined {
  for (const { segment, node } of packed.mixed[mixed] ?? []) {
    if (!matchSegment(segment, walk.text, at, end, walk, captured)) continue;
    const next = captured + segment.params.length;
    const found =
      end === walk.length
        ? claimAt(walk, packed, packed.nodes[node + LEAF] as number) // cast: as above
        : quickWalk(walk, packed, node, end + 1, next);
    if (found !== undefined || walk.unsure) return found;
  }
  return undefined;
}

/**
 * The rest is given in canonical form: an escape, a backslash, a control, whatever is not ASCII or a dot segment may not be. A loop over the characters takes
 * as long for 9 of them, and three times as long for 60 (bench "router", "params" of tables with wildcards).
 */
const UNSURE_IN_REST = /[^ -$&-[\]-~]|\/\./g;

/** Gives a wildcard what is left of the path. */
function takeRest<Value>(
  walk: QuickWalk,
  packed: Packed<Value>,
  wildcard: number,
  at: number,
  captured: number,
): Answer<Value> | undefined {
  const { text, length } = walk;
  if (text.charCodeAt(at) === DOT) return giveUp(walk);
  UNSURE_IN_REST.lastIndex = at;
  if (UNSURE_IN_REST.test(text) && UNSURE_IN_REST.lastIndex <= length) return giveUp(walk);
  walk.starts[captured] = at;
  walk.ends[captured] = length;
  return claimAt(walk, packed, wildcard);
}

function claimAt<Value>(walk: QuickWalk, packed: Packed<Value>, index: number): Answer<Value> | undefined {
  return index === NONE ? undefined : claimOf(packed, index, walk.request);
}
