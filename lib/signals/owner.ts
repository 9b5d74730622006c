import { EFFECT, ENDED, NESTED, type Owned } from "./kinds.ts";

/** Makes `child` the last child of `parent`. */
export function adopt(parent: Owned | undefined, child: Owned): void {
  if (parent === undefined) return;
  if (parent.flags & (EFFECT | NESTED)) child.flags |= NESTED;
  child.parent = parent;
  child.prevSibling = parent.lastChild;
  if (parent.lastChild !== undefined) parent.lastChild.nextSibling = child;
  parent.lastChild = child;
}

/** Ends `root` and all below it, and takes it out of its parent. Ending twice is harmless. */
export function endTree(root: Owned): void {
  if (root.flags & ENDED) return;
  const { parent, prevSibling, nextSibling } = root;
  if (prevSibling !== undefined) prevSibling.nextSibling = nextSibling;
  if (nextSibling !== undefined) nextSibling.prevSibling = prevSibling;
  else if (parent !== undefined) parent.lastChild = prevSibling;
  root.prevSibling = undefined;
  root.nextSibling = undefined;
  if (root.lastChild !== undefined) endAll([root]);
  else {
    root.flags |= ENDED;
    root.end();
    root.parent = undefined;
  }
}

/** Ends everything below `root`, which lives on. */
export function endChildren(root: Owned): void {
  const waiting = childrenOf(root);
  root.lastChild = undefined;
  if (waiting.length > 0) endAll(waiting);
}

/** Tells the nearest `onError` from `start` up. One that throws passes its own error further up. Rethrows what nobody took. */
export function report(start: Owned | undefined, error: unknown): void {
  let current = error;
  for (let node = start; node !== undefined; node = node.parent) {
    if (node.onError === undefined) continue;
    try {
      node.onError(current);
      return;
    } catch (next) {
      current = next;
    }
  }
  throw current;
}

/**
 * Ends the trees whose roots wait on `waiting`, the last one first to be visited.
 * 1. List all of them, parents before children and in the order they were created. The list replaces recursion.
 * 2. Mark all as ended, so that no cleanup can start work in one that is about to end.
 * 3. End them from the back: children before parents, the latest first.
 */
function endAll(waiting: Owned[]): void {
  const order: Owned[] = [];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    order.push(node);
    node.flags |= ENDED;
    for (const child of childrenOf(node)) waiting.push(child);
  }
  for (let node = order.pop(); node !== undefined; node = order.pop()) {
    node.end();
    node.lastChild = undefined;
    node.prevSibling = undefined;
    node.nextSibling = undefined;
    node.parent = undefined;
  }
}

/** The children, the latest first. */
function childrenOf(node: Owned): Owned[] {
  const children: Owned[] = [];
  for (let child = node.lastChild; child !== undefined; child = child.prevSibling) children.push(child);
  return children;
}
