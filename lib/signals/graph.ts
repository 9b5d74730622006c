/*
 * The dependency graph: who read what, who may be out of date, and what has to be computed again. It knows no values, and of user functions only
 * how to run a computed's.
 *
 * A source carries a version that rises when its value changes. A target keeps one link per source it read, in reading order, with the version
 * it saw. Pushing colours: a changed source marks everything watched above it CHECK, and its own readers DIRTY besides. Pulling decides: a target
 * that is not DIRTY compares versions in reading order, settles a computed source before comparing, and is computed again at the first that
 * differs. So nothing runs twice for one change, nothing runs for a change that came to nothing, and a branch no longer taken is not computed.
 *
 * Only watched targets (effects, and the computeds below them) stand in their sources' subscriber lists. An unwatched computed is found by
 * nobody, so dropping it frees it; it compares versions when the clock has moved since it last did.
 *
 * Invariant: with a watched target, every watched target above it is marked CHECK; so a push ends at the first that is marked already.
 * Nothing here recurses. Only user functions nest, when they read what was never computed. The end of the stack can come at any call: between
 * two calls nothing is half done that the next read would not put right.
 */
import { CodedError } from "../errors/index.ts";
import {
  CHECK,
  COMPUTED,
  type ComputedTarget,
  DIRTY,
  type Link,
  RUNNING,
  SHORT,
  STALE,
  type Target,
  WATCHED,
} from "./kinds.ts";
import { dropAfter } from "./links.ts";
import { explain, isTooDeep } from "./overflow.ts";
import { state } from "./state.ts";

/** Brings a computed up to date. */
export function refresh(target: ComputedTarget): void {
  const { flags } = target;
  if (flags & RUNNING) refuseCycle(target);
  if (flags & (STALE | DIRTY) || (isOpen(target) && settle(target))) recompute(target);
}

/** Whether a computed may be out of date. */
function isOpen(target: ComputedTarget): boolean {
  const { flags } = target;
  return (flags & (STALE | CHECK)) !== 0 || (!(flags & WATCHED) && target.checkedAt !== state.clock);
}

/**
 * Tells whether `root` must be run, having computed what lies below it as far as that needs; if not, it is clean again.
 * 1. Compare the links of one target in order, up to the first that differs.
 * 2. At a computed source that is in doubt itself, remember the link in it and go down to step 1 for that source.
 * 3. A target all of whose links agree is clean; one that differs is computed, unless it is the root.
 * 4. Go back by the link remembered, compare it, and go on behind it.
 */
export function settle(root: Target): boolean {
  const now = state.clock;
  let target = root;
  let link = root.deps;
  let differs = false;
  try {
    for (;;) {
      while (!differs && link !== undefined) {
        const { source } = link;
        const { flags } = source;
        if (source.version !== link.version) differs = true;
        else if (flags & COMPUTED) {
          const computed = source as ComputedTarget; // cast: the flag says so
          if (computed.up !== undefined || flags & RUNNING) {
            // Work on it goes on below us on the stack: a cycle in the making. Running this target reads it and reports that by name.
            differs = true;
          } else if (isOpen(computed)) {
            computed.up = link;
            target = computed;
            differs = (flags & (STALE | DIRTY)) !== 0;
            link = target.deps;
            continue;
          }
        }
        link = link.nextDep;
      }
      // A computed that wrote a signal on the way may have changed what was compared before.
      if (state.clock !== now) differs = true;
      if (target === root) break;
      const computed = target as ComputedTarget; // cast: only computeds are sources
      const up = computed.up as Link; // cast: set on the way down; a run puts it back
      if (differs) recompute(computed);
      else {
        computed.flags &= ~(CHECK | DIRTY);
        computed.checkedAt = now;
      }
      computed.up = undefined; // not before: at the end of the stack the way back is needed
      target = up.target;
      differs = up.source.version !== up.version;
      link = up.nextDep;
    }
  } catch (error) {
    // The end of the stack. Without a call: leave no trace of this walk.
    for (let at: Target | undefined = target; at !== undefined && at !== root; ) {
      const computed: ComputedTarget = at as ComputedTarget; // cast: as above
      const up: Link | undefined = computed.up as Link | undefined; // cast: as above
      computed.up = undefined;
      at = up?.target;
    }
    throw error;
  }
  if (differs) return true;
  root.flags &= ~(CHECK | DIRTY);
  if (root.flags & COMPUTED) (root as ComputedTarget).checkedAt = now; // cast: the flag says so
  return false;
}

/** Runs a computed's function as the observer, and lets go of what this run did not read. */
export function recompute(target: ComputedTarget): void {
  const { observer, depth, probe } = state;
  const { up, f } = target;
  let outcome: unknown;
  let failed = false;
  target.up = observer === undefined ? state.paused : observer;
  target.runId = ++state.runs;
  target.checkedAt = state.clock;
  // Stale until the outcome is known: a stack overflow can end a run anywhere.
  target.flags = (target.flags & ~(CHECK | DIRTY | SHORT)) | RUNNING | STALE;
  state.observer = target;
  state.depth = depth + 1;
  try {
    if (probe !== undefined) probe.before(target);
    outcome = f();
  } catch (error) {
    outcome = error;
    failed = true;
  }
  const last = target.tail;
  target.tail = undefined;
  if (observer === undefined) state.observer = undefined;
  else state.observer = observer; // only then a collector need hear of it
  target.up = up;
  state.depth = depth;
  target.flags &= ~RUNNING;
  if (failed) outcome = explain(outcome, target.name);
  // Out of stack it has not read all it needs: what it read before must reach it too, and whoever reads it here has seen too little.
  if (failed && isTooDeep(outcome)) cutShort();
  else if ((last === undefined ? target.deps : last.nextDep) !== undefined) dropAfter(target, last);
  target.conclude(outcome, failed);
  if (probe !== undefined) probe.after(target);
}

/** Whatever is running has read what ran out of stack: should it catch that, what it comes to must not be kept. */
function cutShort(): void {
  let node = state.observer ?? state.paused;
  while (node !== undefined) {
    node.flags |= SHORT;
    node = "up" in node ? ((node as ComputedTarget).up as Target | undefined) : undefined; // casts: an effect has no such field; it is running
  }
}

function refuseCycle(target: ComputedTarget): never {
  let loop = target.name;
  let node = state.observer ?? state.paused;
  while (node !== undefined && node !== target && "up" in node) {
    const computed = node as ComputedTarget; // cast: an effect has no such field
    loop = `${computed.name} -> ${loop}`;
    node = computed.up as Target | undefined; // cast: it is running
  }
  loop = `${target.name} -> ${loop}`;
  throw new CodedError("SIGNALS_CYCLE", `A computed reads itself: ${loop}`, { value: loop });
}
