import { memorySnapshots, type SnapshotStore } from "../../../lib/live/index.ts";
import type { Owner, Scheduler } from "./scheduler.ts";

/** What the store of a world throws while it fails. */
export class StoreFailure extends Error {}

/** A store that all processes share and that outlives them; it can be slow, and fail. */
export class SimStore {
  private readonly scheduler: Scheduler;
  private readonly latencyMs: () => number;
  private readonly snapshots: SnapshotStore;
  private failsUntilMs = 0;
  private stallsUntilMs = 0;
  /** Whether it has failed at any time: then not all that was acknowledged without an error may be there. */
  hasFailed = false;

  constructor(scheduler: Scheduler, latencyMs: () => number) {
    this.scheduler = scheduler;
    this.latencyMs = latencyMs;
    this.snapshots = memorySnapshots({ now: () => scheduler.nowMs });
  }

  /** The store as one process has it: what that has asked for may be done after its end, but it hears of nothing then. */
  of(owner: Owner, wrote: () => void): SnapshotStore {
    const { snapshots } = this;
    return {
      get: (key) => this.reach(owner, () => snapshots.get(key)),
      put: (key, bytes, ttlMs) => {
        const copy = bytes.slice();
        wrote();
        return this.reach(owner, () => snapshots.put(key, copy, ttlMs));
      },
      claim: (key, bytes, ttlMs) => {
        const copy = bytes.slice();
        wrote();
        return this.reach(owner, async () => (await snapshots.claim?.(key, copy, ttlMs)) === true);
      },
      delete: (key) => this.reach(owner, () => snapshots.delete(key)),
    };
  }

  fail(ms: number): void {
    this.hasFailed = true;
    this.failsUntilMs = Math.max(this.failsUntilMs, this.scheduler.nowMs + ms);
  }

  stall(ms: number): void {
    this.stallsUntilMs = Math.max(this.stallsUntilMs, this.scheduler.nowMs + ms);
  }

  heal(): void {
    this.failsUntilMs = 0;
    this.stallsUntilMs = 0;
  }

  /** Half of the time there, half back: a process that dies meanwhile has written, or not. */
  private reach<T>(owner: Owner, f: () => Promise<T>): Promise<T> {
    const { scheduler, latencyMs } = this;
    const waitMs = (): number => Math.max(latencyMs(), this.stallsUntilMs - scheduler.nowMs);
    return new Promise((resolve, reject) => {
      scheduler.after(waitMs(), () => {
        const fails = scheduler.nowMs < this.failsUntilMs;
        const done = fails ? Promise.reject(new StoreFailure("the store fails")) : f();
        done.then(
          (value) => void scheduler.after(latencyMs(), () => resolve(value), owner),
          (error) => void scheduler.after(latencyMs(), () => reject(error), owner),
        );
      });
    });
  }
}
