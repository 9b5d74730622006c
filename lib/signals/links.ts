import type { Hooked } from "./hooks.ts";
import { state } from "./state.ts";

// Flags of a node. Constants, since they are tested several times for every read.
/** Must be computed, whatever its sources say: it never was, or it failed in a way that must not be kept. */
export const STALE: number = 1 << 0;
/** Watched, and a source may have changed. */
export const CHECK: number = 1 << 1;
/** With CHECK: a source it reads itself has changed, so there is nothing to compare. */
export const DIRTY: number = 1 << 2;
/** An effect, or a computed that one depends on: its links stand in its sources' subscriber lists. */
export const WATCHED: number = 1 << 3;
/** Its function is on the stack. */
export const RUNNING: number = 1 << 4;
export const COMPUTED: number = 1 << 6;
export const EFFECT: number = 1 << 7;
/** An effect or a scope that has ended. */
export const ENDED: number = 1 << 8;
/** An effect that waits in the queue. */
export const QUEUED: number = 1 << 9;
/** A computed whose outcome is an error. */
export const FAILED: number = 1 << 10;
/** A signal written while effects are held back, and not read since. */
export const WRITTEN: number = 1 << 11;
/** An effect or a scope with an effect among its owners. */
export const NESTED: number = 1 << 12;
/** Has `onWatched` or `onUnwatched`. */
export const HOOKED: number = 1 << 13;
/** An effect that ran out of stack and is to run again, once. */
export const RETRIED: number = 1 << 14;
/** `onWatched` was called last. */
export const HOOK_ON: number = 1 << 15;

/** What can be read: a signal, or a computed. */
export interface Source {
  flags: number;
  /** Rises when the value changes. */
  version: number;
  /** The run that read it last: a second read in one run needs no second link. */
  readIn: number;
  /** Its subscribers' links; the first one's `prevSub` is the last one. */
  subs: Link | undefined;
}

/** What reads: a computed, or an effect. */
export interface Target {
  flags: number;
  /** Its links, in reading order. */
  deps: Link | undefined;
  /** Number of the run it is in, or was last in; unique among all targets. */
  runId: number;
}

/** A computed as the kernel sees it. */
export interface ComputedTarget extends Source, Target {
  readonly name: string;
  readonly f: () => unknown;
  /** While unwatched, it is known to be current as long as the clock shows this. */
  checkedAt: number;
  /** While a walk settles its sources, the link the walk came by; while its function is on the stack, whoever runs below it. */
  up: Link | Target | undefined;
  /** Takes what the function returned or threw, clears STALE when it may be kept, and raises the version when it differs. */
  conclude(outcome: unknown, failed: boolean): void;
}

/** One target having read one source. It stands in the source's subscriber list if and only if the target is watched. */
export class Link {
  readonly source: Source;
  readonly target: Target;
  /** The source's version when it was read. */
  version: number;
  nextDep: Link | undefined;
  prevSub: Link | undefined;
  nextSub: Link | undefined;

  constructor(source: Source, target: Target, nextDep: Link | undefined) {
    this.source = source;
    this.target = target;
    this.version = source.version;
    this.nextDep = nextDep;
    this.prevSub = undefined;
    this.nextSub = undefined;
  }
}

/**
 * Makes a computed watched that is about to get its first subscriber, and what it reads, and so on down. Calls nothing, not even `Array.push`: the
 * end of the stack cannot come half-way.
 * @returns Whether it may be out of date. Then all that became watched are marked: what is below a marked target can stay unmarked, what is
 * above one cannot.
 */
export function wake(first: ComputedTarget): boolean {
  const woken = [first];
  let open = false;
  first.flags |= WATCHED;
  // The list grows while it is walked: no recursion, however long the chain.
  for (let i = 0; i < woken.length; i++) {
    const target = woken[i] as ComputedTarget; // cast: in range
    if (target.checkedAt !== state.clock || target.flags & STALE) open = true;
    for (let link = target.deps; link !== undefined; link = link.nextDep) {
      const { source } = link;
      const head = source.subs;
      if (head !== undefined) {
        const last = head.prevSub as Link; // cast: the ring is closed
        last.nextSub = link;
        link.prevSub = last;
        head.prevSub = link;
        continue;
      }
      source.subs = link;
      link.prevSub = link;
      const { flags } = source;
      if (flags & HOOKED) state.hooked[state.hooked.length] = source as Hooked; // cast: the flag says so
      if (!(flags & COMPUTED)) continue;
      source.flags = flags | WATCHED;
      woken[woken.length] = source as ComputedTarget; // cast: the flag says so
    }
  }
  if (open) for (let i = 0; i < woken.length; i++) (woken[i] as ComputedTarget).flags |= CHECK; // cast: in range
  return open;
}

/** Enters the link of a watched target in its source's list. `track` does the same in its own way, as the end of the stack may come there. */
export function subscribe(link: Link): void {
  const { source } = link;
  const { flags, subs: head } = source;
  if (flags & COMPUTED && !(flags & WATCHED)) wake(source as ComputedTarget); // cast: the flag says so
  if (head === undefined) {
    source.subs = link;
    link.prevSub = link;
    if (flags & HOOKED) state.hooked[state.hooked.length] = source as Hooked; // cast: the flag says so
    return;
  }
  const last = head.prevSub as Link; // cast: the ring is closed
  last.nextSub = link;
  link.prevSub = last;
  head.prevSub = link;
}

/** Lets go of the links after `last`, or of all, and of what is then no longer watched, and so on down. Calls nothing, as above. */
export function dropAfter(target: Target, last: Link | undefined): void {
  let link = last === undefined ? target.deps : last.nextDep;
  if (last === undefined) target.deps = undefined;
  else last.nextDep = undefined;
  if (!(target.flags & WATCHED)) return;
  let asleep: ComputedTarget[] | undefined;
  for (let next = 0; ; next++) {
    for (; link !== undefined; link = link.nextDep) {
      const { source, nextSub } = link;
      const prevSub = link.prevSub as Link; // cast: it is in the list
      const head = source.subs as Link; // cast: as above
      if (head === link) source.subs = nextSub;
      else prevSub.nextSub = nextSub;
      if (nextSub !== undefined) nextSub.prevSub = prevSub;
      else if (head !== link) head.prevSub = prevSub;
      // A link that stays would hold its neighbours, and so what reads them.
      link.prevSub = undefined;
      link.nextSub = undefined;
      const { flags } = source;
      if (source.subs !== undefined || !(flags & (COMPUTED | HOOKED))) continue;
      if (flags & HOOKED) state.hooked[state.hooked.length] = source as Hooked; // cast: the flag says so
      if (!(flags & COMPUTED)) continue;
      const computed = source as ComputedTarget; // cast: the flag says so
      // What it knows stays good while the clock stands, unless it was in doubt, or is being computed this moment.
      computed.checkedAt = flags & (CHECK | RUNNING) ? -1 : state.clock;
      computed.flags = flags & ~(WATCHED | CHECK | DIRTY);
      if (asleep === undefined) asleep = [computed];
      else asleep[asleep.length] = computed;
    }
    // Their links stay, as what they know rests on them; they only leave the lists.
    if (asleep === undefined || next === asleep.length) return;
    link = (asleep[next] as ComputedTarget).deps; // cast: in range
  }
}
