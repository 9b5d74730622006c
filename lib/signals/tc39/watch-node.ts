import type { Queued } from "../kinds.ts";
import {
  CHECK,
  COMPUTED,
  DIRTY,
  dropAfter,
  EFFECT,
  enter,
  Link,
  QUEUED,
  type Source,
  STALE,
  state,
  tidy,
  WATCHED,
} from "../seam.ts";
import { wrapperOf } from "./nodes.ts";

/**
 * What a Watcher has in the graph for each signal it watches: an effect without a function. It makes its source watched without computing it,
 * and is queued like an effect. It never compares or runs, so it is clean again as soon as it has told of a change; then a push that finds its
 * source marked already ends there, which is the proposal's rule: a Computed tells of a second change only after it was read again.
 */
export class WatchNode implements Queued {
  flags: number = EFFECT | WATCHED;
  deps: Link | undefined;
  readonly runId = 0;
  tail = undefined;
  up = undefined;
  readonly name = "watcher";
  private readonly link: Link;
  private readonly tell: () => void;

  constructor(source: Source, tell: () => void) {
    this.tell = tell;
    this.link = new Link(source, this, undefined);
    this.deps = this.link;
    state.depthFirst = true;
    enter(this.link);
    tidy();
  }

  process(): void {
    const { source, version } = this.link;
    this.flags &= ~(CHECK | DIRTY | QUEUED);
    if (this.deps === undefined) return; // let go while it waited
    this.link.version = source.version;
    if (source.version === version && !(source.flags & COMPUTED)) return; // written and restored
    state.effect = this;
    try {
      this.tell();
    } catch (error) {
      state.errors.push(error);
    }
  }

  release(): void {
    dropAfter(this, undefined);
  }

  /** Whether what it watches may be out of date, or was never computed. */
  isPending(): boolean {
    return (this.link.source.flags & (STALE | CHECK | DIRTY)) !== 0;
  }
}

/**
 * A Computed has written what it has read: the proposal takes it for up to date, though computing it again might give something else. Whatever
 * else the graph computes is out of date then.
 */
export function forgive(source: Source): void {
  const { observer } = state;
  if (observer === undefined || source.readIn !== observer.runId || !wrapperOf.has(observer)) return;
  for (let link = observer.deps; link !== undefined; link = link.nextDep) {
    if (link.source === source) link.version = source.version;
  }
}
