import { CodedError } from "../../errors/index.ts";
import { told } from "../arguments.ts";
import { childName } from "../container-name.ts";
import { write } from "../containers.ts";
import { Node } from "../editor.ts";
import { nextTime } from "../map/kernel.ts";
import { type Carried, type Editor, type Kind, MAP, type Watch } from "../model.ts";
import { checkIndex } from "../names.ts";
import type { CrdtMap, CrdtNode, Doc, DocFeature } from "../types.ts";
import type { Inverter } from "../undo/inverters.ts";
import { copyTree, followTree } from "./anew.ts";
import {
  checkTreeMove,
  commitTreeMove,
  indexAmong,
  isIn,
  type Move,
  type Parent,
  settleTree,
  TREE,
  type TreeContainer,
  TreeHome,
  type TreeNode,
  treeBody,
} from "./kernel.ts";
import { keyBetween } from "./positions.ts";

/**
 * The id of a tree's node, the same for all replicas.
 * @public
 */
export type TreeNodeId = string;

/**
 * Where a node is: below which one (null: at the top), and the how manieth of its children.
 * @public
 */
export interface TreePlace {
  readonly parent: TreeNodeId | null;
  readonly index: number;
}

/**
 * A node that a transaction made, moved or deleted. What is below moves along and is not told of.
 * @public
 */
export interface TreeChange {
  readonly node: TreeNodeId;
  /** The node it was below, null at the top; undefined when it was not there. */
  readonly before: TreeNodeId | null | undefined;
  /** Where it is; undefined when it is deleted. What that is below may be deleted: then neither is in the tree. */
  readonly after: TreePlace | undefined;
}

/**
 * A shared tree of nodes with ordered children, in documents made with `tree()`. Of concurrent moves that would make a circle, the last does nothing; no node is
 * ever below itself, or in two places.
 * @public
 */
export interface CrdtTree {
  readonly type: "tree";
  /** Its name: a root's, the key it stands under, or the id of the list's element. */
  readonly name: string;
  /**
   * Makes a node below `parent` (null: at the top), before its child at `index`; without an index behind all.
   * @throws CodedError `CRDT_NO_NODE`, `CRDT_BAD_INDEX`, `CRDT_NO_REPLICA_ID`, `CRDT_LIMIT`.
   */
  add(parent?: TreeNodeId | null, index?: number): TreeNodeId;
  /**
   * Moves a node, with all below it; `index` counts after it has been taken out.
   * @throws CodedError `CRDT_TREE_CYCLE` when `parent` is the node or below it; as `add`.
   */
  move(node: TreeNodeId, parent: TreeNodeId | null, index?: number): void;
  /** Deletes a node and all below it. What another moves out of it at the same time stays. @throws CodedError `CRDT_NO_NODE`, `CRDT_NO_REPLICA_ID`. */
  delete(node: TreeNodeId): void;
  /** True when the node is in the tree. O(depth). */
  has(node: TreeNodeId): boolean;
  /** Where a node is, or undefined. O(depth + siblings). */
  place(node: TreeNodeId): TreePlace | undefined;
  /** The nodes below one, or at the top, in order. */
  children(parent?: TreeNodeId | null): TreeNodeId[];
  /** The map that belongs to a node: its content. @throws CodedError `CRDT_NO_NODE`. */
  data(node: TreeNodeId): CrdtMap;
  /** Calls `listener` once per transaction that changed this tree, after it. Returns its stop. Changes of nodes' content are told by their maps. */
  observe(listener: (changes: readonly TreeChange[], origin: unknown) => void): () => void;
}

/**
 * What a document has by `tree()`.
 * @public
 */
export interface TreeFeature extends DocFeature {
  /** For the type of the document. */
  readonly adds?: { tree(name: string): CrdtTree };
}

/**
 * Trees whose nodes can be moved: `createDoc({ features: [tree()] }).tree("outline")`.
 * @public
 */
