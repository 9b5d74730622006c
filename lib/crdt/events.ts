/** Who hears of a transaction: each listener once, after it, in the order in which transactions happened. */
import type { Encoder, Range } from "./encode.ts";
import type { Container, DocModel } from "./model.ts";

type Listener<T> = (what: T, origin: unknown) => void;

/** How one container's changes are gathered and told. */
export interface Watch<T> {
  /** Begins, or ends, to gather. */
  gather(on: boolean): void;
  /** What the transaction changed, if anything; gathering starts afresh. */
  take(): T | undefined;
}

interface Watched {
  readonly watch: Watch<unknown>;
  readonly listeners: Set<Listener<unknown>>;
}

export class Events {
  private readonly doc: DocModel;
  private readonly encoder: Encoder;
  private readonly updates = new Set<Listener<Uint8Array>>();
  private readonly watched = new Map<Container, Watched>();
  private readonly queue: (() => void)[] = [];
  private delivering = false;

  constructor(doc: DocModel, encoder: Encoder) {
    this.doc = doc;
    this.encoder = encoder;
  }

  onUpdate(listener: Listener<Uint8Array>): () => void {
    return listen(this.updates, listener, () => undefined);
  }

  on<T>(container: Container, watch: Watch<T>, listener: Listener<T>): () => void {
    let watched = this.watched.get(container);
    if (watched === undefined) {
      watched = { watch, listeners: new Set() };
      this.watched.set(container, watched);
      watch.gather(true);
    }
    // cast: all listeners of one container are told what its own watch takes
    return listen(watched.listeners, listener as Listener<unknown>, () => {
      this.watched.delete(container);
      watch.gather(false);
    });
  }

  /** Ends a transaction and announces it; true when it changed anything. */
  finish(origin: unknown): boolean {
    const { touched } = this.doc;
    let changed = false;
    for (const [log, { next, gone }] of touched) if (log.next > next || log.gone > gone) changed = true;
    if (changed) {
      for (const { watch, listeners } of this.watched.values()) {
        const what = watch.take();
        if (what !== undefined) this.announce(listeners, what, origin);
      }
      if (this.updates.size > 0) this.announce(this.updates, this.encoder.update(this.ranges()), origin);
    }
    touched.clear();
    if (this.queue.length > 0) this.deliver();
    return changed;
  }

  private ranges(): Range[] {
    const ranges: Range[] = [];
    for (const [log, { next, gone, deleted }] of this.doc.touched) {
      if (log.next > next || log.gone > gone) ranges.push({ log, from: next, gone, deleted });
    }
    return ranges;
  }

  private announce<T>(listeners: ReadonlySet<Listener<T>>, what: T, origin: unknown): void {
    for (const listener of listeners) this.queue.push(() => listener(what, origin));
  }

  /** A listener that edits makes a transaction of its own, which waits here until all have heard of this one. */
  private deliver(): void {
    if (this.delivering) return;
    this.delivering = true;
    const errors: unknown[] = [];
    for (let call = this.queue.shift(); call !== undefined; call = this.queue.shift()) {
      try {
        call();
      } catch (error) {
        errors.push(error);
      }
    }
    this.delivering = false;
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, "Several listeners threw");
  }
}

function listen<T>(listeners: Set<Listener<T>>, listener: Listener<T>, whenEmpty: () => void): () => void {
  const own: Listener<T> = (what, origin) => listener(what, origin); // so that one function may listen twice
  listeners.add(own);
  return () => {
    if (listeners.delete(own) && listeners.size === 0) whenEmpty();
  };
}
