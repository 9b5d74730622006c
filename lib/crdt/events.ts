/** Who hears of a transaction: each listener once, after it, in the order in which transactions happened. */
import type { Encoder, Range } from "./encode.ts";
import { untouch } from "./log.ts";
import type { Container, DocModel, ReplicaLog, Watch } from "./model.ts";

type Listener<T> = (what: T, origin: unknown) => void;

interface Watched {
  readonly watch: Watch<unknown>;
  readonly listeners: Set<Listener<unknown>>;
}

export class Events {
  private readonly doc: DocModel;
  private readonly encoder: Encoder;
  private readonly updates = new Set<Listener<Uint8Array>>();
  private readonly watched = new Map<Container, Watched>();
  private queue: Announcement[] = [];
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
    for (let i = 0; i < this.doc.touchedCount; i++) if (isChanged(touched[i] as ReplicaLog)) changed = true; // cast: within the list
    if (changed) this.doc.hooks.finished?.(origin, touched, this.doc.touchedCount);
    if (changed && this.updates.size + this.watched.size > 0) {
      for (const { watch, listeners } of this.watched.values()) {
        const what = watch.take();
        if (what !== undefined) this.announce(listeners, what, origin);
      }
      if (this.updates.size > 0) this.announce(this.updates, this.encoder.update(this.ranges()), origin);
    }
    for (let i = 0; i < this.doc.touchedCount; i++) untouch(touched[i] as ReplicaLog); // cast: within the list
    this.doc.touchedCount = 0;
    if (this.queue.length > 0) this.deliver();
    return changed;
  }

  private ranges(): Range[] {
    const { touched, touchedCount } = this.doc;
    const ranges: Range[] = [];
    for (let i = 0; i < touchedCount; i++) {
      const log = touched[i] as ReplicaLog; // cast: within the list
      if (isChanged(log))
        ranges.push({ log, from: log.nextBefore, gone: log.goneBefore, deleted: log.newlyDeleted ?? NOTHING });
    }
    return ranges;
  }

  private announce<T>(listeners: ReadonlySet<Listener<T>>, what: T, origin: unknown): void {
    // cast: what is told fits the listeners it is told to
    this.queue.push({ listeners: listeners as ReadonlySet<Listener<unknown>>, what, origin });
  }

  /** A listener that edits makes a transaction of its own, which waits here until all have heard of this one. */
  private deliver(): void {
    if (this.delivering) return;
    this.delivering = true;
    let errors: unknown[] | undefined;
    while (this.queue.length > 0) {
      const { queue } = this;
      this.queue = [];
      for (const { listeners, what, origin } of queue) {
        for (const listener of listeners.size > 1 ? [...listeners] : listeners) {
          try {
            listener(what, origin);
          } catch (error) {
            errors ??= [];
            errors.push(error);
          }
        }
      }
    }
    this.delivering = false;
    if (errors === undefined) return;
    if (errors.length === 1) throw errors[0];
    throw new AggregateError(errors, "Several listeners threw");
  }
}

interface Announcement {
  readonly listeners: ReadonlySet<Listener<unknown>>;
  readonly what: unknown;
  readonly origin: unknown;
}

const NOTHING: Range["deleted"] = new Map();

function isChanged(log: ReplicaLog): boolean {
  return log.next > log.nextBefore || log.gone > log.goneBefore;
}

function listen<T>(listeners: Set<Listener<T>>, listener: Listener<T>, whenEmpty: () => void): () => void {
  const own: Listener<T> = (what, origin) => listener(what, origin); // so that one function may listen twice
  listeners.add(own);
  return () => {
    if (listeners.delete(own) && listeners.size === 0) whenEmpty();
  };
}
