import { READ } from "../../pool/index.ts";
import { checkRows, limitOf } from "../arguments.ts";
import {
  heldBy,
  type GraphNode as KernelNode,
  kindOf,
  nameOf,
  ownedBy,
  ownerOf,
  sourcesOf,
  subscribersOf,
} from "../probe.ts";
import type { Scope } from "../scope.ts";
import { CHECK, COMPUTED, type ComputedTarget, DIRTY, ENDED, STALE, state, WATCHED } from "../seam.ts";
import { computed } from "../signals.ts";
import { previewOf } from "./preview.ts";
import { currentRecorder } from "./recorder.ts";

/**
 * One node of an exported graph.
 * @public
 */
export interface GraphNode {
  /** The same node has the same id in every export of this process; ids are never reused. */
  readonly id: string;
  readonly kind: "signal" | "computed" | "effect" | "scope";
  readonly name: string;
  /** Whether an effect depends on it, or it is one. */
  readonly watched: boolean;
  /** Whether it may have to be computed, or run, before it is up to date. */
  readonly stale: boolean;
  /** What a signal or computed holds: a value, an error, or nothing since it was never computed. Effects and scopes hold nothing. */
  readonly holds: "value" | "error" | "nothing";
  /** That as text, cut; absent without `values`, or when there is nothing. */
  readonly preview?: string;
  /** Runs since inspection was switched on; absent while it is off. */
  readonly runs?: number;
  /** Time spent in those, in milliseconds, without what ran inside. */
  readonly timeMs?: number;
}

/**
 * One edge: `to` has read `from`, or `from` owns `to`.
 * @public
 */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: "reads" | "owns";
}

/**
 * A graph as plain data, ready for `JSON.stringify`.
 * @public
 */
export interface SignalGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Whether nodes were left out because of `maxNodes`. */
  readonly truncated: boolean;
}

/**
 * What an export may be given.
 * @public
 */
export interface ExportOptions {
  /** Where the walk starts. @defaultValue what has run since `inspect` was called, and what owns that */
  readonly roots?: Iterable<Scope | { [READ](): unknown }>;
  /** Whether values are shown. Leave them out where strangers may look: they are what users typed. @defaultValue true */
  readonly values?: boolean;
  /** Longest preview, in characters. @defaultValue 80 */
  readonly maxPreviewChars?: number;
  /** Nodes beyond it are left out, those furthest from the roots first. @defaultValue 10_000 */
  readonly maxNodes?: number;
}

// Kept from one export to the next, so that whoever draws the graph knows a node again. Weak: it keeps nothing alive.
const ids = new WeakMap<object, string>();
let lastId = 0;

/**
 * The graph as it is now: from the roots to all they read, all that reads them, all that a scope or effect owns, and the owners of
 * those, without computing anything. (A root that is no node itself, such as a resource or a `readonly` view, is read once to find what stands behind it.) An unwatched
 * computed is held by none of its sources, so it is found only from itself or from what reads it.
 * @returns Plain data that holds no node.
 * @throws CodedError `SIGNALS_BAD_ARGUMENT` for roots that are no list, and limits that are no numbers from 0 on.
 * @remarks Costs O(nodes + edges). Runs no code of the values.
 * @example
 * ```ts
 * const stop = inspect();
 * app.get("/graph.json", (c) => c.json(exportGraph()));
 * ```
 * @public
 */
export function exportGraph(options: ExportOptions = {}): SignalGraph {
  const { roots } = options;
  const maxNodes = limitOf("maxNodes", options.maxNodes, 10_000);
  const maxPreviewChars = limitOf("maxPreviewChars", options.maxPreviewChars, 80);
  if (roots !== undefined) checkRows(roots, "Roots");
  const start = roots === undefined ? (currentRecorder()?.seen() ?? []) : [...roots].flatMap(nodesOf);
  const { found, truncated } = walk(start as KernelNode[], maxNodes); // cast: both list nodes
  const edges: GraphEdge[] = [];
  for (const node of found) {
    const id = idOf(node);
    for (const source of new Set(sourcesOf(node)))
      if (found.has(source)) edges.push({ from: idOf(source), to: id, kind: "reads" });
    for (const owned of ownedBy(node)) if (found.has(owned)) edges.push({ from: id, to: idOf(owned), kind: "owns" });
  }
  return { nodes: [...found].map((node) => describe(node, options.values ?? true, maxPreviewChars)), edges, truncated };
}

/** Breadth first, so that what is left out is furthest away. Owners come last, without what else they own: a root may be of one request. */
function walk(start: readonly KernelNode[], maxNodes: number) {
  const found = new Set<KernelNode>();
  let truncated = false;
  const visit = (node: KernelNode): void => {
    if (found.has(node)) return;
    if (found.size < maxNodes) found.add(node);
    else truncated = true;
  };
  for (const node of start) visit(node);
  // The set grows while it is walked: no recursion, however long the chain.
  for (const node of found) {
    for (const source of sourcesOf(node)) visit(source);
    for (const target of subscribersOf(node)) visit(target as unknown as KernelNode); // cast: whatever reads is a node too
    for (const owned of ownedBy(node)) visit(owned);
  }
  for (const node of found) {
    const owner = ownerOf(node);
    if (owner !== undefined) visit(owner);
  }
  return { found, truncated };
}

/** The node that a root is, or the nodes that stand behind it. */
function nodesOf(root: Scope | { [READ](): unknown }): KernelNode[] {
  if (kindOf(root) !== undefined) return [root as unknown as KernelNode]; // cast: kindOf knows it
  const readable = Object(root) as { [READ]?(): unknown }; // cast: it is asked
  if (typeof readable[READ] !== "function") return [];
  const behind = computed(() => readable[READ]?.());
  try {
    behind.peek();
  } catch {
    // what it has read until then is what stands behind it
  }
  return sourcesOf(behind as unknown as KernelNode); // cast: computed() returns a node
}

function isWatched(node: KernelNode): boolean {
  if ("subs" in node && node.subs !== undefined) return true;
  return (node.flags & (WATCHED | ENDED)) === WATCHED;
}

function isStale(node: KernelNode): boolean {
  const { flags } = node;
  if (flags & (STALE | CHECK | DIRTY)) return true;
  // Nobody tells an unwatched computed: it is in doubt when anything has changed since it was looked at.
  return (flags & (COMPUTED | WATCHED)) === COMPUTED && (node as ComputedTarget).checkedAt !== state.coldClock; // cast: the flag says so
}

function idOf(node: object): string {
  let id = ids.get(node);
  if (id === undefined) {
    id = `n${++lastId}`;
    ids.set(node, id);
  }
  return id;
}

function describe(node: KernelNode, values: boolean, maxPreviewChars: number): GraphNode {
  const kind = kindOf(node) ?? "signal";
  const held = heldBy(node);
  const stats = currentRecorder()?.statsOf(node);
  const value = held.state === "value" ? held.value : held.state === "error" ? held.error : undefined;
  return {
    id: idOf(node),
    kind,
    name: nameOf(node),
    watched: isWatched(node),
    stale: isStale(node),
    holds: held.state === "none" ? "nothing" : held.state,
    ...(values && held.state !== "none" ? { preview: previewOf(value, maxPreviewChars) } : {}),
    ...(stats === undefined ? {} : { runs: stats.runs, timeMs: Math.round(stats.timeMs * 1000) / 1000 }),
  };
}
