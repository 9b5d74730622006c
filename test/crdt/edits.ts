import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type CrdtNode,
  type CrdtTree,
  createDoc,
  isCrdtNode,
  marks,
  moves,
  multiMap,
  type RichText,
  tree,
} from "../../lib/crdt/index.ts";
import { boundary } from "./world.ts";

export const features = [marks({ link: "none", left: "before", both: "both" }), moves(), tree(), multiMap()] as const;
export const create = (replicaId: number) => createDoc({ replicaId, features });
export type AnyDoc = ReturnType<typeof create>;

export const ROOTS = ["text", "list", "map", "counter", "set", "tree", "multiMap"] as const;

/** What is edited and how; numbers are taken modulo what there is. */
export interface Edit {
  readonly who: number;
  readonly at: number;
  readonly to: number;
  readonly word: string;
  readonly key: string;
}

export function anyEdit<K extends string>(
  kinds: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<K> }[],
): fc.Arbitrary<Edit & { readonly kind: K }> {
  return fc.record({
    kind: fc.oneof(...kinds),
    who: fc.nat(3),
    at: fc.nat(1000),
    to: fc.nat(1000),
    word: fc.constantFrom("a", "xyz", "hello", "😀", "a😀b"),
    key: fc.constantFrom("bold", "link", "left", "both", "__proto__"),
  });
}

/** Edits what is in the root of that name, or the root itself. */
export function edit(doc: AnyDoc, what: Edit & { readonly kind: string }, name = "r"): void {
  editNode(doc[what.kind as (typeof ROOTS)[number]](name) as CrdtNode, what);
}

function editNode(node: CrdtNode | CrdtTree, what: Edit): void {
  const { at, to, word, key } = what;
  if (node.type === "text") editText(node as RichText, what);
  else if (node.type === "list") {
    const index = at % (node.length + 1);
    const found = node.get(index);
    if (isCrdtNode(found) && to % 3 === 0) editNode(found, deeper(what));
    else if (to % 5 === 1 && node.length > index) node.delete(index, Math.min(1 + (to % 3), node.length - index));
    else if (to % 5 < 3 && node.length > index && "move" in node)
      (node as unknown as Movable).move(index, to % node.length);
    else if (to % 5 === 3) editNode(node.insertChild(index, INNER[to % 5] as "text"), deeper(what));
    else node.insert(index, to, word);
  } else if (node.type === "map") {
    const found = node.get(key);
    if (isCrdtNode(found) && to % 2 === 0) editNode(found, deeper(what));
    else if (to % 5 === 0) node.delete(key);
    else if (to % 5 < 3) node.set(key, to);
    else editNode(node.child(INNER[at % 5] as "text", key), deeper(what));
  } else if (node.type === "counter") node.add(at - 500);
  else if (node.type === "set") {
    if (to % 3 === 0) node.delete(at % 5);
    else node.add(at % 5);
  } else if (node.type === "tree") editTree(node as unknown as CrdtTree, what);
  else {
    const multi = node as unknown as { set(key: string, value: number): void; delete(key: string): void };
    if (to % 4 === 0) multi.delete(key);
    else multi.set(key, to);
  }
}

const INNER = ["text", "map", "list", "counter", "set"] as const;

interface Movable {
  move(from: number, to: number): void;
}

function deeper(what: Edit): Edit {
  return { ...what, at: Math.floor(what.at / 3), to: Math.floor(what.to / 3) };
}

function editText(text: RichText, { at, to, word, key }: Edit): void {
  const shown = text.toString();
  const start = boundary(shown, at % (shown.length + 1));
  const end = boundary(shown, Math.min(shown.length, start + (to % 7)));
  if (to % 10 < 4 || shown.length === 0) text.insert(start, word);
  else if (to % 10 < 6) text.delete(start, end - start);
  else if (to % 10 < 9) text.mark({ start, end }, { [key]: to % 4 === 0 ? null : to % 4 });
  else text.insertEmbed(start, to);
}

/** Of a tree, each before those below it. */
export function nodesOf(tree: CrdtTree, parent: string | null = null): string[] {
  return tree.children(parent).flatMap((node) => [node, ...nodesOf(tree, node)]);
}

function editTree(own: CrdtTree, { at, to }: Edit): void {
  const nodes = nodesOf(own);
  const node = nodes[at % (nodes.length + 1)];
  const parent = nodes[to % (nodes.length + 1)] ?? null;
  if (node === undefined || to % 4 === 0) own.add(parent, at % (own.children(parent).length + 1));
  else if (to % 4 === 1) own.delete(node);
  else if (to % 4 === 2) own.data(node).set("title", at);
  else {
    try {
      own.move(node, parent);
    } catch (error) {
      assert.equal((error as { code?: string }).code, "CRDT_TREE_CYCLE");
    }
  }
}
