/**
 * Trees whose nodes move, after "A highly-available move operation for replicated trees" (Kleppmann, Mulligan, Gomes, Beresford, 2021).
 *
 * All that happens is moves: a node is made by moving it in, deleted by moving it into the trash. Every replica applies all moves in one order, by time; a
 * move that would put a node below itself does nothing. A move that arrives late takes back those behind it, and does them again after it.
 */

import { unitName } from "../container-name.ts";
import { Home } from "../containers.ts";
import { Reader, Writer } from "../encoding/bytes.ts";
import { MAX_COUNTER } from "../encoding/format.ts";
import { readRefs, writeRefs } from "../encoding/refs.ts";
import type { Ref } from "../encoding/rows.ts";
import { type Body, type Container, type DocModel, WRITE, type Write } from "../model.ts";
import { bad, over } from "../refuse.ts";
import { firstAfter } from "../sequence/long-list.ts";
import { entryAt, supersede } from "../update/log.ts";
import { MAX_POSITION, placeOf } from "./positions.ts";

export const TREE = 6;

export interface TreeNode {
  readonly id: string;
  /** The write that made it. */
  readonly ref: Ref;
  /** null before the move that makes it, in the order of moves. */
  parent: Parent | null;
  place: string;
  readonly children: TreeNode[];
  /** The move that put it where it is. */
  move: Move | undefined;
}

/** What nodes are below: a node, the root, or the trash. */
export interface Parent {
  readonly children: TreeNode[];
  readonly parent?: Parent | null;
}

export interface Move {
  readonly write: Write;
  readonly time: number;
  readonly node: TreeNode;
  readonly parent: Parent;
  readonly place: string;
  /** The key in its place. */
  readonly key: string;
  /** What the move has replaced; undefined where it did nothing. */
  before: { readonly parent: Parent | null; readonly place: string; readonly move: Move | undefined } | undefined;
}

export interface TreeContainer extends Container {
  readonly root: Parent;
  readonly trash: Parent;
  readonly nodes: Map<string, TreeNode>;
  /** In order of time; those that have not been applied yet are apart. */
  readonly moves: Move[];
  readonly fresh: Move[];
  /** Where nodes were before this transaction, while anyone observes; else null. */
  changes: Map<TreeNode, Parent | null> | null;
}

export class TreeHome extends Home implements TreeContainer {
  readonly root: Parent = { children: [] };
  readonly trash: Parent = { children: [] };
  readonly nodes: TreeContainer["nodes"] = new Map();
  readonly moves: Move[] = [];
  readonly fresh: Move[] = [];
  changes: TreeContainer["changes"] = null;
}

const IS_NEW = 1;
const TO_ROOT = 2;
const TO_TRASH = 4;

/** A body: the node unless it is new, the parent unless it is root or trash; flags, a Lamport time, a key of a place. */
export function treeBody(
  own: number,
  time: number,
  node: Ref | null,
  parent: Ref | "root" | "trash",
  key: string,
): Uint8Array {
  const out = new Writer();
  const refs = node === null ? [] : [node];
  if (typeof parent !== "string") refs.push(parent);
  writeRefs(out, own, refs);
  out.u8((node === null ? IS_NEW : 0) | (parent === "root" ? TO_ROOT : 0) | (parent === "trash" ? TO_TRASH : 0));
  out.varint(time);
  for (let i = 0; i < key.length; i++) out.u8(key.charCodeAt(i));
  return out.toBytes();
}

interface Parsed {
  readonly node: Ref | undefined;
  readonly parent: Ref | undefined;
  readonly toTrash: boolean;
  readonly time: number;
  readonly key: string;
}

function parse(body: Body, own: number): Parsed {
  const from = new Reader(body as Uint8Array);
  const refs = readRefs(from, own);
  const flags = from.u8();
  const time = from.varint();
  if (from.remaining > MAX_POSITION) throw over("the length of a place among siblings", from.remaining, MAX_POSITION);
  const key = String.fromCharCode(...from.bytes(from.remaining));
  const hasParent = (flags & (TO_ROOT | TO_TRASH)) === 0;
  const isNew = (flags & IS_NEW) !== 0;
  const count = (isNew ? 0 : 1) + (hasParent ? 1 : 0);
  if (flags > 5 || flags === 6 || refs.length !== count) throw bad("a move in a tree of other nodes than it says");
  const node = isNew ? undefined : refs.shift();
  return { node, parent: refs[0], toTrash: (flags & TO_TRASH) !== 0, time, key };
}

/** For a stranger's write. Whose it is makes no difference here. */
export function checkTreeMove(body: Body): number {
  const { time } = parse(body, -1);
  if (time === 0 || time >= MAX_COUNTER) throw bad("a move at an impossible time");
  return time;
}

