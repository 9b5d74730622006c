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
  EFFECT,
  HOOKED,
  type Late,
  Link,
  QUEUED,
  type Queued,
  RUNNING,
  type Source,
  STALE,
  type Target,
  WATCHED,
  WRITTEN,
} from "./kinds.ts";
import { dropAfter, wake } from "./links.ts";
import { isTooDeep } from "./overflow.ts";
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

/** Notes that the observer read `source` at its present version. What it calls, it calls before it changes anything. */
export function track(source: Source, observer: Target): void {
  const last = state.tail;
  const next = last === undefined ? observer.deps : last.nextDep;
  if (next !== undefined && next.source === source) {
    source.readIn = observer.runId;
    next.version = source.version;
    state.tail = next;
    // In doubt although just read: it wrote to a signal meanwhile. The invariant wants the reader in doubt too.
    if (source.flags & CHECK && observer.flags & WATCHED) mark(observer);
    return;
  }
  const link = new Link(source, observer, next);
  const { flags } = source;
  const watched = observer.flags & WATCHED;
  if (watched) {
    const open = flags & COMPUTED && !(flags & WATCHED) ? wake(source as ComputedTarget) : flags & CHECK; // cast: the flag says so
    if (open) mark(observer);
    const head = source.subs;
    if (head === undefined) {
      source.subs = link;
      link.prevSub = link;
      if (flags & HOOKED) state.late[state.lates++] = source as Late; // cast: the flag says so
    } else {
      const end = head.prevSub as Link; // cast: the ring is closed
      end.nextSub = link;
      link.prevSub = end;
      head.prevSub = link;
    }
  }
  if (last === undefined) observer.deps = link;
  else last.nextDep = link;
  state.tail = link;
  source.readIn = observer.runId;
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
      const up = computed.up as Link; // cast: set on the way down; a run in between puts it back
      computed.up = undefined;
      if (differs) recompute(computed);
      else {
        computed.flags &= ~(CHECK | DIRTY);
        computed.checkedAt = now;
      }
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
function recompute(target: ComputedTarget): void {
  const { observer, tail, depth, probe } = state;
  const { up, f } = target;
  let outcome: unknown;
  let failed = false;
  target.up = observer === undefined ? state.paused : observer;
  target.runId = ++state.runs;
  target.checkedAt = state.clock;
  // Stale until the outcome is known: a stack overflow can end a run anywhere.
  target.flags = (target.flags & ~(CHECK | DIRTY)) | RUNNING | STALE;
  state.observer = target;
  state.tail = undefined;
  state.depth = depth + 1;
  try {
    if (probe !== undefined) probe.before(target);
    outcome = f();
  } catch (error) {
    outcome = error;
    failed = true;
  }
  const last = state.tail as Link | undefined; // cast: the run has moved it
  state.observer = observer;
  state.tail = tail;
  state.depth = depth;
  target.up = up;
  target.flags &= ~RUNNING;
  // Out of stack it has not read all it needs: what it read before must reach it too.
  if ((last === undefined ? target.deps : last.nextDep) !== undefined && !(failed && isTooDeep(outcome))) {
    dropAfter(target, last);
  }
  target.conclude(outcome, failed);
  if (probe !== undefined) probe.after(target);
}

/** A signal has again the value it had before its last change, and nobody has read it in between. */
export function restored(source: Late): void {
  source.flags &= ~WRITTEN;
  source.before = undefined;
  source.version--; // no link has seen the version taken back
  for (let link = source.subs; link !== undefined; link = link.nextSub) link.target.flags &= ~DIRTY; // let it compare
}

function mark(target: Target): void {
  if (target.flags & CHECK) return;
  target.flags |= CHECK;
  if (target.flags & EFFECT) {
    target.flags |= QUEUED;
    state.queue[state.queued++] = target as Queued; // cast: EFFECT is set by EffectNode alone
  } else push((target as ComputedTarget).subs, undefined); // cast: not an effect
}

/** Links still to be followed. Between two calls, only the first few are defined: those below. */
const waiting: (Link | undefined)[] = [];
/** How many a walk has left behind: an engine that was interrupted looks at the stack between two rounds of a loop. The next walk goes on. */
let interrupted = 0;

/**
 * Marks everything watched from `first` on. Branches still to walk wait in a list, not on the stack. Calls nothing, not even `Array.push`: the
 * end of the stack cannot come half-way.
 * @param written - The signal that has a new value, if that is why; `first` is then its first link.
 */
export function push(first: Link | undefined, written: Source | undefined): void {
  if (written !== undefined) {
    written.version++;
    state.clock++;
  }
  let link = first;
  let left = interrupted;
  interrupted = 0;
  if (link === undefined && left > 0) link = waiting[--left];
  try {
    while (link !== undefined) {
      const { target, source } = link;
      const { flags } = target;
      let next = link.nextSub;
      let marked = flags & CHECK; // and so all above it is
      if (flags & RUNNING) {
        // One that has not read this source in this run will see the new value by itself.
        if (source.readIn < target.runId) marked = CHECK;
        else target.flags = flags | CHECK;
      } else target.flags = source === written ? flags | CHECK | DIRTY : flags | CHECK;
      if (marked === 0) {
        if (flags & EFFECT) {
          target.flags |= QUEUED;
          state.queue[state.queued++] = target as Queued; // cast: EFFECT is set by EffectNode alone
          if (state.causes !== undefined) state.causes.set(target, { written, writer: state.effect });
        } else {
          const { subs } = target as ComputedTarget; // cast: not an effect
          if (subs !== undefined) {
            if (next !== undefined) waiting[left++] = next;
            next = subs;
          }
        }
      }
      if (next === undefined && left > 0) {
        next = waiting[--left];
        waiting[left] = undefined; // or it would be held
      }
      link = next;
    }
  } catch (error) {
    if (link !== undefined) waiting[left++] = link;
    interrupted = left;
    throw error;
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
