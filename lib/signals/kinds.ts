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
/** A signal written while effects are held back, and not read since: that write may be taken back. */
export const WRITTEN: number = 1 << 11;
/** An unwatched computed has read it. */
export const COLD: number = 1 << 12;
/** Something wants to hear when it becomes watched, and when it ceases to be. */
export const HOOKED: number = 1 << 13;
/** An effect that ran out of stack and runs again in each flush, until it has what it needs. */
export const RETRIED: number = 1 << 14;
/** That it is watched was told last. */
export const HOOK_ON: number = 1 << 15;
/** In this run it has read what ran out of stack, and so may have come to less than it would elsewhere. */
export const SHORT: number = 1 << 16;
/** Above all flags an effect counts the runs of one flush, but for the first. */
export const RUN: number = 1 << 17;

/** What can be read: a signal, or a computed. */
export interface Source {
  readonly name: string;
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
  readonly name: string;
  flags: number;
  /** Its links, in reading order. */
  deps: Link | undefined;
  /** Number of the run it is in, or was last in; unique among all targets. */
  runId: number;
  /** While it runs, the last link the run has confirmed; those behind it are from the run before. */
  tail: Link | undefined;
  /** While its function is on the stack, whoever runs below it. */
  up: Target | undefined;
}

/** A computed as the kernel sees it. */
export interface ComputedTarget extends Source, Target {
  readonly f: () => unknown;
  /** While unwatched, it is known to be current as long as the cold clock shows this. */
  checkedAt: number;
  /** Takes what the function returned, and raises the version when that differs from what it has. */
  take(outcome: unknown): void;
  /** Takes what the function threw, or `take`. Returns whether each read must meet that anew. */
  fail(error: unknown): boolean;
}

/** One target having read one source. It stands in the source's subscriber list if and only if the target is watched. */
export class Link {
  declare readonly source: Source;
  declare readonly target: Target;
  /** The source's version when it was read. */
  declare version: number;
  declare nextDep: Link | undefined;
  declare prevSub: Link | undefined;
  declare nextSub: Link | undefined;

  constructor(source: Source, target: Target, nextDep: Link | undefined) {
    this.source = source;
    this.target = target;
    this.version = source.version;
    this.nextDep = nextDep;
    this.prevSub = undefined;
    this.nextSub = undefined;
  }
}

/** A source with something to be done about it once the effects have run: it is WRITTEN or HOOKED. */
export interface Late extends Source {
  /** With WRITTEN, the value it may yet be given back. */
  before?: unknown;
}

/** An effect as the queue sees it. */
export interface Queued extends Target {
  /** Runs it, or hands it to its scheduler. What nobody handles goes to `state.errors`. */
  process(): void;
}

/**
 * A node of the ownership tree: a scope, or an effect, which owns what was created while it ran. Ending one ends everything below it.
 */
export interface Owned {
  readonly name: string;
  flags: number;
  parent: Owned | undefined;
  lastChild: Owned | undefined;
  prevSibling: Owned | undefined;
  nextSibling: Owned | undefined;
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Lets go of sources and runs cleanups; what those throw and nobody handles goes to `state.errors`. */
  end(): void;
}

/** Runs the function of a computed or an effect, and gives or throws what comes of it. Must not read or write signals itself. */
export type Probe = (node: Target, f: () => unknown) => unknown;

/** What all of this folder shares: see state.ts. */
export interface State {
  /** Whose reads are noted. */
  observer: Target | undefined;
  /** While nobody's reads are noted, whose would be. */
  paused: Target | undefined;
  /** The scope or effect that owns what is created now. */
  owner: Owned | undefined;
  /** Above 0, effects are held back. */
  depth: number;
  /** Moves with every change of any signal. */
  clock: number;
  /**
   * Moves with each change that an unwatched computed may have to hear of: of what is COLD. So a write that only effects can see, or nobody, has none
   * of the others look at its sources (bench: signals, unwatched read after another signal's write).
   */
  coldClock: number;
  /** Number of runs so far, of all computeds and effects. */
  runs: number;
  /** Effects that may have to run; those from `queued` on are left over. */
  readonly queue: (Queued | undefined)[];
  queued: number;
  /** What has something to do after the effects: signals that were written, and what wants to hear that it is watched, or no longer is. */
  readonly late: (Late | undefined)[];
  lates: number;
  /** What went wrong in what the outermost call has set off, until that call throws it. */
  readonly errors: unknown[];
  /** The effect that a flush is at. */
  effect: Queued | undefined;
  /** Runs from this number on are of this flush, or later. */
  firstRun: number;
  /** Branches of a push are followed to their end, one by one: set with the first Watcher, as the proposal has them told in that order. */
  depthFirst: boolean;
  /** Calls the hooks of a source: set with the first of them. */
  tell: ((source: Source) => void) | undefined;
  probe: Probe | undefined;
  /**
   * Holds one object of each class, for ever: an engine forgets the shape of a class, and the code it made for it, when a collection finds no object
   * left. 10x faster after one (bench: signals, createComputations).
   */
  readonly kept: object[];
}
