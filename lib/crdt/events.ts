/** Who hears of a transaction: each listener once, after it, in the order in which transactions happened. */

import type { WireValue } from "../wire/index.ts";
import { deltaOf } from "./delta.ts";
import type { Encoder, Range } from "./encode.ts";
import type { DocModel, MapModel, TextModel } from "./model.ts";
import type { MapChanges, TextDelta } from "./types.ts";

type Listener<T> = (what: T, origin: unknown) => void;

export interface Events {
  onUpdate(listener: Listener<Uint8Array>): () => void;
  onText(text: TextModel, listener: Listener<TextDelta>): () => void;
  onMap(map: MapModel, listener: Listener<MapChanges>): () => void;
  /** Ends a transaction and announces it; true when it changed anything. */
  finish(origin: unknown): boolean;
}

export function createEvents(doc: DocModel, encoder: Encoder): Events {
  return new EventQueue(doc, encoder);
}

class EventQueue implements Events {
  private readonly doc: DocModel;
  private readonly encoder: Encoder;
  private readonly updates = new Set<Listener<Uint8Array>>();
  private readonly texts = new Map<TextModel, Set<Listener<TextDelta>>>();
  private readonly maps = new Map<MapModel, Set<Listener<MapChanges>>>();
  private readonly queue: (() => void)[] = [];
  private delivering = false;

  constructor(doc: DocModel, encoder: Encoder) {
    this.doc = doc;
    this.encoder = encoder;
  }

  onUpdate(listener: Listener<Uint8Array>): () => void {
    return listen(this.updates, listener, () => undefined);
  }

  onText(text: TextModel, listener: Listener<TextDelta>): () => void {
    const listeners = this.texts.get(text) ?? new Set();
    this.texts.set(text, listeners);
    text.changes ??= [];
    return listen(listeners, listener, () => {
      this.texts.delete(text);
      text.changes = null;
    });
  }

  onMap(map: MapModel, listener: Listener<MapChanges>): () => void {
    const listeners = this.maps.get(map) ?? new Set();
    this.maps.set(map, listeners);
    map.changes ??= new Map();
    return listen(listeners, listener, () => {
      this.maps.delete(map);
      map.changes = null;
    });
  }

  finish(origin: unknown): boolean {
    const { touched } = this.doc;
    const ranges: Range[] = [];
    touched.forEach((from, log) => {
      if (log.next > from) ranges.push({ log, from });
    });
    if (ranges.length > 0) {
      for (const [text, listeners] of this.texts) this.announceText(text, listeners, origin);
      for (const [map, listeners] of this.maps) this.announceMap(map, listeners, origin);
      if (this.updates.size > 0) this.announce(this.updates, this.encoder.encode(ranges), origin);
    }
    touched.clear();
    this.deliver();
    return ranges.length > 0;
  }

  private announceText(text: TextModel, listeners: ReadonlySet<Listener<TextDelta>>, origin: unknown): void {
    const { changes } = text;
    if (changes === null || changes.length === 0) return;
    const delta = deltaOf(changes, ({ log, counter }) => (this.doc.touched.get(log) ?? log.next) - counter);
    text.changes = [];
    if (delta.length > 0) this.announce(listeners, delta, origin);
  }

  private announceMap(map: MapModel, listeners: ReadonlySet<Listener<MapChanges>>, origin: unknown): void {
    const { changes } = map;
    if (changes === null || changes.size === 0) return;
    map.changes = new Map();
    const told = new Map<string, { before: WireValue | undefined; after: WireValue | undefined }>();
    for (const [key, before] of changes) told.set(key, { before, after: map.registers.get(key)?.value });
    this.announce(listeners, told, origin);
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
