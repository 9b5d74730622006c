import { decodeSegment, decodeText, foldCase, KINDS, PLAIN, SPECIAL } from "./canonical-path.ts";
import { type Captures, matchSegment } from "./segment-matcher.ts";
import { childFor, type Edge, type Leaf, type MixedEdge, type TreeNode } from "./tree.ts";

const SLASH = 47;
const DOT = 46;
const PERCENT = 37;
const QUESTION = 63;
const HASH = 35;
const END = -1; // in place of a character

/**
 * One search. The fields are reused from search to search (a router is not reentrant: nothing here calls out), so
 * that a miss allocates nothing.
 */
export interface Walk extends Captures {
  /** What static text is compared with: lower case when the router ignores case. */
  text: string;
  /** The canonical path in its own case: what parameters are cut from. Not set when the text is as received. */
  source: string;
  /** The text is canonical. Otherwise it is as received, and the search gives up on meeting what needs rewriting. */
  canonical: boolean;
  gaveUp: boolean;
  /** A percent sign was met, so captured values may have to be decoded. */
  escaped: boolean;
  /** Up to here the path was compared or captured, so that nothing before it can be a dot segment. */
  seen: number;
  /** Captured values that had to be decoded first, by index; those have a start of -1. */
  readonly decoded: string[];
}

export function createWalk(): Walk {
  return {
    text: "",
    source: "",
    canonical: false,
    gaveUp: false,
    escaped: false,
    seen: 0,
    starts: [],
    ends: [],
    decoded: [],
  };
}

/**
 * Finds the leaf for `walk.text` below a node.
 * 1. Compare the node's text. Its first character is known to fit: the caller looked the node up by it.
 * 2. At the end of the path take the leaf, else a wildcard with nothing to match.
 * 3. Go on into static text; when the node has nothing but static text there is no way back and no recursion.
 * 4. Else take the segment's end, and try mixed edges in order, then the plain parameter, then the wildcard.
 * Every node stands for one number of segments, so no node is entered twice in a search: its cost is bounded by the
 * size of the table times one segment, whatever the path.
 * On a path as received, each step is the step that the canonical path would take, or the search gives up: text that
 * fits has no escapes, and where text fails to fit on a character that may stand for another, nothing weaker is tried.
 */
export function walkFrom<Item>(walk: Walk, start: TreeNode<Item>, from: number, count: number): Leaf<Item> | undefined {
  const { text, canonical } = walk;
  const length = text.length;
  let node = start;
  let at = from;
  let captured = count;
  for (;;) {
    const { codes } = node;
    const size = codes.length;
    if (at + size > length) return fail(walk, at, END);
    for (let i = 1; i < size; i++) {
      const code = text.charCodeAt(at + i);
      if (code !== codes[i]) return fail(walk, at, code);
    }
    at += size;
    const code = at < length ? text.charCodeAt(at) : END;
    if (code === END || (!canonical && (code === QUESTION || code === HASH))) {
      return node.leaf ?? (node.wildcard ? takeRest(walk, node.wildcard, at, captured) : fail(walk, at, END));
    }
    const child = childFor(node, code);
    if (!node.branches) {
      if (child === undefined) return fail(walk, at, code);
      node = child;
      continue;
    }
    if (child !== undefined) {
      const found = walkFrom(walk, child, at, captured);
      if (found !== undefined || walk.gaveUp) return found;
    } else if (hasChildren(node)) {
      fail(walk, at, code);
      if (walk.gaveUp) return undefined;
    }
    const end = segmentEnd(walk, at, node.mixed.length === 0);
    if (end < 0) return undefined;
    if (end > at && node.mixed.length > 0) {
      const found = walkMixed(walk, node.mixed, at, end, captured);
      if (found !== undefined || walk.gaveUp) return found;
    }
    const { param, wildcard } = node;
    if (end > at && param !== undefined) {
      walk.starts[captured] = at;
      walk.ends[captured] = end;
      if (wildcard === undefined && param.rest !== undefined && end < length && text.charCodeAt(end) === SLASH) {
        node = param.rest; // nothing to come back to: go on in this loop
        at = end;
        captured++;
        continue;
      }
      const found = afterSegment(walk, param, end, captured + 1);
      if (found !== undefined || walk.gaveUp) return found;
    }
    return wildcard && takeRest(walk, wildcard, at, captured);
  }
}