export function tree(): TreeFeature {
  const setup = (editor: Editor, doc: Doc): void => {
    (doc as Doc & { tree?: (name: string) => CrdtNode | undefined }).tree = (name) => editor.root(TREE, name); // cast: this adds it
  };
  return { name: "tree", parts: { kinds: [treeKind], setup } };
}

/** Casts: its kind's `home` made it, and `read` what comes back. */
const treeKind: Kind & Carried & { readonly inverter: Inverter } = {
  type: TREE,
  label: "tree",
  home: TreeHome,
  surface: (home, editor) => new TreeSurface(home as TreeContainer, editor) as unknown as CrdtNode, // cast: known by its feature
  check: checkTreeMove,
  commit: commitTreeMove,
  isEmpty: (home) => settled(home as TreeContainer).root.children.length === 0,
  clear(doc, log, home) {
    const own = settled(home as TreeContainer);
    for (const { ref } of [...own.root.children])
      write(doc, log, own, treeBody(log.id, nextTime(doc), ref, "trash", ""));
  },
  copy: copyTree,
  follow: followTree,
  inverter: {
    read: (home, key) => settled(home as TreeContainer).nodes.get(key)?.move,
    isSame: (before, after) => before === after,
    restore(home, key, before, after, editor) {
      const own = settled(home as TreeContainer);
      const node = own.nodes.get(key);
      const old = before as Move | undefined;
      if (node === undefined || node.move?.write.log !== (after as Move).write.log) return; // another has moved it since
      const parent = old === undefined ? own.trash : old.parent;
      for (let above: Parent | null | undefined = parent; above; above = above.parent) if (above === node) return; // others have turned the two around
      moveTo(editor, own, node, parent, old?.key ?? "");
    },
  },
};

function settled(home: TreeContainer): TreeContainer {
  settleTree(home);
  return home;
}

function moveTo(editor: Editor, tree: TreeContainer, node: TreeNode | null, parent: Parent, key: string): TreeNode {
  let made = node;
  editor.edit(tree, (log) => {
    const name = node?.id ?? `${log.id}.${log.next}`;
    tree.hooks.changing?.(tree, name);
    const to = parent === tree.root ? "root" : parent === tree.trash ? "trash" : (parent as TreeNode).ref; // cast: what is left
    write(editor.model, log, tree, treeBody(log.id, nextTime(editor.model), node?.ref ?? null, to, key));
    settleTree(tree);
    made = tree.nodes.get(name) as TreeNode; // cast: it has just been made, or was there
  });
  return made as TreeNode; // cast: see above
}

class TreeSurface extends Node<TreeContainer, "tree"> implements CrdtTree {
  add(parent: TreeNodeId | null = null, index?: number): TreeNodeId {
    return this.put(null, this.parentOf(parent), index);
  }

  move(id: TreeNodeId, parent: TreeNodeId | null, index?: number): void {
    this.put(this.nodeOf(id), this.parentOf(parent), index);
  }

  /** Makes a node where there is none of that id, or moves it. Either and what it is to be below may have been deleted; undefined where there never was a parent. */
  bring(id: TreeNodeId, parent: TreeNodeId | null, index: number): TreeNodeId | undefined {
    const { root, nodes } = settled(this.home);
    const above = parent === null ? root : nodes.get(parent);
    return above && this.put(nodes.get(id) ?? null, above, index);
  }

  /** As `delete`, of a node that may be below a deleted one; nothing where there is none. */
  drop(id: TreeNodeId): void {
    const { trash, nodes } = settled(this.home);
    const node = nodes.get(id);
    if (node !== undefined && node.parent !== trash) moveTo(this.editor, this.home, node, trash, "");
  }

  /** The nodes below one that may have been deleted. */
  below(parent: TreeNodeId | null): TreeNodeId[] {
    const { root, nodes } = settled(this.home);
    return (parent === null ? root : nodes.get(parent))?.children.map(({ id }) => id) ?? [];
  }

