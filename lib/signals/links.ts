import {
  CHECK,
  COLD,
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
  type Target,
  WATCHED,
  WRITTEN,
} from "./kinds.ts";
import { state } from "./state.ts";

/** Chains of links to be entered, or taken out if they stand in the lists: those of computeds that became watched, or ceased to be. */
const chains: (Link | undefined)[] = [];
/** How many there are. Any are left only by a `tidy` that met the end of the stack; they are seen to before anything else happens here. */
let left = 0;

/**
 * Notes that the observer read `source` at its present version. Where a call may meet the end of the stack, nothing is half done.
 */
export function track(source: Source, observer: Target): void {
  const last = observer.tail;
  let link = last === undefined ? observer.deps : last.nextDep;
  if (link !== undefined && link.source === source) link.version = source.version;
  else {
    link = new Link(source, observer, link);
    if (observer.flags & WATCHED) enter(link);
    else {
      if (source.flags & CHECK) state.coldClock++; // it wrote to a signal in its run, and may not be the last to change
      source.flags |= COLD;
    }
    if (last === undefined) observer.deps = link;
    else last.nextDep = link;
    if (left > 0) tidy();
  }
  observer.tail = link; // here and not in `state`: a collector takes note of an old object that is given a new one (bench: signals, create)
  source.readIn = observer.runId;
}

/**
 * Enters the link of a watched target in its source's list. A computed that becomes watched by it is marked when it may be out of date, as
 * nobody has told it; its own links follow with `tidy`. Calls nothing, not even `Array.push`: the end of the stack cannot come half-way.
 */
export function enter(link: Link): void {
  const { source } = link;
  const head = source.subs;
  if (head !== undefined) {
    const last = head.prevSub as Link; // cast: the ring is closed
    last.nextSub = link;
    link.prevSub = last;
    head.prevSub = link;
    return;
  }
  source.subs = link;
  link.prevSub = link;
  const { flags } = source;
  if (flags & HOOKED) state.late[state.lates++] = source;
  if (!(flags & COMPUTED)) return;
  const computed = source as ComputedTarget; // cast: the flag says so
  computed.flags = flags | (computed.checkedAt === state.coldClock ? WATCHED : WATCHED | CHECK);
  chains[left++] = computed.deps;
}

/** Takes a link out of its source's list. A computed that nobody watches any more follows with `tidy`. Calls nothing, as above. */
function leave(link: Link): void {
  const { source, nextSub } = link;
  const prevSub = link.prevSub as Link; // cast: it is in the list
  const head = source.subs as Link; // cast: as above
  if (head === link) source.subs = nextSub;
  else prevSub.nextSub = nextSub;
  if (nextSub !== undefined) nextSub.prevSub = prevSub;
  else if (head !== link) head.prevSub = prevSub;
  if (link.target.flags & COMPUTED) source.flags |= COLD; // it may live on, unwatched
  // A link that stays would hold its neighbours, and so what reads them.
  link.prevSub = undefined;
  link.nextSub = undefined;
  if (source.subs !== undefined) return;
  const { flags } = source;
  if (flags & HOOKED) state.late[state.lates++] = source;
  if (!(flags & COMPUTED)) return;
  const computed = source as ComputedTarget; // cast: the flag says so
  // What it knows stays good while the cold clock stands, unless it was in doubt, or is being computed this moment.
  computed.checkedAt = flags & (CHECK | RUNNING) ? -1 : state.coldClock;
  computed.flags = flags & ~(WATCHED | CHECK | DIRTY);
  // Its links stay, as what it knows rests on them; they only leave the lists.
  chains[left++] = computed.deps;
}

/** Enters or takes out all links that wait, and what follows from that. No recursion, however long the chain. */
export function tidy(): void {
  let link: Link | undefined;
  try {
    while (left > 0) {
      link = chains[--left];
      chains[left] = undefined; // or it would be held
      for (; link !== undefined; link = link.nextDep) {
        if (link.prevSub === undefined) enter(link);
        else leave(link);
      }
    }
  } catch (error) {
    // The end of the stack; also between two rounds, where an engine that was interrupted looks at the stack.
    chains[left++] = link;
    throw error;
  }
}

