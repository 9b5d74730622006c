import type { RequestContext } from "../core/index.ts";
import { labelOf } from "./elements.ts";
import { createEntry, type Entry, type EntryState, sizeOf, titleOf } from "./entry.ts";
import type { DevSettings, Finding } from "./types.ts";

/** Collects what happens to requests; knows of no page. */
export interface Timeline {
  readonly entries: readonly Entry[];
  /** All is collected: a listener may have cancelled it. */
  collected(ctx: RequestContext, isCancelled: boolean): void;
  /** About to leave: a listener may have cancelled it. */
  leaving(ctx: RequestContext, isCancelled: boolean): void;
  sent(ctx: RequestContext): void;
  answered(ctx: RequestContext, response: Response): void;
  /** Its text is there. May come several times for one request. */
  swapping(ctx: RequestContext, isCancelled?: boolean): void;
  planned(ctx: RequestContext, parts: number, style: string, pauseMs: number | undefined): void;
  swapped(ctx: RequestContext): void;
  failed(ctx: Partial<RequestContext> & Pick<RequestContext, "source">, reason: string): void;
  /** Nothing was made of an event, as another request of the same place runs. */
  heldBack(source: Element, title: string, event: Event, isWaiting: boolean): void;
  found(finding: Finding): void;
  isRunning(source: Element): boolean;
  clear(): void;
}

interface Track {
  readonly entry: Entry;
  readonly source: Element;
  mark: number;
  isOver: boolean;
  /** Not measured: a delay or transition that was asked for. */
  pauseMs: number | undefined;
}

/**
 * Keeps the last entries of what happens.
 * @remarks What a request was replaced by, and whether its reply came too late, follows from the order of the calls alone.
 */
