import type { Platform } from "../../app/index.ts";

/** One timer that is put forward and never back: whoever is woken early asks again, so an event that puts the time off costs no timer. */
export class Alarm {
  private readonly platform: Platform;
  private readonly ring: (nowMs: number, lateMs: number) => void;
  private cancel: (() => void) | undefined = undefined;
  private atMs: number = Number.POSITIVE_INFINITY;

  /** @param ring - Is told how late it comes, which is less than 0 where the clock was set back. */
  constructor(platform: Platform, ring: (nowMs: number, lateMs: number) => void) {
    this.platform = platform;
    this.ring = ring;
  }

  /** Rings then, or before. */
  set(atMs: number): void {
    const { platform } = this;
    if (this.atMs <= atMs) return;
    this.cancel?.();
    this.atMs = atMs;
    this.cancel = platform.after(Math.max(1, atMs - platform.now()), () => {
      this.atMs = Number.POSITIVE_INFINITY;
      const nowMs = platform.now();
      this.ring(nowMs, nowMs - atMs);
    });
  }

  stop(): void {
    this.cancel?.();
  }
}
