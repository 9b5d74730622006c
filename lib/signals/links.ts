// Flags of a node. Constants, since they are tested several times for every read.
/** Must be computed, whatever its sources say: it never was, or it failed in a way that must not be kept. */
export const STALE: number = 1 << 0;
/** Watched, and a source may have changed. */
export const CHECK: number = 1 << 1;
/** An effect, or a computed that one depends on: its links stand in its sources' subscriber lists. */
export const WATCHED: number = 1 << 2;
/** Its function is on the stack. */
export const RUNNING: number = 1 << 3;
/** A walk is settling its sources. */
export const SETTLING: number = 1 << 4;
export const COMPUTED: number = 1 << 5;
export const EFFECT: number = 1 << 6;
/** An effect that has been stopped. */
export const ENDED: number = 1 << 7;
/** An effect that waits in the queue. */
export const QUEUED: number = 1 << 8;
/** A computed whose outcome is an error. */
export const FAILED: number = 1 << 9;
/** A signal written while effects are held back, and not read since. */
export const WRITTEN: number = 1 << 10;

/** What can be read: a signal, or a computed. */
export class Source {
  flags: number;
  /** Rises when the value changes. */
  version = 0;
  /** The run that read it last: a second read in one run needs no second link. */
  readIn = 0;
  subs: Link | undefined = undefined;
  subsTail: Link | undefined = undefined;

  constructor(flags: number) {
    this.flags = flags;
  }
}

/** What reads: a computed, or an effect. */
export class Target extends Source {
  /** Its links, in reading order. */
  deps: Link | undefined = undefined;
  /** The last link confirmed by this run; those after it are from the run before. */
  depsTail: Link | undefined = undefined;
  /** Number of the run it is in, or was last in; unique among all targets. */
  runId = 0;
  /** While unwatched, it is known to be current as long as the clock shows this. */
  checkedAt = -1;
}

/** One target having read one source. */
export class Link {
  readonly source: Source;
  readonly target: Target;
  /** The source's version when it was read. */
  version: number;
  /** The run that confirmed it last. */
  runId: number;
  nextDep: Link | undefined;
  /** Stands in the source's subscriber list. */
  live = false;
  prevSub: Link | undefined = undefined;
  nextSub: Link | undefined = undefined;

  constructor(source: Source, target: Target, nextDep: Link | undefined) {
    this.source = source;
    this.target = target;
    this.version = source.version;
    this.runId = target.runId;
    this.nextDep = nextDep;
  }
}

/**
 * Enters a link in its source's list, and when that makes a computed watched, its links too, and so on down.
 * @returns Whether a computed that became watched may be out of date. Then all that became so are marked: what is below a marked target
 * can stay unmarked, what is above one cannot.
 */
export function attach(first: Link, clock: number): boolean {
  const woken: Target[] = [];
  enlist(first, woken);
  let open = false;
  // The list grows while it is walked: no recursion, however long the chain.
  for (const target of woken) {
    if (target.checkedAt !== clock) open = true;
    for (let link = target.deps; link !== undefined; link = link.nextDep) enlist(link, woken);
  }
  if (open) for (const target of woken) target.flags |= CHECK;
  return open;
}

/** Lets go of the links after `last`, or of all, and of what is then no longer watched, and so on down. */
export function dropAfter(target: Target, last: Link | undefined, clock: number): void {
  const first = last === undefined ? target.deps : last.nextDep;
  if (first === undefined) return;
  if (last === undefined) target.deps = undefined;
  else last.nextDep = undefined;
  const asleep: Target[] = [];
  for (let link: Link | undefined = first; link !== undefined; link = link.nextDep) delist(link, asleep);
  for (const source of asleep) {
    // What it knows stays good while the clock stands, unless it was in doubt, or is being computed this moment.
    source.checkedAt = source.flags & (CHECK | RUNNING) ? -1 : clock;
    source.flags &= ~(WATCHED | CHECK);
    // Its links stay, as what it knows rests on them; they only leave the lists.
    for (let link = source.deps; link !== undefined; link = link.nextDep) delist(link, asleep);
  }
}

function enlist(link: Link, woken: Target[]): void {
  if (link.live) return;
  const { source } = link;
  link.live = true;
  link.prevSub = source.subsTail;
  if (source.subsTail === undefined) source.subs = link;
  else source.subsTail.nextSub = link;
  source.subsTail = link;
  if (source.flags & COMPUTED && !(source.flags & WATCHED)) {
    source.flags |= WATCHED;
    woken.push(source as Target); // cast: a computed is a target
  }
}

function delist(link: Link, asleep: Target[]): void {
  if (!link.live) return;
  const { source, prevSub, nextSub } = link;
  link.live = false;
  if (prevSub === undefined) source.subs = nextSub;
  else prevSub.nextSub = nextSub;
  if (nextSub === undefined) source.subsTail = prevSub;
  else nextSub.prevSub = prevSub;
  link.prevSub = undefined;
  link.nextSub = undefined;
  if (source.subs === undefined && source.flags & COMPUTED) asleep.push(source as Target); // cast: a computed is a target
}
