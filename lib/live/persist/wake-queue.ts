import type { Platform } from "../../app/index.ts";

/** One turn of the loop has this much time for waking, and for what is begun before it is over. */
const TURN_MS = 4;

/**
 * Lets the sessions of a route wake, as many in one turn as there is time for: something that thousands of sleepers follow must not hold up those that are awake.
 * Whoever is the first in a turn wakes at once.
 */
export class WakeQueue {
  private readonly platform: Platform;
  private readonly urgent: (() => void)[] = [];
  private readonly waiting: (() => void)[] = [];
  private startMs = 0;
  /** This turn has begun, or one is due. */
  private isTurn = false;

  constructor(platform: Platform) {
    this.platform = platform;
  }

  /**
   * Calls `wake`, which must not throw: now, or in a later turn. It may be added once more to be called earlier.
   * @param isUrgent - Somebody waits for this one.
   */
  add(wake: () => void, isUrgent: boolean): void {
    if (!this.isTurn) this.begin();
    if (this.urgent.length === 0 && (isUrgent || this.waiting.length === 0) && this.hasTime) wake();
    else (isUrgent ? this.urgent : this.waiting).push(wake);
  }

  private begin(): void {
    this.isTurn = true;
    this.startMs = this.platform.now();
    this.platform.after(0, () => this.go());
  }

  private go(): void {
    this.isTurn = false;
    if (this.urgent.length === 0 && this.waiting.length === 0) return;
    this.begin();
    do (this.urgent.shift() ?? this.waiting.shift())?.();
    while (this.hasTime && this.urgent.length + this.waiting.length > 0);
  }

  private get hasTime(): boolean {
    const passedMs = this.platform.now() - this.startMs;
    return passedMs >= 0 && passedMs < TURN_MS;
  }
}
