/** Who hears of a transaction: each listener once, after it, in the order in which transactions happened. */
import type { Encoder, Range } from "./encode.ts";
import { freshDeletions, untouch } from "./log.ts";
import type { Container, DocModel, ReplicaLog, Watch } from "./model.ts";

type Listener<T> = (what: T, origin: unknown) => void;

interface Watched {
  readonly watch: Watch<unknown> | undefined;
  /** Replaced when it changes, so that whoever is going through it is not disturbed. */
  listeners: readonly Listener<unknown>[];
}

export class Events {
  private readonly doc: DocModel;
  private readonly encoder: Encoder;
  private readonly updates: Watched = { watch: undefined, listeners: [] };
  private readonly watched = new Map<Container, Watched>();
  private queue: Announcement[] = [];
  private delivering = false;

  constructor(doc: DocModel, encoder: Encoder) {
    this.doc = doc;
    this.encoder = encoder;
  }

  onUpdate(listener: Listener<Uint8Array>): () => void {
    return listen(this.updates, listener as Listener<unknown>); // cast: they are told bytes only
  }

  on<T>(container: Container, watch: Watch<T>, listener: Listener<T>): () => void {
    const watched = this.watched.get(container) ?? { watch, listeners: [] };
    if (watched.listeners.length === 0) {
      this.watched.set(container, watched);
      watch.gather(true);
    }
    // cast: all listeners of one container are told what its own watch takes
    return listen(watched, listener as Listener<unknown>, () => {
      this.watched.delete(container);
      watch.gather(false);
    });
  }

  /** Ends a transaction and announces it; true when it changed anything. */
  finish(origin: unknown): boolean {
    const { doc } = this;
    const { touched, touchedCount } = doc;
    let changed = false;
    for (let i = 0; i < touchedCount; i++) if (isChanged(touched[i] as ReplicaLog)) changed = true; // cast: within the list
    if (changed) {
      doc.hooks.finished?.(origin, touched, touchedCount);
      if (this.watched.size > 0) {
        for (const watched of this.watched.values()) {
          const what = watched.watch?.take();
          if (what !== undefined) this.queue.push({ watched, what, origin });
        }
      }
      if (this.updates.listeners.length > 0)
        this.queue.push({ watched: this.updates, what: this.encoder.update(this.ranges()), origin });
    }
    for (let i = 0; i < touchedCount; i++) untouch(touched[i] as ReplicaLog); // cast: within the list
    doc.touchedCount = 0;
    if (this.queue.length > 0 && !this.delivering) this.deliver();
    return changed;
  }

  private ranges(): Range[] {
    const { touched, touchedCount } = this.doc;
    const ranges: Range[] = [];
    for (let i = 0; i < touchedCount; i++) {
      const log = touched[i] as ReplicaLog; // cast: within the list
      if (isChanged(log)) {
        const { targets, sets } = log.freshCount > 0 ? freshDeletions(log) : NONE;
        ranges.push({ log, from: log.nextBefore, gone: log.goneBefore, targets, sets });
      }
    }
    return ranges.length > 1 ? ranges.sort((a, b) => a.log.id - b.log.id) : ranges;
  }

  /** A listener that edits makes a transaction of its own, which waits here until all have heard of this one. */
  private deliver(): void {
    this.delivering = true;
    let errors: unknown[] | undefined;
    while (this.queue.length > 0) {
      const { queue } = this;
      this.queue = [];
      for (const { watched, what, origin } of queue) {
        for (const listener of watched.listeners) {
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
  readonly watched: Watched;
  readonly what: unknown;
  readonly origin: unknown;
}

const NONE: Pick<Range, "targets" | "sets"> = { targets: [], sets: [] };

function isChanged(log: ReplicaLog): boolean {
  return log.next > log.nextBefore || log.gone > log.goneBefore;
}

function listen(watched: Watched, listener: Listener<unknown>, whenEmpty?: () => void): () => void {
  const own: Listener<unknown> = (what, origin) => listener(what, origin); // so that one function may listen twice
  watched.listeners = [...watched.listeners, own];
  return () => {
    if (!watched.listeners.includes(own)) return;
    watched.listeners = watched.listeners.filter((other) => other !== own);
    if (watched.listeners.length === 0) whenEmpty?.();
  };
}
