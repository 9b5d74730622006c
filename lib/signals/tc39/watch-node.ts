import { track } from "../graph.ts";
import { CHECK, COMPUTED, DIRTY, dropAfter, EFFECT, type Link, QUEUED, type Source, STALE, WATCHED } from "../links.ts";
import { type Queued, state } from "../state.ts";
import { wrapperOf } from "./nodes.ts";

/**
 * What a Watcher has in the graph for each signal it watches: an effect without a function. It makes its source watched without computing it,
 * and is queued like an effect. It never compares or runs, so it is clean again as soon as it has told of a change; then a push that finds its
 * source marked already ends there, which is the proposal's rule: a Computed tells of a second change only after it was read again.
 */
export class WatchNode implements Queued {
  flags: number = EFFECT | WATCHED;
  deps: Link | undefined = undefined;
  readonly runId: number = ++state.runs;
  readonly name = "watcher";
  private readonly source: Source;
  private readonly tell: () => void;

  constructor(source: Source, tell: () => void) {
    this.source = source;
    this.tell = tell;
    const { tail } = state;
    state.tail = undefined;
    track(source, this); // queues it when the source is in doubt, which is no news
    state.tail = tail;
    this.flags &= ~(CHECK | DIRTY | QUEUED);
  }

  process(errors: unknown[]): void {
    const { deps: link, source } = this;
    this.flags &= ~(CHECK | DIRTY | QUEUED);
    if (link === undefined) return; // let go while it waited
    const restored = source.version === link.version && !(source.flags & COMPUTED);
    link.version = source.version;
    if (restored) return; // it has its old value again
    state.effect = this;
    try {
      this.tell();
    } catch (error) {
      errors.push(error);
    }
  }

  release(): void {
    dropAfter(this, undefined);
  }

  /** Whether what it watches may be out of date, or was never computed. */
  isPending(): boolean {
    return (this.source.flags & (STALE | CHECK | DIRTY)) !== 0;
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
