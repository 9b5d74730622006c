/*
 * The dependency graph: who read what, who may be out of date, and what has to be computed again. It knows no values and no user functions.
 *
 * A source carries a version that rises when its value changes. A target keeps one link per source it read, in reading order, with the version
 * it saw. Pushing colours: a changed source marks everything watched above it CHECK. Pulling decides: a target compares versions in reading
 * order, settles a computed source before comparing, and is computed again at the first that differs. So nothing runs twice for one change,
 * nothing runs for a change that came to nothing, and a branch no longer taken is not computed.
 *
 * Only watched targets (effects, and the computeds below them) stand in their sources' subscriber lists. An unwatched computed is found by
 * nobody, so dropping it frees it; it compares versions when the graph's clock has moved since it last did.
 *
 * Invariant: with a watched target, every watched target above it is marked CHECK; so a push ends at the first that is marked already.
 * Nothing here recurses. Only user functions nest, when they read what was never computed.
 */
import {
  attach,
  CHECK,
  COMPUTED,
  dropAfter,
  EFFECT,
  ENDED,
  Link,
  RUNNING,
  SETTLING,
  type Source,
  STALE,
  type Target,
  WATCHED,
} from "./links.ts";

/** What the surface does for the kernel. */
export interface GraphHooks {
  /** Runs a computed's function between `begin` and `finish`, and raises its version when the outcome differs. Never throws. */
  recompute(target: Target): void;
  /** An effect that was clean may have to run. */
  schedule(effect: Target): void;
  /** Throws: the first target on the path is read while it runs, by the last one. */
  cycle(path: readonly Target[]): never;
}

/** The kernel as the surface sees it. */
export interface Graph {
  /** Brings a computed up to date. */
  refresh(target: Target): void;
  /** Notes that the observer, if there is one, read `source` at its present version. */
  track(source: Source): void;
  /** A signal has a new value. */
  changed(source: Source): void;
  /** A signal has again the value it had before its last change, and nobody has read it in between. */
  restored(source: Source): void;
  /** Tells whether an effect's sources differ from what it saw; if not, it is clean again. */
  outdated(effect: Target): boolean;
  /** Enters a target's function, makes it the observer, and marks it STALE until its outcome is known. Returns the observer before. */
  begin(target: Target): Target | undefined;
  /** Leaves it, and lets go of what this run did not read. */
  finish(target: Target, before: Target | undefined): void;
  /** Lets go of everything a target read. */
  release(target: Target): void;
  /** Makes `target` the observer, or nobody. Returns the one before. */
  observe(target: Target | undefined): Target | undefined;
}