  private put(node: TreeNode | null, above: Parent, index: number | undefined): TreeNodeId {
    for (let at: Parent | null | undefined = above; at; at = at.parent)
      if (at === node)
        throw new CodedError("CRDT_TREE_CYCLE", `Node ${node.id} cannot be moved below itself`, { value: node.id });
    return moveTo(this.editor, this.home, node, above, keyAt(above, index, node)).id;
  }

  delete(id: TreeNodeId): void {
    moveTo(this.editor, this.home, this.nodeOf(id), this.home.trash, "");
  }

  has(id: TreeNodeId): boolean {
    const node = settled(this.home).nodes.get(id);
    return node !== undefined && isIn(this.home, node);
  }

  place(id: TreeNodeId): TreePlace | undefined {
    const node = settled(this.home).nodes.get(id);
    return node === undefined || !isIn(this.home, node) ? undefined : this.placeOf(node);
  }

  children(parent: TreeNodeId | null = null): TreeNodeId[] {
    return this.parentOf(parent).children.map(({ id }) => id);
  }

  data(id: TreeNodeId): CrdtMap {
    return this.editor.node(childName(MAP, this.nodeOf(id).id, this.home)) as CrdtMap; // cast: the type says so
  }

  observe(listener: (changes: readonly TreeChange[], origin: unknown) => void): () => void {
    const { home } = this;
    const watch: Watch<readonly TreeChange[]> = {
      gather(on) {
        settleTree(home);
        home.changes = on ? new Map() : null;
      },
      take: () => this.takeChanges(),
    };
    return this.editor.observe(home, watch, listener);
  }

  /** Parents before children, so that changes can be done one after the other. */
  private takeChanges(): readonly TreeChange[] | undefined {
    const { changes, trash } = settled(this.home);
    if (changes === null || changes.size === 0) return undefined;
    this.home.changes = new Map();
    const told: { readonly change: TreeChange; readonly depth: number; readonly index: number }[] = [];
    for (const [node, old] of changes) {
      const before = old === null || old === trash ? undefined : this.idOf(old);
      const after = node.parent === null || node.parent === trash ? undefined : this.placeOf(node);
      if (before === undefined && after === undefined) continue;
      let depth = 0;
      for (let above: Parent | null | undefined = node; above; above = above.parent) depth++;
      told.push({ change: { node: node.id, before, after }, depth, index: after?.index ?? -1 });
    }
    told.sort((a, b) => a.depth - b.depth || a.index - b.index);
    return told.length > 0 ? told.map(({ change }) => change) : undefined;
  }

  private placeOf(node: TreeNode): TreePlace {
    const parent = node.parent as Parent; // cast: callers have seen that it is in the tree
    return { parent: this.idOf(parent), index: indexAmong(parent, node.place) };
  }

  private idOf(parent: Parent): TreeNodeId | null {
    return parent === this.home.root ? null : (parent as TreeNode).id; // cast: the trash is not asked for
  }

  private parentOf(id: TreeNodeId | null): Parent {
    return id === null ? settled(this.home).root : this.nodeOf(id);
  }

  private nodeOf(id: TreeNodeId): TreeNode {
    const node = settled(this.home).nodes.get(id);
    if (node === undefined || !isIn(this.home, node))
      throw new CodedError("CRDT_NO_NODE", `${typeof id === "string" ? `Node ${id}` : told(id)} is not in the tree`, {
        value: id,
      });
    return node;
  }
}

/** `moved` is not counted. */
function keyAt(above: Parent, index: number | undefined, moved: TreeNode | null): string {
  const { children } = above;
  const own = moved?.parent === above ? indexAmong(above, moved.place) : children.length;
  const length = own < children.length ? children.length - 1 : own;
  const at = index ?? length;
  checkIndex(at, 0, length);
  const placeAt = (other: number): string | undefined => children[other < own ? other : other + 1]?.place;
  return keyBetween(placeAt(at - 1), placeAt(at));
}
