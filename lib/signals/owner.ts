import { ENDED, type Owned } from "./kinds.ts";
import { detached, state } from "./state.ts";

/** Makes `child` the last child of `parent`. */
export function adopt(parent: Owned | undefined, child: Owned): void {
  if (!parent) return;
  const { lastChild } = parent;
  child.parent = parent;
  child.prevSibling = lastChild;
  if (lastChild) lastChild.nextSibling = child;
  parent.lastChild = child;
}

/** Ends `root` and all below it, and takes it out of its parent. Ending twice is harmless. */
export function endTree(root: Owned): void {
  if (root.flags & ENDED) return;
  const { parent, prevSibling, nextSibling } = root;
  if (prevSibling) prevSibling.nextSibling = nextSibling;
  if (nextSibling) nextSibling.prevSibling = prevSibling;
  else if (parent) parent.lastChild = prevSibling;
  endAll([root]);
}

/** Ends everything below `root`, which lives on. */
export function endChildren(root: Owned): void {
  const waiting = listChildren(root, []);
  root.lastChild = undefined;
  endAll(waiting);
}

/**
 * Tells the nearest `onError` from `start` up of what went wrong. One that throws passes its own error further up. What nobody takes is thrown by the
 * outermost call.
 */
export function fail(start: Owned | undefined, error: unknown): void {
  let current = error;
  for (let node = start; node; node = node.parent) {
    const { onError } = node;
    if (onError === undefined) continue;
    try {
      detached(undefined, onError.bind(undefined, current));
      return;
    } catch (next) {
      current = next;
    }
  }
  state.errors.push(current);
}

/** Runs what nobody is to own or to note. What it throws fails from `start` up. Returns whether it threw. */
export function attempt(f: () => unknown, start: Owned | undefined): boolean {
  try {
    detached(undefined, f);
    return true;
  } catch (error) {
    fail(start, error);
    return false;
  }
}

/**
 * Ends the trees whose roots wait on `waiting`, the last one first to be visited.
 * 1. List all of them, parents before children and in the order they were created. The list replaces recursion.
 * 2. Mark all as ended, so that no cleanup can start work in one that is about to end.
 * 3. End them from the back: children before parents, the latest first.
 */
function endAll(waiting: Owned[]): void {
  const order: Owned[] = [];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    order.push(node);
    node.flags |= ENDED;
    listChildren(node, waiting);
  }
  for (let node = order.pop(); node; node = order.pop()) {
    node.end();
    node.lastChild = node.prevSibling = node.nextSibling = node.parent = undefined;
  }
}

/** Adds the children to a list, the latest first. */
function listChildren({ lastChild }: Owned, list: Owned[]): Owned[] {
  for (let child = lastChild; child; child = child.prevSibling) list.push(child);
  return list;
}