/** Notes how far a search came that fits no further; gives up when the character there may stand for another. */
function fail(walk: Walk, at: number, code: number): undefined {
  if (at > walk.seen) walk.seen = at;
  if (!walk.canonical && code !== END && (code > 126 || KINDS[code] === SPECIAL)) walk.gaveUp = true;
}

/**
 * The value of a capture, decoded.
 * @param source - The path that was searched, in its own case.
 */
export function capturedValue(walk: Walk, source: string, index: number): string {
  const start = walk.starts[index] ?? 0;
  if (start < 0) return walk.decoded[index] ?? "";
  const value = source.slice(start, walk.ends[index]);
  return walk.escaped && value.includes("%") ? decodeSegment(value) : value;
}

/** The value of a wildcard: the rest of the canonical path, as it stands. */
export function capturedRest(walk: Walk, source: string, index: number): string {
  return source.slice(walk.starts[index], walk.ends[index]);
}

function isEnd(walk: Walk, at: number): boolean {
  if (at >= walk.text.length) return true;
  if (walk.canonical) return false;
  const code = walk.text.charCodeAt(at);
  return code === QUESTION || code === HASH;
}

function hasChildren<Item>(node: TreeNode<Item>): boolean {
  return node.children.length > 0 || node.others !== undefined;
}

/**
 * Where the segment that starts at `at` ends; -1 when the search must give up.
 * @param open - Nothing but a parameter or a wildcard takes the segment, so an escape in it changes nothing but its value.
 */
function segmentEnd(walk: Walk, at: number, open: boolean): number {
  const { text } = walk;
  if (walk.canonical) {
    const slash = text.indexOf("/", at);
    return slash < 0 ? text.length : slash;
  }
  let end = at;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    const kind = code > 126 ? SPECIAL : KINDS[code];
    if (kind === PLAIN) continue;
    if (kind !== SPECIAL) break;
    if (!open) return giveUp(walk);
    if (code === PERCENT) walk.escaped = true;
  }
  return text.charCodeAt(at) === DOT ? giveUp(walk) : end; // perhaps a dot segment: the canonical form will tell
}

function giveUp(walk: Walk): -1 {
  walk.gaveUp = true;
  return -1;
}

function walkMixed<Item>(
  walk: Walk,
  edges: readonly MixedEdge<Item>[],
  at: number,
  end: number,
  captured: number,
): Leaf<Item> | undefined {
  for (const edge of edges) {
    if (!takeSegment(walk, edge, at, end, captured)) continue;
    const found = afterSegment(walk, edge, end, captured + edge.segment.params.length);
    if (found !== undefined || walk.gaveUp) return found;
  }
  return undefined;
}

function takeSegment<Item>(walk: Walk, edge: MixedEdge<Item>, at: number, end: number, first: number): boolean {
  const { segment } = edge;
  if (!walk.canonical) return matchSegment(segment, walk.text, at, end, walk, first);
  const raw = walk.source.slice(at, end);
  if (!raw.includes("%")) return matchSegment(segment, walk.text, at, end, walk, first);
  const source = decodeText(raw);
  const text = segment.fold ? foldCase(source) : source;
  if (!matchSegment(segment, text, 0, text.length, walk, first)) return false;
  for (let i = first; i < first + segment.params.length; i++) {
    walk.decoded[i] = source.slice(walk.starts[i], walk.ends[i]);
    walk.starts[i] = -1;
  }
  return true;
}

function afterSegment<Item>(walk: Walk, edge: Edge<Item>, end: number, captured: number): Leaf<Item> | undefined {
  if (isEnd(walk, end)) return edge.leaf;
  return edge.rest && walkFrom(walk, edge.rest, end, captured);
}

/** Gives a wildcard what is left of the path. */
function takeRest<Item>(walk: Walk, leaf: Leaf<Item>, at: number, captured: number): Leaf<Item> | undefined {
  const { text } = walk;
  let end = text.length;
  if (!walk.canonical) {
    for (end = at; !isEnd(walk, end); ) {
      const next = segmentEnd(walk, end, false);
      if (next < 0) return undefined;
      end = text.charCodeAt(next) === SLASH ? next + 1 : next;
    }
  }
  walk.starts[captured] = at;
  walk.ends[captured] = end;
  return leaf;
}
