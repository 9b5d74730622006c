import type { PathRules } from "../canonical-path.ts";
import { encodeSegment, foldCase, isSpecial } from "../canonical-path.ts";
import type { Expression } from "../expression.ts";
import type { Segment } from "../pattern.ts";
import { complement, normalise, type Ranges } from "../ranges.ts";

/** An expression over whole paths: those of constraints, and what regular expressions have besides. */
export type PathNode =
  | { readonly kind: "set"; readonly ranges: Ranges }
  | { readonly kind: "sequence"; readonly items: readonly PathNode[] }
  | { readonly kind: "choice"; readonly items: readonly PathNode[] }
  | { readonly kind: "repeat"; readonly body: PathNode; readonly min: number; readonly max: number }
  | { readonly kind: "edge"; readonly at: "start" | "end" }
  | { readonly kind: "look"; readonly negated: boolean; readonly body: PathNode };

export const SLASH = 47;
/** Stands for a slash inside a decoded segment (`%2F`), which separates nothing; beyond every unit of a text. */
export const INNER_SLASH = 0x10000;

const ENDLESS = Number.POSITIVE_INFINITY;
const ANY_UNIT: Ranges = [0, INNER_SLASH];
const IN_SEGMENT: Ranges = [0, SLASH - 1, SLASH + 1, INNER_SLASH];
const HIGH: Ranges = [0xd800, 0xdbff];
const LOW: Ranges = [0xdc00, 0xdfff];

const set = (ranges: Ranges): PathNode => ({ kind: "set", ranges });
const sequence = (...items: readonly PathNode[]): PathNode => ({ kind: "sequence", items });
const repeat = (body: PathNode, min: number): PathNode => ({ kind: "repeat", body, min, max: ENDLESS });
const NEVER: PathNode = set([]);
const SEPARATOR = set([SLASH, SLASH]);

/** Anything, slashes too. */
export const ANYTHING: PathNode = repeat(set(ANY_UNIT), 0);

/** The canonical paths that fit a list of segments. */
export function nodeOfSegments(segments: readonly Segment[], fold: boolean): PathNode {
  return sequence(...segments.flatMap((segment) => [SEPARATOR, nodeOfSegment(segment, fold)]));
}

function nodeOfSegment(segment: Segment, fold: boolean): PathNode {
  switch (segment.kind) {
    case "static":
      return text(fold ? foldCase(segment.text) : segment.text);
    case "param":
      return repeat(set(IN_SEGMENT), 1);
    case "wildcard":
      return ANYTHING;
    case "mixed":
      return sequence(
        ...segment.folded.flatMap((literal, i) => {
          const param = segment.params[i];
          if (param === undefined) return [text(literal)];
          // a parameter is never empty, even when its constraint would allow it
          const value = param.constraint && nonEmpty(inSegment(param.constraint.expression));
          return [text(literal), value ?? repeat(set(IN_SEGMENT), 1)];
        }),
      );
  }
}

function text(literal: string): PathNode {
  const units = Array.from({ length: literal.length }, (_, i) => literal.charCodeAt(i));
  return sequence(...units.map((unit) => (unit === SLASH ? set([INNER_SLASH, INNER_SLASH]) : set([unit, unit]))));
}

/** A constraint reads decoded text, in which a slash is a character like any other. */
function inSegment(expression: Expression): PathNode {
  switch (expression.kind) {
    case "set":
      return set(withInnerSlash(expression.ranges));
    case "repeat":
      return { ...expression, body: inSegment(expression.body) };
    default:
      return { kind: expression.kind, items: expression.items.map(inSegment) };
  }
}

function withInnerSlash(ranges: Ranges): Ranges {
  const pairs: number[] = [];
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    const low = ranges[i] ?? 0;
    const high = ranges[i + 1] ?? 0;
    if (low > SLASH || high < SLASH) pairs.push(low, high);
    else {
      if (low < SLASH) pairs.push(low, SLASH - 1);
      if (high > SLASH) pairs.push(SLASH + 1, high);
      pairs.push(INNER_SLASH, INNER_SLASH);
    }
  }
  return normalise(pairs);
}

