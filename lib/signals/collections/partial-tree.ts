/** A row and its partial results. */
interface TreeNode<R, A> {
  readonly row: R;
  part: A;
  /** Of the whole subtree, unless stale. */
  total: A;
  stale: boolean;
  /** No child has a higher one. */
  readonly priority: number;
  parent: TreeNode<R, A> | undefined;
  left: TreeNode<R, A> | undefined;
  right: TreeNode<R, A> | undefined;
}

/**
 * Partial results in the order of the rows: a treap whose nodes hold the result of their subtree, so a change redoes those on its way to the
 * root, O(log n) expected. Priorities come from a counter through a mixer, which no one outside has a hand in.
 *
 * Changing the tree runs no user code but marks what is stale; `total` then runs `combine`, and goes on where it stopped if that threw.
 */
export class PartialTree<R extends object, A> {
  private readonly combine: (left: A, right: A) => A;
  private readonly compare: (a: R, b: R) => number;
  private readonly nodes: Map<R, TreeNode<R, A>> = new Map();
  private root: TreeNode<R, A> | undefined = undefined;
  private made = 0;

  constructor(combine: (left: A, right: A) => A, compare: (a: R, b: R) => number) {
    this.combine = combine;
    this.compare = compare;
  }

  get(row: R): { readonly part: A } | undefined {
    return this.nodes.get(row);
  }

  /** Puts rows in their places. All that is here must be in order: what moves must have been removed first. */
  insertAll(entries: readonly { readonly row: R; readonly part: A }[]): void {
    const inn = entries.map(({ row, part }) => this.makeNode(row, part));
    if (this.root === undefined) this.build(inn.sort((a, b) => this.compare(a.row, b.row)));
    else for (const node of inn) this.insert(node);
  }

  total(initial: A): A {
    const { root } = this;
    if (root === undefined) return initial;
    const path: TreeNode<R, A>[] = root.stale ? [root] : [];
    for (let node = path[path.length - 1]; node !== undefined; node = path[path.length - 1]) {
      const { left, right } = node;
      if (left?.stale) path.push(left);
      else if (right?.stale) path.push(right);
      else {
        let total = node.part;
        if (left !== undefined) total = this.combine(left.total, total);
        if (right !== undefined) total = this.combine(total, right.total);
        node.total = total;
        node.stale = false;
        path.pop();
      }
    }
    return root.total;
  }

  private makeNode(row: R, part: A): TreeNode<R, A> {
    const links = { parent: undefined, left: undefined, right: undefined };
    const node: TreeNode<R, A> = { row, part, total: part, stale: true, priority: mixed(++this.made), ...links };
    this.nodes.set(row, node);
    return node;
  }

  /** From sorted nodes, in one pass: each hangs below the last one on the right edge with a higher priority. */
  private build(sorted: readonly TreeNode<R, A>[]): void {
    let last: TreeNode<R, A> | undefined;
    for (const node of sorted) {
      let below: TreeNode<R, A> | undefined;
      let above = last;
      while (above !== undefined && above.priority < node.priority) {
        below = above;
        above = above.parent;
      }
      node.left = below;
      if (below !== undefined) below.parent = node;
      node.parent = above;
      if (above === undefined) this.root = node;
      else above.right = node;
      last = node;
    }
  }

  private insert(node: TreeNode<R, A>): void {
    let parent: TreeNode<R, A> | undefined;
    let next = this.root;
    let before = false;
    while (next !== undefined) {
      parent = next;
      before = this.compare(node.row, next.row) < 0;
      next = before ? next.left : next.right;
    }
    node.parent = parent;
    if (parent === undefined) this.root = node;
    else if (before) parent.left = node;
    else parent.right = node;
    while (node.parent !== undefined && node.parent.priority < node.priority) this.lift(node, node.parent);
    markUp(node);
  }

  remove(row: R): void {
    const node = this.nodes.get(row);
    if (node === undefined) return;
    this.nodes.delete(row);
    for (;;) {
      const { left, right } = node;
      const higher = left === undefined ? right : right === undefined || left.priority > right.priority ? left : right;
      if (higher === undefined) break;
      this.lift(higher, node);
    }
    const { parent } = node;
    if (parent === undefined) this.root = undefined;
    else if (parent.left === node) parent.left = undefined;
    else parent.right = undefined;
    if (parent !== undefined) markUp(parent);
  }

  /** Puts a child in its parent's place. */
  private lift(child: TreeNode<R, A>, parent: TreeNode<R, A>): void {
    const { parent: above } = parent;
    const isLeft = parent.left === child;
    const moved = isLeft ? child.right : child.left;
    if (isLeft) {
      parent.left = moved;
      child.right = parent;
    } else {
      parent.right = moved;
      child.left = parent;
    }
    if (moved !== undefined) moved.parent = parent;
    parent.parent = child;
    child.parent = above;
    if (above === undefined) this.root = child;
    else if (above.left === parent) above.left = child;
    else above.right = child;
    parent.stale = true;
    child.stale = true;
  }
}

/** All above a stale node are stale. */
function markUp<R, A>(from: TreeNode<R, A>): void {
  for (let node: TreeNode<R, A> | undefined = from; node !== undefined; node = node.parent) node.stale = true;
}

/** Scatters a counter over 32 bits (the finaliser of MurmurHash3). */
function mixed(count: number): number {
  let bits = count | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