/** Makes a graph. One serves any number of unrelated scopes: nodes meet only through what they read. */
export function createGraph(hooks: GraphHooks): Graph {
  let observer: Target | undefined;
  let clock = 0; // moves with every change of any signal
  let runs = 0;
  const running: Target[] = [];

  function isOpen(target: Target): boolean {
    if (target.flags & STALE) return true;
    return target.flags & WATCHED ? (target.flags & CHECK) !== 0 : target.checkedAt !== clock;
  }

  function refresh(target: Target): void {
    if (target.flags & RUNNING) hooks.cycle(running.slice(running.indexOf(target)));
    if (isOpen(target) && settle(target)) hooks.recompute(target);
  }

  /**
   * Tells whether `root` must be computed, having computed what lies below it as far as that needs.
   * 1. Compare the links of one target in order, up to the first that differs.
   * 2. At a computed source that is in doubt itself, remember the link and go down to step 1 for that source.
   * 3. A target all of whose links agree is clean; one that differs is computed, unless it is the root.
   * 4. Go back to the link remembered last, compare it, and go on behind it.
   */
  function settle(root: Target): boolean {
    const now = clock;
    const path: Link[] = [];
    let target = root;
    let link = root.deps;
    let differs = (root.flags & STALE) !== 0;
    for (;;) {
      while (!differs && link !== undefined) {
        const source: Source = link.source;
        if (source.version !== link.version) differs = true;
        else if (source.flags & (RUNNING | SETTLING)) {
          // Work on it goes on above us: a cycle in the making. Computing this target reads it and reports that by name.
          differs = true;
        } else if (source.flags & COMPUTED && isOpen(source as Target)) {
          target.flags |= SETTLING;
          path.push(link);
          target = source as Target; // cast: a computed is a target
          differs = (target.flags & STALE) !== 0;
          link = target.deps;
          continue;
        }
        link = link.nextDep;
      }
      target.flags &= ~SETTLING;
      // A computed that wrote a signal on the way may have changed what was compared before.
      if (clock !== now) differs = true;
      if (!differs) {
        target.flags &= ~CHECK;
        target.checkedAt = now;
      } else if (path.length > 0) hooks.recompute(target);
      const up = path.pop();
      if (up === undefined) return differs;
      target = up.target;
      differs = up.source.version !== up.version;
      link = up.nextDep;
    }
  }

  /** Marks everything watched from `first` on. Branches still to walk wait in a list, not on the stack. */
  function push(first: Link): void {
    const waiting: Link[] = [];
    let link: Link | undefined = first;
    while (link !== undefined) {
      const target: Target = link.target;
      // A running one that has not read this source in this run will see the new value by itself.
      const unread = target.flags & RUNNING && link.runId !== target.runId;
      link = link.nextSub;
      if (!unread && !(target.flags & CHECK)) {
        target.flags |= CHECK;
        if (target.flags & EFFECT) hooks.schedule(target);
        else if (target.subs !== undefined) {
          if (link !== undefined) waiting.push(link);
          link = target.subs;
        }
      }
      link ??= waiting.pop();
    }
  }

  function mark(target: Target): void {
    if (target.flags & CHECK) return;
    target.flags |= CHECK;
    if (target.flags & EFFECT) hooks.schedule(target);
    else if (target.subs !== undefined) push(target.subs);
  }

  function track(source: Source): void {
    const target = observer;
    if (target === undefined || source.readIn === target.runId) return;
    source.readIn = target.runId;
    const last = target.depsTail;
    const next = last === undefined ? target.deps : last.nextDep;
    let link = next;
    if (link !== undefined && link.source === source) {
      link.version = source.version;
      link.runId = target.runId;
    } else {
      link = new Link(source, target, next);
      if (last === undefined) target.deps = link;
      else last.nextDep = link;
    }
    target.depsTail = link;
    if (!(target.flags & WATCHED)) return;
    // In doubt although just read: it wrote to a signal meanwhile. The invariant wants the reader in doubt too.
    if ((!link.live && attach(link, clock)) || source.flags & CHECK) mark(target);
  }

  return {
    refresh,
    track,
    changed(source) {
      source.version++;
      clock++;
      if (source.subs !== undefined) push(source.subs);
    },
    restored(source) {
      source.version--; // no link has seen the version taken back, and those marked will find that nothing differs
    },
    outdated: settle,
    begin(target) {
      target.runId = ++runs;
      target.depsTail = undefined;
      target.checkedAt = clock;
      // Stale until the surface says otherwise: a stack overflow can end a run anywhere.
      target.flags = (target.flags & ~CHECK) | RUNNING | STALE;
      running.push(target);
      const before = observer;
      observer = target;
      return before;
    },
    finish(target, before) {
      observer = before;
      for (let top = running.pop(); top !== undefined; top = running.pop()) {
        top.flags &= ~RUNNING; // those above the target never finished: a stack overflow ended them
        if (top === target) break;
      }
      dropAfter(target, target.flags & ENDED ? undefined : target.depsTail, clock);
    },
    release: (target) => dropAfter(target, undefined, clock),
    observe(target) {
      const before = observer;
      observer = target;
      return before;
    },
  };
}
