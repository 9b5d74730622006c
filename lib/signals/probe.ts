/*
 * What inspection may know of the graph. Nothing here is used by the rest of the folder save `probe`, which costs one test for each run of a
 * function while it is not set.
 */
import type { Link, Owned, Probe, Source, Target } from "./kinds.ts";
import { COMPUTED, EFFECT, FAILED, state, WATCHED } from "./seam.ts";

/** Sets the one probe, or none. Returns the one before. */
export function setProbe(next: Probe | undefined): Probe | undefined {
  const before = state.probe;
  state.probe = next;
  return before;
}

export type { Probe } from "./kinds.ts";

/** What a node holds, without computing it. */
export type Held =
  | { readonly state: "value"; readonly value: unknown }
  | { readonly state: "error"; readonly error: unknown }
  | { readonly state: "none" };

export type NodeKind = "signal" | "computed" | "effect" | "scope";

/** A node of either tree: what is readable, what runs, what owns. */
export type GraphNode = Source | Owned;

/** The kind of a node, or undefined for anything else. Cost: O(1). */
export function kindOf(node: unknown): NodeKind | undefined {
  if (typeof node !== "object" || node === null) return undefined;
  if ("deps" in node || "subs" in node) {
    const { flags } = node as Source; // cast: only nodes of the graph have these fields
    return flags & EFFECT ? "effect" : flags & COMPUTED ? "computed" : "signal";
  }
  return "cleanups" in node ? "scope" : undefined;
}

/** Its name, or what stands for one. */
export function nameOf(node: GraphNode): string {
  return (node as Source).name; // cast: scopes have one too
}

/** What it holds at this moment; effects and scopes hold nothing. */
export function heldBy(node: GraphNode): Held {
  if (!("value" in node) || ("deps" in node && (node as unknown as Source).version === 0)) return { state: "none" }; // cast: what has a value is a source
  return node.flags & FAILED ? { state: "error", error: node.value } : { state: "value", value: node.value };
}

/** What a computed or an effect read in its last run, in reading order. Cost: O(sources). */
export function sourcesOf(node: GraphNode): Source[] {
  const sources: Source[] = [];
  if (!("deps" in node)) return sources;
  for (let link = node.deps as Link | undefined; link !== undefined; link = link.nextDep) sources.push(link.source); // cast: a target's
  return sources;
}

/** The watched computeds and the effects that read it. An unwatched computed is held by none of its sources, so it is not among them. */
export function subscribersOf(node: GraphNode): Target[] {
  const targets: Target[] = [];
  if ("subs" in node) for (let link = node.subs; link !== undefined; link = link.nextSub) targets.push(link.target);
  return targets;
}

/** Whether an effect depends on it, or it is one. */
export function isWatched(node: GraphNode): boolean {
  return "subs" in node && (node.subs !== undefined || (node.flags & WATCHED) !== 0);
}

/** What an effect or a scope owns, the oldest first. */
export function ownedBy(node: GraphNode): Owned[] {
  const owned: Owned[] = [];
  if ("lastChild" in node)
    for (let child = node.lastChild; child !== undefined; child = child.prevSibling) owned.push(child);
  return owned.reverse();
}

/** The effect or scope that owns it. */
export function ownerOf(node: GraphNode): Owned | undefined {
  return "parent" in node ? node.parent : undefined;
}

/** The computed or effect whose reads are being noted. */
export function currentObserver(): Target | undefined {
  return state.observer;
}

/** The scope or effect that owns what is created now. */
export function currentOwner(): Owned | undefined {
  return state.owner;
}
