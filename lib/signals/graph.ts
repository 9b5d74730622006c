/*
 * The dependency graph: who read what, who may be out of date, and what has to be computed again. It knows no values, and of user functions only
 * how to run one.
 *
 * A source carries a version that rises when its value changes. A target keeps one link per source it read, in reading order, with the version
 * it saw. Pushing colours: a changed source marks everything watched above it CHECK, and its own readers DIRTY besides. Pulling decides: a target
 * that is not DIRTY compares versions in reading order, settles a computed source before comparing, and is computed again at the first that
 * differs. So nothing runs twice for one change, nothing runs for a change that came to nothing, and a branch no longer taken is not computed.
 *
 * Only watched targets (effects, and the computeds below them) stand in their sources' subscriber lists. An unwatched computed is found by
 * nobody, so dropping it frees it; it marks what it reads COLD, and compares versions when anything that is marked so has changed since it last did.
 *
 * Invariant: with a watched target, every watched target above it is marked CHECK; so a push ends at the first that is marked already.
 * Nothing here recurses. Only user functions nest, when they read what was never computed. The end of the stack can come at any call: between
 * two calls nothing is half done that the next read would not put right.
 */
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
import { explain, isCoded } from "./overflow.ts";
import { refusal } from "./refusals.ts";
import { state } from "./state.ts";

/** Brings a computed up to date. */
export function refresh(target: ComputedTarget): void {
  const { flags } = target;
  if (flags & RUNNING) throw refusal("SIGNALS_CYCLE", target, state.observer ?? state.paused);
  if (flags & (STALE | DIRTY) || (isOpen(target) && settle(target))) recompute(target);
}

/** Whether a computed may be out of date. */
function isOpen(target: ComputedTarget): boolean {
  const { flags } = target;
  return (flags & (STALE | CHECK)) !== 0 || (!(flags & WATCHED) && target.checkedAt !== state.coldClock);
}

/**
 * The links by which walks that go on have come to where they are, but for the last of each, which is a variable: most walks go down one step (bench:
 * signals, cellx). Each walk's stand above those of the one below it on the stack.
 */
const ways: (Link | undefined)[] = [];
let steps = 0;

/**
 * Tells whether `root` must be run, having computed what lies below it as far as that needs; if not, it is clean again.
 * 1. Compare the links of one target in order, up to the first that differs.
 * 2. At a computed source that is in doubt itself, put the link on the way and go down to step 1 for that source.
 * 3. A target all of whose links agree is clean; one that differs is computed, unless it is the root.
 * 4. Go back by the last link of the way, compare it, and go on behind it.
 */
export function settle(root: Target): boolean {
  const now = state.clock;
  const start = steps;
  let open = start;
  let target: Target = root;
  let link = root.deps;
  let differs = false;
  let way: Link | undefined;
  try {
    for (;;) {
      while (!differs && link !== undefined) {
        const { source } = link;
        const { flags } = source;
        if (source.version !== link.version) differs = true;
        else if (flags & COMPUTED) {
          const computed = source as ComputedTarget; // cast: the flag says so
          if (flags & RUNNING) {
            // A cycle in the making. Running this target reads it and reports that by name.
            differs = true;
          } else if (isOpen(computed)) {
            if (way !== undefined) ways[open++] = way;
            way = link;
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
      if (way === undefined) break;
      if (differs) {
        steps = open; // for the walks it may come to
        recompute(target as ComputedTarget); // cast: only computeds are sources
      } else {
        target.flags &= ~(CHECK | DIRTY);
        (target as ComputedTarget).checkedAt = state.coldClock; // cast: as above
      }
      target = way.target;
      differs = way.source.version !== way.version;
      link = way.nextDep;
      way = undefined;
      if (open > start) {
        way = ways[--open];
        ways[open] = undefined; // or it would be held
      }
    }
  } finally {
    steps = start; // the end of the stack may have come
  }
  if (!differs) {
    root.flags &= ~(CHECK | DIRTY);
    if (root.flags & COMPUTED) (root as ComputedTarget).checkedAt = state.coldClock; // cast: the flag says so
  }
  return differs;
}

/** Runs a computed's function as the observer, hands on what comes of it, and lets go of what this run did not read. */
export function recompute(target: ComputedTarget): void {
  const { observer, depth, probe } = state;
  const { f } = target;
  let thrown: unknown;
  let failed = false;
  // The reads to come are the target's. As `run` of an effect has it: one function for both costs calls (bench: signals, diamond, triangle).
  target.up = observer === undefined ? state.paused : observer;
  target.runId = ++state.runs;
  target.checkedAt = state.coldClock;
  // Stale until the outcome is known: a stack overflow can end a run anywhere.
  target.flags = (target.flags & ~(CHECK | DIRTY | SHORT)) | RUNNING | STALE;
  state.observer = target;
  state.depth = depth + 1;
  try {
    target.take(probe === undefined ? f() : probe(target, f));
  } catch (error) {
    thrown = error;
    failed = true;
  }
  const last = target.tail;
  target.tail = undefined;
  if (observer === undefined) state.observer = undefined;
  else state.observer = observer; // only then a collector need hear of it
  state.depth = depth;
  target.flags &= ~RUNNING;
  if (failed) thrown = judge(target, thrown);
  else target.up = undefined;
  let kept = ~STALE;
  // Cut short it has not read all it needs: what it read before must reach it too.
  if (target.flags & SHORT) kept = -1;
  else if ((last === undefined ? target.deps : last.nextDep) !== undefined) dropAfter(target, last);
  if (failed && target.fail(thrown)) kept = -1;
  target.flags &= kept; // last: should the stack come to its end before, it runs again
}

/** Names what was thrown. Out of stack, should whatever has read the target catch that, what it comes to must not be kept. */
export function judge(target: Target, thrown: unknown): unknown {
  const error = explain(thrown, target);
  if (isCoded(error, "SIGNALS_TOO_DEEP"))
    for (let node: Target | undefined = target; node !== undefined; node = node.up) node.flags |= SHORT;
  target.up = undefined;
  return error;
}
