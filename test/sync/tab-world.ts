import type { TabGroup } from "../../lib/sync/index.ts";
import type { TestPlatform } from "./world.ts";

/** One tab's side of the group, and what can happen to a tab. */
export interface TestTab extends TabGroup {
  /** Ends at once: nothing more is said, and the lock is free. */
  crash(): void;
  /** Stops hearing and speaking, and keeps the lock: what a page that hangs does. */
  hang(): void;
  unhang(): void;
  /** Goes on without what was said meanwhile: what a frozen page does of which the browser forgot the messages. */
  wake(): void;
}

interface Seat {
  begin(): void;
  end(): void;
}

/** The tabs of one browser, in memory: messages are copied and arrive in order, some time later, and one holds the lock. */
export function createTabs(platform: TestPlatform, delayMs = 1): () => TestTab {
  const tabs = new Set<{ hear(message: unknown): void }>();
  let holder: Seat | undefined;
  const queue: Seat[] = [];

  const grant = (): void => {
    if (holder !== undefined) return;
    holder = queue.shift();
    holder?.begin();
  };
  const drop = (seat: Seat): void => {
    const at = queue.indexOf(seat);
    if (at >= 0) queue.splice(at, 1);
    if (holder !== seat) return;
    holder = undefined;
    void Promise.resolve().then(grant);
  };

  return () => {
    const listeners = new Set<(message: unknown) => void>();
    const sleepers = new Set<() => void>();
    const wakers = new Set<() => void>();
    const seats = new Set<Seat>();
    let gone = false;
    let hangs = false;
    let missed: unknown[] = [];
    const me = {
      hear(message: unknown): void {
        if (gone) return;
        if (hangs) missed.push(message);
        else for (const listener of [...listeners]) listener(message);
      },
    };
    tabs.add(me);
    const leave = (): void => {
      gone = true;
      tabs.delete(me);
      for (const seat of seats) drop(seat);
    };
    return {
      post(message) {
        if (gone || hangs) return;
        const others = [...tabs].filter((tab) => tab !== me);
        const copies = others.map(() => structuredClone(message));
        platform.after(delayMs, () => {
          for (const [i, tab] of others.entries()) tab.hear(copies[i]);
        });
      },
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      lead(begin, end, take) {
        const seat: Seat = {
          begin: () => !gone && begin(),
          end: () => (hangs ? missed.push(() => end()) : end()),
        };
        seats.add(seat);
        if (take) {
          const before = holder;
          holder = seat;
          before?.end();
          seat.begin();
        } else {
          queue.push(seat);
          void Promise.resolve().then(grant);
        }
        return () => {
          seats.delete(seat);
          drop(seat);
        };
      },
      onSleep(listener) {
        sleepers.add(listener);
        return () => sleepers.delete(listener);
      },
      onWake(listener) {
        wakers.add(listener);
        return () => wakers.delete(listener);
      },
      close: leave,
      crash: leave,
      hang() {
        hangs = true;
      },
      unhang() {
        hangs = false;
        for (const message of missed.splice(0)) {
          if (typeof message === "function") message();
          else me.hear(message);
        }
        missed = [];
      },
      wake() {
        hangs = false;
        for (const ended of missed.splice(0)) if (typeof ended === "function") ended();
        for (const waker of wakers) waker();
      },
    };
  };
}
