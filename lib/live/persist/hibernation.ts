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
  touch(): void {
    const { platform, hibernateMs } = this;
    if (hibernateMs <= 0) return;
    this.activeAtMs = platform.now();
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

/** Going to sleep takes this many times as long as the work of it, so that many sessions at once do not hold up those that are awake. */
const SLOWNESS = 5;

/** Lets the sessions of a route go to sleep one after the other. */
export class SleepQueue {
  private readonly platform: Platform;
  private readonly waiting: (() => Promise<unknown>)[] = [];
  private isBusy = false;

  constructor(platform: Platform) {
    this.platform = platform;
  }

  /** @param trySleep - Must not reject. */
  add(trySleep: () => Promise<unknown>): void {
    this.waiting.push(trySleep);
    if (!this.isBusy) void this.next();
  }

  private async next(): Promise<void> {
    const { platform, waiting } = this;
    const trySleep = waiting.shift();
    this.isBusy = trySleep !== undefined;
    if (trySleep === undefined) return;
    const startMs = platform.now();
    await trySleep();
    const tookMs = Math.max(0, platform.now() - startMs);
    platform.after(Math.min(1_000, tookMs * (SLOWNESS - 1)), () => void this.next());
  }
}
