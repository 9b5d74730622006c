import {
  BLANK,
  CHILD,
  CHOOSER,
  DEAD_END,
  KIND,
  LENGTH,
  MASK,
  MAX_SHORTEST,
  MIXED,
  NEXT,
  NONE,
  ODD,
  ONLY_PARAM,
  ONLY_STATIC,
  OPEN,
  PARAM,
  type Packed,
  type PackedEdge,
  SLOT_SIZE,
  SLOTS,
  TEXT,
} from "./packed.ts";
import { planSlots } from "./probe.ts";
import { StaticIndex } from "./static-index.ts";
import { type Answer, type Claim, heatOf, type Leaf, type TreeNode } from "./tree.ts";
import type { Match, Route } from "./types.ts";

const NEVER_PLAIN = /[%/?#]/;

/** How often a route is asked for. */
export type Weight = (route: Route<unknown>) => number;

/**
 * Lays a tree out for searching.
 * @param weight - Where texts share a slot, the hot ones are compared first.
 */
export function pack<Value>(root: TreeNode<Value>, weight: Weight | undefined): Packed<Value> {
  const packer = new Packer<Value>(weight);
  packer.add(root);
  const matches = staticMatches(root, "");
  // the last one set is the first one compared
  if (weight !== undefined) matches.sort(([, a], [, b]) => weight(a.route) - weight(b.route));
  const { leaves, mixed } = packer;
  const { nodes, slots, units } = sideBySide(packer, matches);
  return {
    nodes,
    slots,
    units,
    claims: leaves.map(({ plain }) => plain && answerOf(plain)),
    conditional: conditionalAmong(leaves),
    mixed,
    whole: new StaticIndex(matches, units, packer.units.length),
  };
}

/** Three arrays in one buffer, with room for the whole paths at the end: each buffer costs as much as ten small nodes. */
function sideBySide<Value>(
  packer: Packer<Value>,
  matches: readonly (readonly [path: string, match: Match<Value>])[],
): Pick<Packed<Value>, "nodes" | "slots" | "units"> {
  const room = matches.reduce((sum, [path]) => sum + path.length, packer.units.length);
  const places = packer.nodes.length + packer.slots.length;
  const buffer = new ArrayBuffer(places * Int32Array.BYTES_PER_ELEMENT + room * Uint16Array.BYTES_PER_ELEMENT);
  const nodes = new Int32Array(buffer, 0, packer.nodes.length);
  const slots = new Int32Array(buffer, nodes.byteLength, packer.slots.length);
  const units = new Uint16Array(buffer, places * Int32Array.BYTES_PER_ELEMENT, room);
  nodes.set(packer.nodes);
  slots.set(packer.slots);
  units.set(packer.units);
  return { nodes, slots, units };
}

class Packer<Value> {
  readonly nodes: number[] = [];
  readonly slots: number[] = [];
  readonly units: number[] = [];
  readonly leaves: Leaf<Value>[] = [];
  readonly mixed: PackedEdge[][] = [];
  private readonly texts: Map<string, number> = new Map();
  private readonly weight: Weight | undefined;

  constructor(weight: Weight | undefined) {
    this.weight = weight;
  }

  /** Adds a node and all below it; the depth of a tree is that of its longest pattern. */
  add(node: TreeNode<Value>): number {
    const { nodes } = this;
    const at = nodes.length;
    nodes.push(NONE, 0, 0, NONE, this.leaf(node.wildcard), this.leaf(node.leaf), NONE, NONE, kindOf(node));
    if (node.statics !== undefined) this.addStatics(node.statics, at);
    if (node.param !== undefined) nodes[at + PARAM] = this.add(node.param);
    if (node.mixed.length > 0) {
      nodes[at + MIXED] = this.mixed.push([]) - 1;
      const edges = this.mixed[this.mixed.length - 1];
      for (const { segment, node: next } of node.mixed) edges?.push({ segment, node: this.add(next) });
    }
    return at;
  }

  private addStatics(statics: ReadonlyMap<string, TreeNode<Value>>, at: number): void {
    const { nodes, slots } = this;
    const blank = statics.get("");
    if (blank !== undefined) nodes[at + BLANK] = this.add(blank);
    const texts = this.sorted(statics).filter((text) => text !== "");
    const odd = texts.some((text) => NEVER_PLAIN.test(text));
    let size = 1;
    while (size < texts.length * 1.5) size *= 2;
    const plan = planSlots(texts, size - 1);
    const start = slots.length;
    for (let i = 0; i < size; i++) slots.push(0, 0, NONE, NONE);
    nodes[at + SLOTS] = start;
    nodes[at + MASK] = size - 1;
    if (odd || blank !== undefined) nodes[at + KIND] = OPEN;
    nodes[at + CHOOSER] = chooserOf(plan.first, plan.second, plan.factor, texts) | (odd ? ODD : 0);
    for (const text of texts) this.addText(start + plan.slotOf(text) * SLOT_SIZE, text, statics.get(text));
  }

  /** The hot ones first, when it is known which those are. */
  private sorted(statics: ReadonlyMap<string, TreeNode<Value>>): readonly string[] {
    const { weight } = this;
    if (weight === undefined) return [...statics.keys()];
    const heat = new Map([...statics].map(([text, node]) => [text, heatOf(node, weight)]));
    return [...statics.keys()].sort((a, b) => (heat.get(b) ?? 0) - (heat.get(a) ?? 0));
  }

  private addText(home: number, text: string, node: TreeNode<Value> | undefined): void {
    const { slots } = this;
    let slot = home;
    if (slots[home + LENGTH] !== 0) {
      let last = home;
      for (let next = slots[last + NEXT]; next !== undefined && next !== NONE; next = slots[last + NEXT]) last = next;
      slot = slots.push(0, 0, NONE, NONE) - SLOT_SIZE;
      slots[last + NEXT] = slot;
    }
    slots[slot + TEXT] = this.textAt(text);
    slots[slot + LENGTH] = text.length;
    slots[slot + CHILD] = node === undefined ? NONE : this.add(node);
  }

  private textAt(text: string): number {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    const at = this.units.length;
    for (let i = 0; i < text.length; i++) this.units.push(text.charCodeAt(i));
    this.texts.set(text, at);
    return at;
  }

  private leaf(leaf: Leaf<Value> | undefined): number {
    return leaf === undefined ? NONE : this.leaves.push(leaf) - 1;
  }
}

/** What may follow, but for what `addStatics` knows of the texts. */
function kindOf<Value>({ statics, mixed, wildcard, param }: TreeNode<Value>): number {
  if (wildcard !== undefined || mixed.length > 0 || (statics !== undefined && param !== undefined)) return OPEN;
  if (param !== undefined) return ONLY_PARAM;
  return statics === undefined ? DEAD_END : ONLY_STATIC;
}

/** Two offsets, a factor (0: by the end) and the length of the shortest text in one number. */
function chooserOf(first: number, second: number, factor: number, texts: readonly string[]): number {
  const shortest = texts.reduce((size, text) => Math.min(size, text.length), MAX_SHORTEST);
  return first | (second << 4) | (factor << 8) | (shortest << 16);
}

function conditionalAmong<Value>(leaves: readonly Leaf<Value>[]): ReadonlyMap<number, Leaf<Value>> | undefined {
  const found = [...leaves.entries()].filter(([, leaf]) => isConditional(leaf));
  return found.length === 0 ? undefined : new Map(found);
}

function isConditional<Value>(leaf: Leaf<Value>): boolean {
  return leaf.claims.some(({ condition }) => condition !== undefined);
}

function staticMatches<Value>(node: TreeNode<Value>, path: string): [path: string, match: Match<Value>][] {
  const match = node.leaf?.plain?.match;
  const found: [string, Match<Value>][] = [];
  // the pattern's own string where it is the same: one less to keep
  if (path !== "" && match !== undefined)
    found.push([match.route.pattern === path ? match.route.pattern : path, match]);
  for (const [text, child] of node.statics ?? []) {
    // what looks different as received, or in canonical form, is left to the walk
    if (/^[^%/?#\\\p{Cc}]*$/u.test(text)) found.push(...staticMatches(child, `${path}/${text}`));
  }
  return found;
}

/** New ones lie side by side, and a search over many routes meets fewer pages: those of the tree lie among its nodes. */
function answerOf<Value>({ match, shape, value, route }: Claim<Value>): Answer<Value> {
  return { match, shape, value, route };
}
