import type { Segment } from "../pattern.ts";
import { type PathNode, SLASH } from "./nodes.ts";

/** A rough outline of the paths of a route: text for a segment that is static, `undefined` for any other. */
export interface Outline {
  readonly segments: readonly (string | undefined)[];
  /** After these anything may follow. */
  readonly open: boolean;
}

export function outlineOfSegments(segments: readonly Segment[]): Outline {
  const last = segments[segments.length - 1];
  const open = last?.kind === "wildcard";
  const closed = open ? segments.slice(0, -1) : segments;
  return { segments: closed.map((one) => (one.kind === "static" ? one.text.toLowerCase() : undefined)), open };
}

/** The outline as far as it can be read from an expression: a slash beside other things ends the reading. */
export function outlineOfNode(node: PathNode): Outline {
  const items = flatten(node);
  const segments: (string | undefined)[] = [];
  let text: string | undefined = "";
  for (const [i, item] of items.entries()) {
    const unit = singleUnit(item);
    if (unit === SLASH) {
      if (i > 0) segments.push(text);
      text = "";
    } else if (i === 0 || mayReadSlash(item)) return { segments, open: true };
    else text = unit === undefined || text === undefined ? undefined : text + String.fromCharCode(unit).toLowerCase();
  }
  return { segments: [...segments, text], open: false };
}

function flatten(node: PathNode): readonly PathNode[] {
  if (node.kind === "edge") return [];
  return node.kind === "sequence" ? node.items.flatMap(flatten) : [node];
}

/** The one unit that an item reads, in lower case when it reads a letter in both. */
function singleUnit(node: PathNode): number | undefined {
  if (node.kind !== "set") return undefined;
  const [low, high, second, end] = node.ranges;
  if (low === undefined || low !== high) return undefined;
  if (second === undefined) return low;
  const isLetter = low >= 65 && low <= 90;
  return isLetter && second === end && second === low + 32 && node.ranges.length === 4 ? second : undefined;
}

function mayReadSlash(node: PathNode): boolean {
  if (node.kind === "set")
    return node.ranges.some((low, i) => i % 2 === 0 && low <= SLASH && SLASH <= (node.ranges[i + 1] ?? low));
  if (node.kind === "repeat") return mayReadSlash(node.body);
  if (node.kind === "look") return false; // it reads nothing
  return node.kind !== "edge" && node.items.some(mayReadSlash);
}

interface Place {
  readonly ends: number[];
  readonly open: number[];
  readonly texts: Map<string, Place>;
  any: Place | undefined;
}

/** Finds the routes whose paths may overlap with those of another: a few of a large table, usually. */
export class OutlineIndex {
  private readonly root: Place = createPlace();

  add(id: number, outline: Outline): void {
    let place = this.root;
    for (const segment of outline.segments) {
      let next = segment === undefined ? place.any : place.texts.get(segment);
      if (next === undefined) {
        next = createPlace();
        if (segment === undefined) place.any = next;
        else place.texts.set(segment, next);
      }
      place = next;
    }
    (outline.open ? place.open : place.ends).push(id);
  }

  /** Time: the places of the table that fit the outline. */
  overlapping(outline: Outline): number[] {
    const found: number[] = [];
    gather(this.root, outline, 0, found);
    return found.sort((a, b) => a - b);
  }
}

// Recursion is as deep as the outline, which a pattern's length bounds; lists of places instead took ten times as long.
function gather(place: Place, outline: Outline, depth: number, found: number[]): void {
  for (const id of place.open) found.push(id);
  if (depth === outline.segments.length) {
    if (outline.open) for (const next of below(place)) collect(next, found);
    for (const id of place.ends) found.push(id);
    return;
  }
  const segment = outline.segments[depth];
  if (segment === undefined) for (const next of place.texts.values()) gather(next, outline, depth + 1, found);
  else {
    const next = place.texts.get(segment);
    if (next !== undefined) gather(next, outline, depth + 1, found);
  }
  if (place.any !== undefined) gather(place.any, outline, depth + 1, found);
}

function createPlace(): Place {
  return { ends: [], open: [], texts: new Map(), any: undefined };
}

function below(place: Place): readonly Place[] {
  return place.any === undefined ? [...place.texts.values()] : [...place.texts.values(), place.any];
}

function collect(root: Place, found: number[]): void {
  const stack = [root];
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    for (const id of place.open) found.push(id);
    for (const id of place.ends) found.push(id);
    stack.push(...below(place));
  }
}