/** A move of what is no node of this tree, or of one that is made later, is dropped. */
export function commitTreeMove(doc: DocModel, write: Write): void {
  const tree = write.home as TreeContainer; // cast: its kind's `home` made it
  const { log, counter } = write;
  const { node: nodeRef, parent: parentRef, toTrash, time, key } = parse(write.body, log.id);
  if (time > doc.clock) doc.clock = time;
  const parent = parentRef === undefined ? (toTrash ? tree.trash : tree.root) : nodeBefore(doc, tree, parentRef, time);
  let node = nodeRef === undefined ? undefined : nodeBefore(doc, tree, nodeRef, time);
  if (parent === undefined || (nodeRef !== undefined && node === undefined)) {
    supersede(write);
    return;
  }
  if (node === undefined) {
    const ref = { replica: log.id, counter };
    node = { id: unitName(log.id, counter), ref, parent: null, place: "", children: [], move: undefined };
    tree.nodes.set(node.id, node);
  }
  tree.fresh.push({ write, time, node, parent, place: placeOf(key, log.id, counter), key, before: undefined });
}

/** Times rise along references, so that in the order of moves what one refers to is there. */
function nodeBefore(doc: DocModel, tree: TreeContainer, { replica, counter }: Ref, time: number): TreeNode | undefined {
  const log = doc.logs.get(replica);
  if (log === undefined || counter >= log.next) return undefined;
  const entry = entryAt(log, counter);
  if (entry.kind !== WRITE || entry.home !== tree) return undefined;
  const node = tree.nodes.get(unitName(replica, counter));
  return node !== undefined && parse(entry.body, replica).time < time ? node : undefined;
}

/** Applies what has arrived since. O(k log k) for k moves that arrived in order, and what is behind the first of them that moves a node. */
export function settleTree(tree: TreeContainer): void {
  const { moves } = tree;
  if (tree.fresh.length === 0) return;
  const fresh: Move[] = [];
  for (const move of tree.fresh.splice(0).sort(compareMoves)) {
    if (isBirth(move)) bear(tree, move);
    else fresh.push(move);
  }
  const first = fresh[0];
  if (first === undefined) return;
  const late: Move[] = [];
  for (let last = moves.at(-1); last !== undefined && compareMoves(last, first) > 0; last = moves.at(-1)) {
    takeBack(tree, last);
    late.push(last);
    moves.pop();
  }
  late.reverse();
  for (let i = 0, j = 0; i < late.length || j < fresh.length; ) {
    const [a, b] = [late[i], fresh[j]];
    const isLate = b === undefined || (a !== undefined && compareMoves(a, b) < 0);
    if (isLate) i++;
    else j++;
    const move = (isLate ? a : b) as Move; // cast: one is left
    apply(tree, move);
    moves.push(move);
  }
}

function isBirth({ write, node }: Move): boolean {
  return node.ref.counter === write.counter && node.ref.replica === write.log.id;
}

/** Whatever is done behind the move that makes a node is done as it was: the node is above nothing. So it takes its place among the moves, late or not. */
function bear(tree: TreeContainer, move: Move): void {
  const { moves } = tree;
  const at = firstAfter(moves, (other) => compareMoves(other, move) > 0);
  moves.splice(at, 0, move);
  place(tree, move); // what is above nothing cannot come below itself
}

function compareMoves(a: Move, b: Move): number {
  return a.time - b.time || a.write.log.id - b.write.log.id || a.write.counter - b.write.counter;
}

function apply(tree: TreeContainer, move: Move): void {
  const { node, parent } = move;
  const isAboveNone = node.children.length === 0 && parent !== node; // then it may move below thousands of levels at no cost
  for (let above: Parent | null | undefined = isAboveNone ? null : parent; above; above = above.parent)
    if (above === node) {
      move.before = undefined;
      return;
    }
  place(tree, move);
}

function place(tree: TreeContainer, move: Move): void {
  const { node, parent } = move;
  move.before = { parent: node.parent, place: node.place, move: node.move };
  put(tree, node, parent, move.place, move);
}

function takeBack(tree: TreeContainer, { node, before }: Move): void {
  if (before !== undefined) put(tree, node, before.parent, before.place, before.move);
}

function put(tree: TreeContainer, node: TreeNode, parent: Parent | null, place: string, move: Move | undefined): void {
  if (tree.changes !== null && !tree.changes.has(node)) tree.changes.set(node, node.parent);
  if (node.parent !== null) node.parent.children.splice(indexAmong(node.parent, node.place), 1);
  node.parent = parent;
  node.place = place;
  node.move = move;
  if (parent !== null) parent.children.splice(indexAmong(parent, place), 0, node);
}

/** Where a place is, or would be, among siblings. O(log n). */
export function indexAmong({ children }: Parent, place: string): number {
  let low = 0;
  let high = children.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((children[middle] as TreeNode).place < place)
      low = middle + 1; // cast: within the list
    else high = middle;
  }
  return low;
}

/** True when a reader comes to the node. */
export function isIn(tree: TreeContainer, node: TreeNode): boolean {
  let above: Parent | null | undefined = node;
  while (above?.parent) above = above.parent;
  return above === tree.root;
}
