import type { Platform } from "../../app/index.ts";

/** Counts the time one session has been without traffic: one timer, not one per event. */
export class Hibernation {
  private readonly platform: Platform;
  private readonly queue: SleepQueue;
  private readonly hibernateMs: number;
  private readonly trySleep: () => Promise<unknown>;
  private activeAtMs = 0;
  private cancel: (() => void) | undefined = undefined;

  /**
   * @param hibernateMs - Without traffic for this long.
   * @param trySleep - Tries to sleep. It may come to nothing: then the next try follows the next traffic.
   */
  constructor(platform: Platform, queue: SleepQueue, hibernateMs: number, trySleep: () => Promise<unknown>) {
    this.platform = platform;
    this.queue = queue;
    this.hibernateMs = hibernateMs;
    this.trySleep = trySleep;
  }

  /** There is traffic. */
  touch(nowMs: number): void {
    const { hibernateMs } = this;
    if (hibernateMs <= 0) return;
    this.activeAtMs = nowMs;
    this.cancel ??= this.wait(hibernateMs);
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private wait(ms: number): () => void {
    const { platform, queue, hibernateMs, trySleep } = this;
    return platform.after(ms, () => {
      const leftMs = this.activeAtMs + hibernateMs - platform.now();
      // A clock that was set back must not keep it awake for ever.
      this.cancel = leftMs > 0 ? this.wait(Math.min(leftMs, hibernateMs)) : undefined;
      if (leftMs <= 0) queue.add(trySleep);
    });
  }
}

/** After so much of the work of going to sleep others have their turn. */
const SLICE_MS = 2;
/** Going to sleep takes this many times as long as the work of it, so that many sessions at once do not hold up those that are awake. */
const SLOWNESS = 5;
/** The same while nothing else keeps the process busy. */
const LEISURE = 2;
/** Whose timers come later is busy. */
const LATE_MS = 2;

/** Lets the sessions of a route go to sleep one after the other, a slice of the work at a time. */
export class SleepQueue {
  private readonly platform: Platform;
  private readonly waiting: (() => Promise<unknown>)[] = [];
  private isBusy = false;
  private isLate = false;
  /** Of the slice. */
  private startMs = 0;

  constructor(platform: Platform) {
    this.platform = platform;
  }

  /** @param trySleep - Must not reject. */
  add(trySleep: () => Promise<unknown>): void {
    this.waiting.push(trySleep);
    if (!this.isBusy) void this.work();
  }

  /** A part of the work is done: `undefined`, or when to go on. Anything may have happened by then. */
  pause(): Promise<void> | undefined {
    return Math.abs(this.platform.now() - this.startMs) < SLICE_MS ? undefined : this.rest();
  }

  private async work(): Promise<void> {
    const { platform, waiting } = this;
    this.isBusy = true;
    this.startMs = platform.now();
    for (let trySleep = waiting.shift(); trySleep !== undefined; trySleep = waiting.shift()) {
      await trySleep();
      await this.rest();
    }
    this.isBusy = false;
  }

  private rest(): Promise<void> {
    const { platform } = this;
    const nowMs = platform.now();
    const tookMs = Math.max(0, nowMs - this.startMs);
    const restMs = Math.min(1_000, tookMs * ((this.isLate ? SLOWNESS : LEISURE) - 1));
    return new Promise((done) => {
      platform.after(restMs, () => {
        this.startMs = platform.now();
        this.isLate = this.startMs - nowMs - Math.max(1, restMs) > LATE_MS;
        done();
      });
    });
  }
}
