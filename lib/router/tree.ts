import { CodedError } from "../errors/index.ts";
import { encodeSegment, foldCase } from "./canonical-path.ts";
import type { MixedSegment, Segment } from "./pattern.ts";
import { compareSegments } from "./precedence.ts";
import { StaticIndex } from "./static-index.ts";

/**
 * The routes of one method. Static text is a radix tree over characters; at the start of a segment a node may also
 * hold edges for parameters, in the order in which they are tried.
 */
export interface Tree<Item> {
  readonly root: TreeNode<Item>;
  /**
   * Routes without parameters by their whole canonical path. Static text beats everything else at every segment, so a
   * path found here needs no walk.
   */
  readonly statics: StaticIndex<Leaf<Item>>;
  /** Some static text holds an escape; a path as received can then mean it and be spelt differently. */
  escapes: boolean;
}

/** A piece of static text, what may come after it, and what ends there. */
export interface TreeNode<Item> {
  part: string;
  /** The units of `part`: comparing with the text itself takes 1.02 to 1.18 times as long (bench "router", "203 routes, params"). */
  codes: readonly number[];
  /** Children by the first character of their text, from `low` on; `others` holds those that are not ASCII. */
  low: number;
  children: (TreeNode<Item> | undefined)[];
  others: Map<number, TreeNode<Item>> | undefined;
  leaf: Leaf<Item> | undefined;
  /** Whether any of the three below is set. */
  branches: boolean;
  mixed: MixedEdge<Item>[];
  param: Edge<Item> | undefined;
  wildcard: Leaf<Item> | undefined;
}

/** What follows one segment of a path. */
export interface Edge<Item> {
  leaf: Leaf<Item> | undefined;
  /** The static text after the segment; it starts with a slash. */
  rest: TreeNode<Item> | undefined;
}

export interface MixedEdge<Item> extends Edge<Item> {
  readonly segment: MixedSegment;
}

/** Everything that ends at one place, the strongest first. */
export interface Leaf<Item> {
  item: Item;
  readonly claims: Claim<Item>[];
}

/** One route's hold on a leaf: a route for exactly the method outranks GET for HEAD, which outranks any method. */
export interface Claim<Item> {
  readonly rank: number;
  readonly item: Item;
}

export function createTree<Item>(): Tree<Item> {
  return { root: createNode("/"), statics: new StaticIndex(), escapes: false };
}

/**
 * Adds a way through the tree. Checks first and writes after: a throw leaves the tree as it was.
 * @throws CodedError `ROUTER_DUPLICATE_ROUTE`, `ROUTER_AMBIGUOUS_ROUTE`.
 */
export function insert<Item>(tree: Tree<Item>, segments: readonly Segment[], claim: Claim<Item>, fold: boolean): void {
  let holder: Holder<Item> = { leaf: undefined, rest: tree.root };
  let text = "";
  for (const segment of segments) {
    text += "/";
    if (segment.kind === "static") {
      text += staticText(segment.text, fold);
      if (text.includes("%")) tree.escapes = true;
      continue;
    }
    const node = extend(holder, text);
    text = "";
    node.branches = true;
    if (segment.kind === "wildcard") {
      node.wildcard = claimLeaf(node.wildcard, claim);
      return;
    }
    holder = segment.kind === "param" ? paramEdge(node) : mixedEdge(node, segment);
  }
  const end = text === "" ? holder : extend(holder, text);
  end.leaf = claimLeaf(end.leaf, claim);
  if (segments.every((segment) => segment.kind === "static")) tree.statics.set(text, end.leaf);
}

/** Walks the same way without writing, and throws what `insert` must not meet. */
export function checkInsert<Item>(tree: Tree<Item>, segments: readonly Segment[], rank: number, fold: boolean): void {
  let holder: Holder<Item> | undefined = { leaf: undefined, rest: tree.root };
  let text = "";
  for (const segment of segments) {
    text += "/";
    if (segment.kind === "static") {
      text += staticText(segment.text, fold);
      continue;
    }
    const node: TreeNode<Item> | undefined = holder && follow(holder, text);
    text = "";
    if (node === undefined) return;
    if (segment.kind === "wildcard") {
      checkLeaf(node.wildcard, rank);
      return;
    }
    holder = segment.kind === "param" ? node.param : findMixed(node, segment);
  }
  const end = text === "" ? holder : holder && follow(holder, text);
  checkLeaf(end?.leaf, rank);
}

/** The child for a character. */
export function childFor<Item>(node: TreeNode<Item>, code: number): TreeNode<Item> | undefined {
  const index = code - node.low;
  if (index >= 0 && index < node.children.length) return node.children[index];
  return node.others === undefined ? undefined : node.others.get(code);
}

/** The children of a node in the order of their characters. */
export function childrenOf<Item>(node: TreeNode<Item>): readonly TreeNode<Item>[] {
  const ascii = node.children.filter((child) => child !== undefined);
  return node.others === undefined ? ascii : [...ascii, ...node.others.values()];
}

/** Static text as the canonical path shows it; folded last, so that escapes are folded as those of a path are. */
function staticText(text: string, fold: boolean): string {
  return fold ? foldCase(encodeSegment(text)) : encodeSegment(text);
}

