/*
 * What all of this folder shares: the one graph with the running observer, the running owner, and the queue of effects. The only state a module
 * of busbar keeps. Between two calls into it nothing is running and the queue is empty, so requests and sessions cannot meet here.
 */
import { CodedError } from "../errors/index.ts";
import { createGraph, type Graph } from "./graph.ts";
import { QUEUED, type Target } from "./links.ts";
import type { Owned } from "./owner.ts";

/** A computed as the graph's hooks see it. */
export interface Recomputable extends Target {
  readonly name: string;
  recompute(): void;
}

/** An effect as the queue sees it. */
export interface Queued extends Target {
  /** Runs it, or hands it to its scheduler. What nobody handles goes to `errors`. */
  process(errors: unknown[]): void;
}

/** A signal whose earlier value is remembered until the batch ends. */
export interface Written {
  forget(): void;
}

/** Is told of each run of a computed's or an effect's function. Must not throw, nor read or write signals. */
export interface Probe {
  before(node: Target): void;
  after(node: Target): void;
}

/** Set by `setProbe` of probe.ts alone. */
export let probe: Probe | undefined;

/** Sets the one probe, or none. Returns the one before. */
export function setProbe(next: Probe | undefined): Probe | undefined {
  const before = probe;
  probe = next;
  return before;
}

let depth = 0;
let flushing = false;
let flushes = 0;
let owner: Owned | undefined;
const queue: Queued[] = [];
const written: Written[] = [];

export const graph: Graph = createGraph({
  recompute: (target) => (target as Recomputable).recompute(), // cast: COMPUTED is set by ComputedNode alone
  schedule(effect) {
    effect.flags |= QUEUED;
    queue.push(effect as Queued); // cast: EFFECT is set by EffectNode alone
  },
  cycle(path) {
    const names = path.map((target) => (target as Recomputable).name); // cast: only computeds can be read, so only they can be met again
    const loop = [...names, names[0]].join(" -> ");
    throw new CodedError("SIGNALS_CYCLE", `A computed reads itself: ${loop}`, { value: loop });
  },
});

/** The scope or effect that owns what is created now. */
export function currentOwner(): Owned | undefined {
  return owner;
}

/** Number of the flush under way, or of the last one. */
export function currentFlush(): number {
  return flushes;
}

/** Runs `f` with reads belonging to nobody, and what it creates to `nextOwner`. */
export function detached<T>(nextOwner: Owned | undefined, f: () => T): T {
  const observerBefore = graph.observe(undefined);
  const ownerBefore = owner;
  owner = nextOwner;
  try {
    return f();
  } finally {
    owner = ownerBefore;
    graph.observe(observerBefore);
  }
}

/** Makes `next` the owner. Returns the one before. */
export function own(next: Owned | undefined): Owned | undefined {
  const before = owner;
  owner = next;
  return before;
}

/** Holds effects back until `leave`. Returns what to hand it; a level that a stack overflow skipped is then put right by the next. */
export function enter(): number {
  return depth++;
}

export function leave(before: number): void {
  depth = before;
}

/** Tells whether effects are held back, and so a write may yet be taken back before anybody sees it. Then `forget` is called at the end. */
export function heldBack(signal: Written): boolean {
  if (depth === 0) return false;
  written.push(signal);
  return true;
}

/** Runs the queue unless something is being held back, and throws what went wrong in it. */
export function flush(): void {
  if (depth === 0 && queue.length + written.length > 0) throwAll(drain());
}

/** Runs `f` with effects held back, then the queue. Every error of both is thrown. */
export function batched<T>(f: () => T): T {
  const before = enter();
  let value: T;
  try {
    value = f();
  } catch (error) {
    leave(before);
    const errors = [error, ...drain()];
    throwAll(errors);
    throw error; // not reached: the list is not empty
  }
  leave(before);
  flush();
  return value;
}

/** Runs `f` and throws what it put into the list. */
export function gathered(f: (errors: unknown[]) => void): void {
  const errors: unknown[] = [];
  f(errors);
  throwAll(errors);
}

/** One error as itself, several as an AggregateError, an error met twice as one. */
function throwAll(errors: readonly unknown[]): void {
  const distinct = [...new Set(errors)];
  if (distinct.length === 1) throw distinct[0];
  if (distinct.length > 1) throw new AggregateError(distinct, `${distinct.length} errors in effects`);
}

function drain(): unknown[] {
  const errors: unknown[] = [];
  if (depth > 0 || flushing) return errors;
  flushing = true;
  flushes++;
  const before = enter();
  // Effects that an effect's writes invalidate join at the end of the list.
  for (const effect of queue) {
    if (effect.flags & QUEUED) effect.process(errors);
  }
  queue.length = 0;
  for (const signal of written) signal.forget();
  written.length = 0;
  leave(before);
  flushing = false;
  return errors;
}
