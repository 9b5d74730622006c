/** Who hears of a transaction: each listener once, after it, in the order in which transactions happened. */
import { demandFunction } from "./arguments.ts";
import type { Encoder, Range } from "./encoding/encode.ts";
import { NONE } from "./encoding/rows.ts";
import { createDeleted, type Intervals } from "./intervals.ts";
import type { Announcer, Container, DocModel, ReplicaLog, Watch } from "./model.ts";
import { createLog, type DeletedUnits, freshDeletions, untouch } from "./update/log.ts";

type Listener<T> = (what: T, origin: unknown) => void;

interface Watched {
  readonly watch: Watch<unknown> | undefined;
  /** Replaced when it changes, so that whoever is going through it is not disturbed. */
  listeners: readonly Listener<unknown>[];
}

export class Events implements Announcer {
  private readonly doc: DocModel;
  private readonly encoder: Encoder;
  private readonly updates: Watched = { watch: undefined, listeners: [] };
  private readonly watched = new Map<Container, Watched>();
  private queue: Announcement[] = [];
  isDelivering = false;
  isMuted = false;
  private errors: unknown[] | undefined;
  /** The range of a transaction in one log, made once: a keystroke's update allocates nothing but what it hands out. */
  private readonly range: Writable<Range>;
  private readonly oneRange: readonly Range[];
  private readonly bounds: Intervals;
  private readonly oneDeletion: readonly [Writable<DeletedUnits[number]>];

  constructor(doc: DocModel, encoder: Encoder) {
    this.doc = doc;
    this.encoder = encoder;
    const log = createLog(0);
    this.range = { log, from: 0, gone: 0, deletions: NONE };
    this.oneRange = [this.range];
    const deleted = createDeleted();
    this.bounds = deleted.all() as Intervals; // cast: what a short list is kept in
    this.oneDeletion = [[log, deleted]];
  }

  onUpdate(listener: Listener<Uint8Array>): () => void {
    demandFunction(listener);
    return listen(this.updates, listener as Listener<unknown>); // cast: they are told bytes only
  }

  on<T>(container: Container, watch: Watch<T>, listener: Listener<T>): () => void {
    demandFunction(listener);
    const watched = this.watched.get(container) ?? { watch, listeners: [] };
    if (watched.listeners.length === 0) {
      this.watched.set(container, watched);
      watch.gather(true);
    }
    // cast: all listeners of one container are told what its own watch takes
    return listen(watched, listener as Listener<unknown>, () => {
      this.watched.delete(container);
      watched.watch?.gather(false);
    });
  }

  /**
   * Ends a transaction and announces it; true when it changed anything. `whole`: an update of exactly what is new, which need not be written anew: whoever joins waits for that
   * (bench: `sync`, join, a third of what a client takes).
   */
  finish(origin: unknown, whole?: Uint8Array): boolean {
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
    }
    const isTold = changed && !this.isMuted && this.updates.listeners.length > 0;
    const what = isTold ? (whole?.slice() ?? this.encoder.update(this.ranges())) : undefined;
    for (let i = 0; i < touchedCount; i++) untouch(touched[i] as ReplicaLog); // cast: within the list
    doc.touchedCount = 0;
    if (what !== undefined || this.queue.length > 0) this.deliver(what, origin);
    return changed;
  }

  /** A listener that edits makes a transaction of its own, which waits here until all have heard of this one. */
  deliver(update?: Uint8Array, origin?: unknown): void {
    if (this.isDelivering || this.queue.length > 0) {
      if (update !== undefined) this.queue.push({ watched: this.updates, what: update, origin });
      if (this.isDelivering) return;
    }
    this.isDelivering = true;
    if (update !== undefined && this.queue.length === 0) this.tell(this.updates, update, origin);
    while (this.queue.length > 0) {
      const { queue } = this;
      this.queue = [];
      for (const { watched, what, origin } of queue) this.tell(watched, what, origin);
    }
    this.isDelivering = false;
    const { errors } = this;
    if (errors === undefined) return;
    this.errors = undefined;
    if (errors.length === 1) throw errors[0];
    throw new AggregateError(errors, "Several listeners threw");
  }

  private ranges(): readonly Range[] {
    const { touched, touchedCount } = this.doc;
    const only = touched[0] as ReplicaLog; // cast: something has changed
    if (touchedCount === 1 && only.freshCount < 2) {
      const { range, bounds, oneDeletion } = this;
      range.log = only;
      range.from = only.nextBefore;
      range.gone = only.goneBefore;
      if (only.freshCount === 0) range.deletions = NONE;
      else {
        oneDeletion[0][0] = only.freshTargets[0] as ReplicaLog; // casts: there is one
        bounds[0] = only.freshBounds[0] as number;
        bounds[1] = only.freshBounds[1] as number;
        range.deletions = oneDeletion;
      }
      return this.oneRange;
    }
    const ranges: Range[] = [];
    for (let i = 0; i < touchedCount; i++) {
      const log = touched[i] as ReplicaLog; // cast: within the list
      if (isChanged(log)) {
        const deletions = log.freshCount > 0 ? freshDeletions(log) : NONE;
        ranges.push({ log, from: log.nextBefore, gone: log.goneBefore, deletions });
      }
    }
    return ranges.length > 1 ? ranges.sort((a, b) => a.log.id - b.log.id) : ranges;
  }

  private tell({ listeners }: Watched, what: unknown, origin: unknown): void {
    for (const listener of listeners) {
      try {
        listener(what, origin);
      } catch (error) {
        this.errors ??= [];
        this.errors.push(error);
      }
    }
  }
}

interface Announcement {
  readonly watched: Watched;
  readonly what: unknown;
  readonly origin: unknown;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

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