/** Lets go of the links after `last`, or of all, and of what is then no longer watched, and so on down. */
export function dropAfter(target: Target, last: Link | undefined): void {
  if (left > 0) tidy();
  const rest = last === undefined ? target.deps : last.nextDep;
  if (last === undefined) target.deps = undefined;
  else last.nextDep = undefined;
  if (rest === undefined || !(target.flags & WATCHED)) return;
  chains[left++] = rest;
  tidy();
}

/** A signal has again the value it had before its last change, and nobody has read it in between. */
export function restored(source: Late): void {
  source.flags &= ~WRITTEN;
  source.before = undefined;
  source.version--; // no link has seen the version taken back
  for (let link = source.subs; link !== undefined; link = link.nextSub) link.target.flags &= ~DIRTY; // let it compare
}

/** Branches of a push still to be followed. Between two calls, only those are defined that are told of below. */
const branches: (Link | undefined)[] = [];
/** From where to where stands what a push has left behind, interrupted like `tidy`. The next goes on. */
let resumed = 0;
let interrupted = 0;

/**
 * Marks everything watched from `first` on. Branches still to walk wait in a list, not on the stack, and the one that waits longest comes first: layer
 * by layer, as graphs are built and so lie in memory, and effects find settled what lies below the layer they read (bench: signals, cellx, 0.74 to 0.92
 * of the time of going down each branch to its end). What only one reads does not wait, which would cost more than it gains (bench: signals, diamond).
 * With Watchers about, each branch is followed to its end, which the proposal asks for. While nothing is wrong it calls nothing, not even `Array.push`:
 * the end of the stack cannot come half-way.
 * @param written - The signal that has a new value, if that is why; `first` is then its first link.
 */
export function push(first: Link | undefined, written: Source | undefined): void {
  if (left > 0) tidy();
  if (written !== undefined) {
    written.version++;
    state.clock++;
    if (written.flags & COLD) state.coldClock++;
  }
  let link = first;
  let from = resumed;
  let to = interrupted;
  let next: Link | undefined; // the branch to be followed next, here and not on the list: most wait alone
  let rest: Link | undefined; // where to go on behind a chain of computeds with one reader each, which need not wait
  resumed = interrupted = 0;
  if (from < to) next = branches[from++];
  try {
    for (;;) {
      if (link === undefined) {
        if (rest !== undefined) {
          link = rest;
          rest = undefined;
          if (state.depthFirst && from < to) {
            rest = branches[--to];
            branches[to] = undefined; // or it would be held
          }
        } else {
          if (next === undefined) break;
          link = next;
          next = undefined;
          if (from < to) {
            next = branches[from];
            branches[from++] = undefined; // or it would be held
          }
        }
      }
      const { target, source }: Link = link;
      const { flags } = target;
      link = link.nextSub;
      let marked = flags & CHECK; // and so all above it is
      if (flags & RUNNING) {
        // One that has not read this source in this run will see the new value by itself.
        if (source.readIn < target.runId) marked = CHECK;
        else target.flags = flags | CHECK;
      } else target.flags = source === written ? flags | CHECK | DIRTY : flags | CHECK;
      if (marked !== 0) continue;
      if (flags & EFFECT) {
        target.flags |= QUEUED;
        state.queue[state.queued++] = target as Queued; // cast: EFFECT is set by EffectNode alone
      } else {
        if (flags & COLD) state.coldClock++;
        const { subs } = target as ComputedTarget; // cast: not an effect
        if (subs !== undefined) {
          if (subs.nextSub === undefined || state.depthFirst) {
            if (link !== undefined) {
              if (rest !== undefined) branches[to++] = rest;
              rest = link;
            }
            link = subs;
          } else if (next === undefined) next = subs;
          else branches[to++] = subs;
        }
      }
    }
  } catch (error) {
    if (next !== undefined) branches[to++] = next;
    if (rest !== undefined) branches[to++] = rest;
    if (link !== undefined) branches[to++] = link;
    resumed = from;
    interrupted = to;
    throw error;
  }
}