/** The same texts but for the empty one. */
function nonEmpty(node: PathNode): PathNode {
  if (!isNullable(node)) return node;
  if (node.kind === "choice") return { kind: "choice", items: node.items.map(nonEmpty) };
  if (node.kind === "repeat") {
    return sequence(nonEmpty(node.body), {
      ...node,
      min: Math.max(isNullable(node.body) ? 0 : node.min - 1, 0),
      max: node.max - 1,
    });
  }
  if (node.kind !== "sequence") return NEVER;
  // the first part that is not empty, and all that comes after it
  const items = node.items.map((item, i) => sequence(nonEmpty(item), ...node.items.slice(i + 1)));
  return items.length === 0 ? NEVER : { kind: "choice", items };
}

function isNullable(node: PathNode): boolean {
  if (node.kind === "sequence") return node.items.every(isNullable);
  if (node.kind === "choice") return node.items.some(isNullable);
  if (node.kind === "repeat") return node.min === 0 || isNullable(node.body);
  return node.kind !== "set";
}

/** The canonical paths that a router with these rules reads at all: well-formed text, no dot segments, nothing ignored. */
export function canonicalPaths(rules: PathRules): PathNode {
  const unit: PathNode = {
    kind: "choice",
    items: [set(withInnerSlash(plainUnits(rules.fold))), sequence(set(HIGH), set(LOW))],
  };
  const dots: PathNode = sequence(
    set([46, 46]),
    { kind: "repeat", body: set([46, 46]), min: 0, max: 1 },
    { kind: "choice", items: [SEPARATOR, { kind: "edge", at: "end" }] },
  );
  const start = sequence(SEPARATOR, { kind: "look", negated: true, body: dots });
  const full = sequence(start, repeat(unit, 1));
  const any = sequence(start, repeat(unit, 0));
  const before = repeat(rules.ignoreDuplicateSlashes ? full : any, 0);
  if (!rules.ignoreTrailingSlash) return sequence(before, any);
  return { kind: "choice", items: [SEPARATOR, sequence(before, full)] };
}

/** The paths as they come in: the visible characters that HTTP has, up to where a query or a fragment starts. */
export const RECEIVED_PATHS: PathNode = sequence(
  SEPARATOR,
  repeat(set([0x21, 0x22, 0x24, 0x3e, 0x40, 0x7e, 0xa1, 0xff]), 0),
);

// Units that canonical text may hold: no surrogates, and no letter that folding would change.
function plainUnits(fold: boolean): Ranges {
  const surrogates: Ranges = [0xd800, 0xdfff];
  if (!fold) return complement(surrogates);
  const changed: number[] = [...surrogates];
  for (let unit = 0; unit <= 0xffff; unit++) {
    const letter = String.fromCharCode(unit);
    if (foldCase(letter) !== letter) changed.push(unit, unit);
  }
  return complement(normalise(changed));
}

/** A path of a request that has this canonical form. */
export function requestPath(word: readonly number[]): string {
  const segments: string[] = [];
  for (const unit of word) {
    if (unit === SLASH) segments.push("");
    else segments[segments.length - 1] += String.fromCharCode(unit === INNER_SLASH ? SLASH : unit);
  }
  return `/${segments.map(encodeForRequest).join("/")}`;
}

function encodeForRequest(segment: string): string {
  try {
    return encodeURIComponent(segment).replace(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent);
  } catch {
    return encodeSegment(segment); // ill-formed text has no percent-encoding; it is shown as it is
  }
}

/** A path as it comes in. */
export function receivedPath(word: readonly number[]): string {
  return String.fromCharCode(...word);
}

/** How well a unit reads in an example: the lower the better. */
export function unitRank(unit: number): number {
  if (unit === 120) return 0; // x
  if (unit >= 97 && unit <= 122) return 1;
  if (unit >= 48 && unit <= 57) return 2;
  if (unit >= 65 && unit <= 90) return 3;
  if (unit === 45 || unit === 95 || unit === 126) return 4;
  if (unit === SLASH) return 5;
  if (unit > 32 && unit < 127 && unit !== 37 && unit !== 46) return 6;
  if (unit === 46) return 7;
  return unit === 37 || unit === INNER_SLASH || isSpecial(unit) || unit > 127 ? 9 : 8;
}
