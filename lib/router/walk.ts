import { decodeText, foldCase } from "./canonical-path.ts";
import type { PreparedRequest } from "./conditions.ts";
import { claimOf, LEAF, MIXED, NONE, PARAM, type Packed, staticChild, WILDCARD } from "./packed.ts";
import { type Captures, matchSegment } from "./segment-matcher.ts";
import type { Answer } from "./tree.ts";

/** What a search found: a route's claim, and the values of its parameters. */
export interface Found<Value> {
  readonly claim: Answer<Value>;
  readonly values: readonly string[];
}

/**
 * Finds the claim for a canonical path, whatever stands in it: static text, mixed segments in their order, the plain
 * parameter, the wildcard, and back again where a choice leads nowhere. No node is entered twice, so a search costs at
 * most the table times one segment. This is the thorough way; `quick-walk.ts` answers most requests before it is needed.
 * @param canonical - In its own case.
 */
export function walk<Value>(
  packed: Packed<Value>,
  canonical: string,
  fold: boolean,
  request: PreparedRequest | undefined,
): Found<Value> | undefined {
  const raw = canonical.slice(1).split("/");
  const sources = raw.map(decodeText);
  const texts = fold ? sources.map(foldCase) : sources;
  const search: Search<Value> = { packed, raw, sources, texts, values: [], request };
  const claim = step(search, 0, 0);
  return claim && { claim, values: search.values };
}

interface Search<Value> {
  readonly packed: Packed<Value>;
  readonly raw: readonly string[];
  /** The segments decoded, in their own case. */
  readonly sources: readonly string[];
  /** What static text is compared with. */
  readonly texts: readonly string[];
  /** The parameters of the branch that is being tried. */
  readonly values: string[];
  readonly request: PreparedRequest | undefined;
}

function step<Value>(search: Search<Value>, node: number, index: number): Answer<Value> | undefined {
  if (node === NONE) return undefined;
  const text = search.texts[index];
  if (text === undefined) return claimAt(search, node + LEAF);
  return (
    step(search, staticChild(search.packed, node, text), index + 1) ??
    stepMixed(search, node, index) ??
    stepParam(search, node, index) ??
    takeRest(search, node, index)
  );
}

function stepMixed<Value>(search: Search<Value>, node: number, index: number): Answer<Value> | undefined {
  const { packed, texts, sources, values } = search;
  const text = texts[index] as string; // cast: step has looked
  for (const { segment, node: next } of packed.mixed[packed.nodes[node + MIXED] ?? NONE] ?? []) {
    const captures: Captures = { starts: [], ends: [] };
    if (!matchSegment(segment, text, 0, text.length, captures, 0)) continue;
    for (const [i] of segment.params.entries()) {
      values.push((sources[index] as string).slice(captures.starts[i], captures.ends[i])); // cast: as above
    }
    const claim = step(search, next, index + 1);
    if (claim !== undefined) return claim;
    values.length -= segment.params.length;
  }
  return undefined;
}

function stepParam<Value>(search: Search<Value>, node: number, index: number): Answer<Value> | undefined {
  const source = search.sources[index];
  const param = search.packed.nodes[node + PARAM] ?? NONE;
  if (param === NONE || source === undefined || source === "") return undefined;
  search.values.push(source);
  const claim = step(search, param, index + 1);
  if (claim === undefined) search.values.pop();
  return claim;
}

/** Gives a wildcard what is left of the path, in canonical form. */
function takeRest<Value>(search: Search<Value>, node: number, index: number): Answer<Value> | undefined {
  const claim = claimAt(search, node + WILDCARD);
  if (claim !== undefined) search.values.push(search.raw.slice(index).join("/"));
  return claim;
}

function claimAt<Value>(search: Search<Value>, field: number): Answer<Value> | undefined {
  return claimOf(search.packed, search.packed.nodes[field] ?? NONE, search.request);
}
