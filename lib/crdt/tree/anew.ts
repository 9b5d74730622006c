import { childName } from "../container-name.ts";
/** Trees in another document: nodes are called anew there, and keep their shape and content. Nothing here goes down a tree by recursion, as strangers make deep ones. */
import { containerOf } from "../containers.ts";
import { type Carrier, type Container, MAP } from "../model.ts";
import type { CrdtMap, CrdtNode } from "../types.ts";

/** What `CrdtTree` has of this. */
interface Tree {
  add(parent: string | null, index?: number): string;
  move(node: string, parent: string | null, index?: number): void;
  delete(node: string): void;
  has(node: string): boolean;
  children(parent: string | null): string[];
  data(node: string): CrdtMap;
  observe(listener: (changes: readonly { readonly node: string; readonly after: unknown }[]) => void): () => void;
}

/** Below how many others a node may be that is copied: each step costs as much as it is deep, and a hub does this in one go. */
const MAX_LEVELS = 1000;

/** Nodes in preorder; false where some are too deep. */
export function copyTree(from: CrdtNode, home: Container, carrier: Carrier): boolean {
  const [known, to] = [treeOf(from), treeOf(carrier.target.node(home))];
  const open = known.children(null).map((node): readonly [string, string | null, number] => [node, null, 0]);
  open.reverse();
  let fits = true;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, parent, level] = next;
    if (level > MAX_LEVELS) return false;
    const twin = to.add(parent);
    fits = carrier.copy(known.data(node), contentOf(home, twin, carrier)) && fits;
    for (const child of known.children(node).reverse()) open.push([child, twin, level + 1]);
  }
  return fits;
}

export function followTree(from: CrdtNode, home: Container, carrier: Carrier): void {
  const [known, to] = [treeOf(from), treeOf(carrier.target.node(home))];
  const twins = new Map<string | null, string | null>([[null, null]]);
  const open: (string | null)[] = [null];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    const others = to.children(twins.get(parent) ?? null);
    known.children(parent).forEach((node, i) => {
      const twin = others[i];
      if (twin === undefined) return;
      twins.set(node, twin);
      open.push(node);
      carrier.follow(known.data(node), contentOf(home, twin, carrier));
    });
  }
  known.observe((changes) => {
    const told = new Set(changes.map(({ node }) => node));
    const fresh = arrange(known, to, twins, told);
    for (const [node, twin] of fresh) carrier.copy(known.data(node), contentOf(home, twin, carrier));
    for (const { node } of changes) {
      const twin = known.has(node) ? undefined : twins.get(node); // it may have gone with what it was moved below
      if (typeof twin === "string" && to.has(twin)) to.delete(twin); // what was moved out of it is elsewhere by now
    }
  });
}

/**
 * Makes and moves nodes, parents before children and siblings from the first to the last, each behind the one before it. What is above a node is where it will stay
 * then, so no move can make a circle. Gives the nodes that it made.
 */
function arrange(
  known: Tree,
  to: Tree,
  twins: Map<string | null, string | null>,
  told: ReadonlySet<string>,
): Map<string, string> {
  const fresh = new Map<string, string>();
  const open: (string | null)[] = [null];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    const above = twins.get(parent) ?? null;
    let last: string | undefined;
    for (const node of known.children(parent)) {
      let twin = twins.get(node) ?? undefined;
      if (twin === undefined) {
        twin = to.add(above, behind(to, above, last));
        twins.set(node, twin);
        fresh.set(node, twin);
      } else if (told.has(node)) to.move(twin, above, behind(to, above, last, twin));
      last = twin;
      open.push(node);
    }
  }
  return fresh;
}

function behind(tree: Tree, parent: string | null, last: string | undefined, moved?: string): number {
  return last === undefined
    ? 0
    : tree
        .children(parent)
        .filter((child) => child !== moved)
        .indexOf(last) + 1;
}

function contentOf(home: Container, node: string, { target }: Carrier): Container {
  return containerOf(target.model, childName(MAP, node, home));
}

function treeOf(node: CrdtNode | undefined): Tree {
  return node as unknown as Tree; // cast: known by its feature
}
