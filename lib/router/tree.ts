import { CodedError } from "../errors/index.ts";
import { foldCase } from "./canonical-path.ts";
import { type Condition, compareConditions } from "./conditions.ts";
import type { ParamsShape } from "./params.ts";
import type { MixedSegment, Segment } from "./pattern.ts";
import { compareSegments } from "./precedence.ts";
import type { Match, Route } from "./types.ts";

/**
 * The place that some segments lead to: what may follow them, the strongest kind first, and what ends here.
 * Every node stands for one number of segments and is reached in one way only.
 */
export interface TreeNode<Value> {
  /** By decoded text, in lower case when case is ignored. The empty text is a segment too: `/a/` ends in it. */
  statics: Map<string, TreeNode<Value>> | undefined;
  /** In the order in which they are tried. */
  mixed: MixedEdge<Value>[];
  param: TreeNode<Value> | undefined;
  wildcard: Leaf<Value> | undefined;
  leaf: Leaf<Value> | undefined;
}

export interface MixedEdge<Value> {
  readonly segment: MixedSegment;
  readonly node: TreeNode<Value>;
}

/** Everything that ends at one place. */
export interface Leaf<Value> {
  /** The strongest first: by rank, then by condition. */
  readonly claims: Claim<Value>[];
  /** The first one that asks nothing but method and path. */
  plain: Claim<Value> | undefined;
}

/** What a match is made of: a search reads one cache line of it. */
export interface Answer<Value> {
  /** The finished match of a route without parameters: frozen, so that requests can share it. */
  readonly match: Match<Value> | undefined;
  readonly shape: ParamsShape;
  /** The route's value once more: a match then reads one object (bench "router", "1000 routes"). */
  readonly value: Value;
  readonly route: Route<Value>;
}

/** One route's hold on a leaf. */
export interface Claim<Value> extends Answer<Value> {
  /** A route for exactly the method outranks GET for HEAD, which outranks any method. */
  readonly rank: number;
  readonly condition: Condition | undefined;
}

export function createNode<Value>(): TreeNode<Value> {
  return {
    statics: undefined,
    mixed: [],
    param: undefined,
    wildcard: undefined,
    leaf: undefined,
  };
}

/** Adds a way through the tree. Only after `checkInsert`: a throw here would leave half of it. */
export function insert<Value>(
  root: TreeNode<Value>,
  segments: readonly Segment[],
  claim: Claim<Value>,
  fold: boolean,
): void {
  let node = root;
  for (const segment of segments) {
    if (segment.kind === "static") {
      node = staticChild(node, textOf(segment.text, fold));
      continue;
    }
    if (segment.kind === "wildcard") {
      node.wildcard = claimLeaf(node.wildcard, claim);
      return;
    }
    if (segment.kind === "mixed") node = mixedChild(node, segment);
    else {
      node.param ??= createNode();
      node = node.param;
    }
  }
  node.leaf = claimLeaf(node.leaf, claim);
}

/**
 * Walks the same way without writing.
 * @throws CodedError `ROUTER_DUPLICATE_ROUTE`, `ROUTER_AMBIGUOUS_ROUTE`.
 */
export function checkInsert<Value>(
  root: TreeNode<Value>,
  segments: readonly Segment[],
  claim: Claim<Value>,
  fold: boolean,
): void {
  let node: TreeNode<Value> | undefined = root;
  for (const segment of segments) {
    if (segment.kind === "wildcard") {
      checkLeaf(node.wildcard, claim);
      return;
    }
    if (segment.kind === "static") node = node.statics?.get(textOf(segment.text, fold));
    else node = segment.kind === "param" ? node.param : findMixed(node, segment)?.node;
    if (node === undefined) return;
  }
  checkLeaf(node.leaf, claim);
}

/** Everything that ends at a node or below it. */
export function leavesBelow<Value>(node: TreeNode<Value>): readonly Leaf<Value>[] {
  const own = [node.leaf, node.wildcard].filter((leaf) => leaf !== undefined);
  return [...own, ...childrenOf(node).flatMap(leavesBelow)];
}

export function childrenOf<Value>(node: TreeNode<Value>): readonly TreeNode<Value>[] {
  const children = [...(node.statics?.values() ?? []), ...node.mixed.map((edge) => edge.node)];
  return node.param === undefined ? children : [...children, node.param];
}

/** The sum of the weights of the routes that end at a node or below it. */
export function heatOf<Value>(node: TreeNode<Value>, weight: (route: Route<unknown>) => number): number {
  let sum = 0;
  for (const { plain } of leavesBelow(node)) if (plain !== undefined) sum += weight(plain.route);
  return sum;
}

function textOf(text: string, fold: boolean): string {
  return fold ? foldCase(text) : text;
}

function staticChild<Value>(node: TreeNode<Value>, text: string): TreeNode<Value> {
  node.statics ??= new Map();
  const known = node.statics.get(text);
  if (known !== undefined) return known;
  const child = createNode<Value>();
  node.statics.set(text, child);
  return child;
}

function mixedChild<Value>(node: TreeNode<Value>, segment: MixedSegment): TreeNode<Value> {
  const known = findMixed(node, segment);
  if (known !== undefined) return known.node;
  const edge: MixedEdge<Value> = { segment, node: createNode() };
  const wider = node.mixed.findIndex((other) => compareSegments(segment, other.segment) === "before");
  node.mixed.splice(wider < 0 ? node.mixed.length : wider, 0, edge);
  return edge.node;
}

// Compares with every neighbour, so that an ambiguity is found wherever it stands.
function findMixed<Value>(node: TreeNode<Value>, segment: MixedSegment): MixedEdge<Value> | undefined {
  let found: MixedEdge<Value> | undefined;
  for (const edge of node.mixed) if (compareSegments(segment, edge.segment) === "same") found = edge;
  return found;
}

// Compares with every claim of its rank, so that hosts which overlap are found wherever they stand.
function checkLeaf<Value>(leaf: Leaf<Value> | undefined, claim: Claim<Value>): void {
  for (const other of leaf?.claims ?? []) {
    if (other.rank !== claim.rank || compareConditions(other.condition, claim.condition) !== 0) continue;
    throw new CodedError("ROUTER_DUPLICATE_ROUTE", "a route of this method and shape exists");
  }
}

function claimLeaf<Value>(known: Leaf<Value> | undefined, claim: Claim<Value>): Leaf<Value> {
  const leaf: Leaf<Value> = known ?? { claims: [], plain: undefined };
  leaf.claims.push(claim);
  leaf.claims.sort((a, b) => b.rank - a.rank || compareConditions(a.condition, b.condition));
  leaf.plain = leaf.claims.find(({ condition }) => condition === undefined);
  return leaf;
}