export function createTimeline(settings: DevSettings, clock: () => number, onChange: () => void): Timeline {
  const entries: Entry[] = [];
  const tracks = new WeakMap<object, Track>();
  const running = new Set<RequestContext>();
  const waiting = new Map<Event, Entry>();
  const newest = new Map<string | Element, number>();
  let count = 0;
  let leaving: Track | undefined; // in this very call: whoever is ended now is ended for it

  const add = (kind: Entry["kind"], title: string, el: Element, state: EntryState): Entry => {
    const entry = createEntry({ number: ++count, kind, atMs: clock(), title, state }, el);
    entries.push(entry);
    if (entries.length > settings.maxEntries) entries.splice(0, entries.length - settings.maxEntries);
    onChange();
    return entry;
  };
  /** Milliseconds since the last mark of the request, which is now. */
  const lap = (track: Track): number => {
    const now = clock();
    const ms = now - track.mark;
    track.mark = now;
    return ms;
  };
  const aim = (entry: Entry, ctx: RequestContext): void => {
    if (!ctx.target) return;
    entry.target = labelOf(ctx.target);
    entry.targetElement = new WeakRef(ctx.target);
    entry.style = ctx.swap;
  };

  /** Whether a newer reply has replaced the target already; the client's own rule. */
  const isLate = (ctx: RequestContext, style: string): boolean => {
    if (!/^[iodt]/.test(style)) return false;
    const key = keyOf(ctx.target);
    const isOld = (newest.get(key) ?? 0) > ctx.order;
    if (!isOld) newest.set(key, ctx.order);
    return isOld;
  };

  const watchEnd = (ctx: RequestContext, track: Track): void => {
    const { entry } = track;
    let isEnding = false; // the client ends a request that is over, and calls what waits for its end right then
    ctx.controller.signal.addEventListener("abort", () => {
      isEnding = true;
      queueMicrotask(() => {
        isEnding = false;
      });
      if (leaving !== undefined && leaving !== track) entry.note = `replaced by #${leaving.entry.number}`;
    });
    ctx.ends.push(() => {
      running.delete(ctx);
      if (running.size === 0) newest.clear();
      track.isOver = true;
      if (entry.state === "running") entry.state = isEnding ? "not swapped" : entry.note ? "replaced" : "ended";
      onChange();
    });
  };

  const measure = (ctx: object, f: (track: Track) => void): void => {
    const track = tracks.get(ctx);
    if (!track || track.isOver) return;
    f(track);
    onChange();
  };

  return {
    entries,
    collected(ctx, isCancelled) {
      const before = ctx.event && waiting.get(ctx.event);
      if (before) {
        waiting.delete(ctx.event as Event); // cast: it was just looked up
        if (entries.includes(before)) entries.splice(entries.indexOf(before), 1);
      }
      const entry = add("request", titleOf(ctx.method, ctx.url), ctx.source, isCancelled ? "cancelled" : "running");
      tracks.set(ctx, { entry, source: ctx.source, mark: clock(), isOver: isCancelled, pauseMs: 0 });
      aim(entry, ctx);
    },
    leaving(ctx, isCancelled) {
      measure(ctx, (track) => {
        track.entry.state = isCancelled ? "cancelled" : track.entry.state;
        track.isOver = isCancelled;
        if (isCancelled) return;
        leaving = track;
        queueMicrotask(() => {
          leaving = undefined;
        });
        running.add(ctx);
        if (ctx.restored) newest.set(keyOf(ctx.target), ctx.order);
        watchEnd(ctx, track);
      });
    },
    sent(ctx) {
      measure(ctx, (track) => {
        aim(track.entry, ctx);
        track.entry.requestMs = lap(track);
      });
    },
    answered(ctx, response) {
      measure(ctx, (track) => {
        const { entry } = track;
        entry.waitMs = lap(track);
        entry.status = response.status;
        if (entry.waitMs > settings.slowMs) entry.slow.push("reply");
      });
    },
    swapping(ctx, isCancelled = false) {
      measure(ctx, (track) => {
        const { entry } = track;
        entry.readMs = (entry.readMs ?? 0) + lap(track);
        entry.bytes = sizeOf(ctx.text);
        if (isCancelled) entry.state = "cancelled";
      });
    },
    planned(ctx, parts, style, pauseMs) {
      measure(ctx, (track) => {
        track.pauseMs = pauseMs;
        aim(track.entry, ctx);
        track.entry.style = style;
        track.entry.parts += parts;
      });
    },
    swapped(ctx) {
      measure(ctx, (track) => {
        const { entry } = track;
        const ms = lap(track);
        if (track.pauseMs !== undefined) {
          entry.swapMs = (entry.swapMs ?? 0) + Math.max(0, ms - track.pauseMs);
          if (ms - track.pauseMs > settings.slowSwapMs && !entry.slow.includes("swap")) entry.slow.push("swap");
        }
        if (entry.state === "running" || entry.state === "swapped")
          entry.state = isLate(ctx, entry.style) ? "stale" : "swapped";
      });
    },
    failed(ctx, reason) {
      const track = tracks.get(ctx) ?? (leaving?.source === ctx.source ? leaving : undefined);
      const entry =
        track?.entry ?? add("request", ctx.url ? titleOf(ctx.method ?? "", ctx.url) : "", ctx.source, "failed");
      entry.state = "failed";
      entry.note = reason;
      onChange();
    },
    heldBack(source, title, event, isWaiting) {
      const entry = add("request", title, source, isWaiting ? "waiting" : "dropped");
      if (!isWaiting) return;
      for (const [other, { sourceElement }] of waiting) {
        if (sourceElement.deref() !== source) continue;
        const before = waiting.get(other);
        if (before) before.state = "dropped"; // only the last one waits
        waiting.delete(other);
      }
      waiting.set(event, entry);
    },
    found(finding) {
      if (finding.element) add("finding", finding.message, finding.element, "failed").note = finding.code;
    },
    isRunning: (source) => [...running].some((ctx) => ctx.source === source),
    clear() {
      entries.length = 0;
      onChange();
    },
  };
}

/** What the client knows a target by. */
function keyOf(target: Element): string | Element {
  return target.getAttribute("id") || target;
}
