/*
 * What the kernel throws by itself, with the names on the way that led there. Bundles for browsers have refusals-browser.ts in the place of this
 * file, which has the same codes: see docs/decisions/0029.
 */
import { CodedError, type CodedErrorOptions } from "../errors/index.ts";
import type { Probe, Source, State, Target } from "./kinds.ts";

export type Refusal =
  | "SIGNALS_CYCLE"
  | "SIGNALS_LOOP"
  | "SIGNALS_TOO_DEEP"
  | "SIGNALS_SCOPE_ENDED"
  | "SIGNALS_BAD_ARGUMENT";

/**
 * An error that names where it happened.
 * @param name - Of the node, or what was given in place of a function.
 * @param below - Of a cycle, what was running when it closed.
 */
export function refusal(code: Refusal, node: { readonly name: string }, below?: Target, cause?: unknown): CodedError {
  const { name } = node;
  switch (code) {
    case "SIGNALS_CYCLE": {
      const value = cycleOf(node, below);
      return new CodedError(code, `A computed reads itself: ${value}`, { value });
    }
    case "SIGNALS_LOOP": {
      const value = loopOf(node as Target); // cast: only effects loop
      return new CodedError(code, `"${name}" ran 100 times for one change: ${value}`, { value });
    }
    case "SIGNALS_TOO_DEEP": {
      const options: CodedErrorOptions = { value: name, cause };
      return new CodedError(code, `"${name}" ran out of stack`, options);
    }
    case "SIGNALS_SCOPE_ENDED":
      return new CodedError(code, `"${name}" has ended`);
    case "SIGNALS_BAD_ARGUMENT":
      return new CodedError(code, `${name} was given where a function belongs`, { value: name });
  }
}

/**
 * What was given to be called: the one check of arguments in the kernel, as all it takes besides are values.
 * @throws CodedError `SIGNALS_BAD_ARGUMENT`
 */
export function callable<F>(f: F): F {
  if (typeof f === "function") return f;
  throw refusal("SIGNALS_BAD_ARGUMENT", { name: f === null ? "null" : typeof f });
}

/** Who reads whom, from a computed to itself. */
function cycleOf(start: { readonly name: string }, below: Target | undefined): string {
  let path = start.name;
  for (let node = below; node !== undefined && node !== start; node = node.up) path = `${node.name} -> ${path}`;
  return `${start.name} -> ${path}`;
}

/** While a loop is suspected: which change each node ran for last, and in whose run each signal was written last. */
let trail = new WeakMap<object, Source | Target>();

/** Keeps the trail from now on, until the flush is over. It looks at the runs from outside, so that no other write or run pays for it. */
export function suspectLoop(state: State): void {
  const { probe, firstRun } = state;
  const run: Probe = probe ?? ((_, f) => f());
  const tracing: Probe = (node, f) => {
    if (state.firstRun === firstRun) return traced(state, node, () => run(node, f));
    if (state.probe === tracing) state.probe = probe;
    return run(node, f);
  };
  trail = new WeakMap();
  state.probe = tracing;
}

/** Runs `f`, and notes what `node` runs for, and what is written meanwhile: with effects held back, that waits to be seen to late. */
function traced(state: State, node: Target, f: () => unknown): unknown {
  for (let link = node.deps; link !== undefined; link = link.nextDep) {
    if (link.version === link.source.version) continue;
    trail.set(node, link.source);
    break;
  }
  const first = state.lates;
  try {
    return f();
  } finally {
    for (const source of state.late.slice(first, state.lates))
      if (source !== undefined && !("deps" in source)) trail.set(source, node); // a computed is there for its hooks
  }
}

/** Names who wrote what that woke whom, back from `effect` to where it begins to repeat. */
function loopOf(effect: Target): string {
  let path = effect.name;
  let node: Source | Target | undefined = effect;
  while (node !== undefined) {
    const before: Source | Target | undefined = trail.get(node);
    trail.delete(node);
    if (before !== undefined) path = `${before.name} -> ${path}`;
    node = before;
  }
  return path;
}
