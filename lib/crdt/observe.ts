import { demandFunction } from "./arguments.ts";
import { editorOf } from "./doc.ts";
import { listenTo } from "./hooks.ts";
import type { Container } from "./model.ts";
import type { CrdtNode, Doc } from "./types.ts";

/**
 * What changed in one text, map, list, counter, set or tree.
 * @public
 */
export interface NodeDiff {
  /** Of the node: `"text"`, `"map"` and so on. */
  readonly type: string;
  /** Names from the root on, as in `CrdtOperation`. */
  readonly path: readonly string[];
  /** What its observers are told: a delta, or changes. Of a text with marks, a `RichDelta`. */
  readonly change: unknown;
}

/**
 * Calls `listener` once per transaction with all it changed, however deep, and its origin. Returns its stop.
 * @remarks Time: O(nodes of the document) per transaction: for a few nodes, use their own `observe`.
 * @public
 */
export function observeDoc(doc: Doc, listener: (changes: readonly NodeDiff[], origin: unknown) => void): () => void {
  demandFunction(listener);
  return observeContainers(doc, (changes, origin) => listener(changes.map(diffOf), origin));
}

/** What changed in one container, told as to observers of its surface. */
export interface ContainerChange {
  readonly container: Container;
  readonly node: CrdtNode;
  readonly change: unknown;
}

export function diffOf({ container, node, change }: ContainerChange): NodeDiff {
  const path: string[] = [];
  for (let at: Container | null = container; at !== null; at = at.parent) path.unshift(at.name);
  return { type: node.type, path, change };
}

/** The same, by containers. */
export function observeContainers(
  doc: Doc,
  listener: (changes: readonly ContainerChange[], origin: unknown) => void,
): () => void {
  const editor = editorOf(doc);
  const stops: (() => void)[] = [];
  let gathered: ContainerChange[] = [];
  const watch = (container: Container): void => {
    if (container.kind === undefined || TOLD_ELSEWHERE.includes(container.type)) return;
    const node = editor.node(container) as CrdtNode & Partial<Rich>; // cast: texts may be rich
    const tell = (change: unknown): void => void gathered.push({ container, node, change });
    stops.push(node.observeDelta !== undefined ? node.observeDelta(tell) : node.observe(tell));
  };
  for (const container of [...editor.model.containers.values()]) watch(container);
  stops.push(listenTo(editor.model.hooks, { created: watch }));
  // Updates are told last of all that is told of a transaction.
  stops.push(
    doc.onUpdate((_, origin) => {
      const changes = gathered;
      gathered = [];
      if (changes.length > 0) listener(changes, origin);
    }),
  );
  return () => {
    for (const stop of stops.splice(0)) stop();
  };
}

/** Marks and moves are told by what they are about. */
const TOLD_ELSEWHERE: readonly number[] = [7, 9];

interface Rich {
  observeDelta(listener: (delta: unknown) => void): () => void;
}