type Holder<Item> = { leaf: Leaf<Item> | undefined; rest?: TreeNode<Item> | undefined };

function createNode<Item>(part: string): TreeNode<Item> {
  return {
    part,
    codes: unitsOf(part),
    low: 0,
    children: [],
    others: undefined,
    leaf: undefined,
    branches: false,
    mixed: [],
    param: undefined,
    wildcard: undefined,
  };
}

function paramEdge<Item>(node: TreeNode<Item>): Edge<Item> {
  node.param ??= { leaf: undefined, rest: undefined };
  return node.param;
}

function mixedEdge<Item>(node: TreeNode<Item>, segment: MixedSegment): Edge<Item> {
  const known = findMixed(node, segment);
  if (known !== undefined) return known;
  const edge: MixedEdge<Item> = { segment, leaf: undefined, rest: undefined };
  const wider = node.mixed.findIndex((other) => compareSegments(segment, other.segment) === "before");
  node.mixed.splice(wider < 0 ? node.mixed.length : wider, 0, edge);
  return edge;
}

// Compares with every neighbour, so that an ambiguity is found wherever it stands.
function findMixed<Item>(node: TreeNode<Item>, segment: MixedSegment): MixedEdge<Item> | undefined {
  let found: MixedEdge<Item> | undefined;
  for (const edge of node.mixed) if (compareSegments(segment, edge.segment) === "same") found = edge;
  return found;
}

function checkLeaf<Item>(leaf: Leaf<Item> | undefined, rank: number): void {
  if (leaf?.claims.some((claim) => claim.rank === rank)) {
    throw new CodedError("ROUTER_DUPLICATE_ROUTE", "a route of this method and shape exists");
  }
}

function claimLeaf<Item>(leaf: Leaf<Item> | undefined, claim: Claim<Item>): Leaf<Item> {
  if (leaf === undefined) return { item: claim.item, claims: [claim] };
  leaf.claims.push(claim);
  leaf.claims.sort((a, b) => b.rank - a.rank);
  leaf.item = leaf.claims[0]?.item ?? claim.item;
  return leaf;
}

/** The node at the end of a text below a holder, or `undefined` when the tree has no such place yet. */
function follow<Item>(holder: Holder<Item>, text: string): TreeNode<Item> | undefined {
  let node = holder.rest;
  let at = 0;
  while (node !== undefined) {
    if (!text.startsWith(node.part, at)) return undefined;
    at += node.part.length;
    if (at === text.length) return node;
    node = childFor(node, text.charCodeAt(at));
  }
  return undefined;
}

/** The node at the end of a text below a holder; makes and splits nodes as needed. */
function extend<Item>(holder: Holder<Item>, text: string): TreeNode<Item> {
  if (holder.rest === undefined) {
    holder.rest = createNode(text);
    return holder.rest;
  }
  let node = holder.rest;
  let at = 0;
  for (;;) {
    const same = commonLength(node.part, text, at);
    if (same < node.part.length) split(node, same);
    at += same;
    if (at === text.length) return node;
    const next = childFor(node, text.charCodeAt(at));
    if (next === undefined) return addChild(node, createNode(text.slice(at)));
    node = next;
  }
}

/** Cuts a node in two; it keeps its place and the first part, and everything it had moves to a new child. */
function split<Item>(node: TreeNode<Item>, at: number): void {
  const { part } = node;
  const lower = createNode<Item>(part.slice(at));
  moveContents(node, lower);
  moveContents(createNode<Item>(""), node);
  node.part = part.slice(0, at);
  node.codes = unitsOf(node.part);
  addChild(node, lower);
}

// Field by field, so that every node keeps the one shape that createNode gives it: with nodes copied by a spread a
// search takes 1.2 to 1.5 times as long (bench "router", case "203 routes, params").
function moveContents<Item>(from: TreeNode<Item>, to: TreeNode<Item>): void {
  to.low = from.low;
  to.children = from.children;
  to.others = from.others;
  to.leaf = from.leaf;
  to.branches = from.branches;
  to.mixed = from.mixed;
  to.param = from.param;
  to.wildcard = from.wildcard;
}

function unitsOf(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

function addChild<Item>(node: TreeNode<Item>, child: TreeNode<Item>): TreeNode<Item> {
  const code = child.part.charCodeAt(0);
  if (code > 127) {
    node.others ??= new Map();
    node.others.set(code, child);
    return child;
  }
  const codes = node.children.flatMap((known, i) => (known === undefined ? [] : [node.low + i]));
  const low = Math.min(code, ...codes);
  const high = Math.max(code, ...codes);
  const children: (TreeNode<Item> | undefined)[] = [];
  for (let at = low; at <= high; at++) children.push(at === code ? child : childFor(node, at));
  node.low = low;
  node.children = children;
  return child;
}

function commonLength(part: string, text: string, at: number): number {
  let i = 0;
  while (i < part.length && at + i < text.length && part.charCodeAt(i) === text.charCodeAt(at + i)) i++;
  return i;
}
