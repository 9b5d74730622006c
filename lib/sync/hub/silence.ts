import { CodedError } from "../../errors/index.ts";
import { every, type SyncPlatform } from "../platform.ts";

const SWEEPS = 4; // within `silentMs`

/** A connection that should be heard now and then. */
interface Heard {
  heardAt: number;
  ping(): void;
  fail(error: CodedError): void;
}

/** Ends connections of which nothing is heard; half way there they are asked. */
export class Silence {
  readonly #platform: SyncPlatform;
  readonly #silentMs: number;
  readonly #connections: ReadonlySet<Heard>;
  #sweptAt = 0;
  #stop: (() => void) | undefined;

  constructor(platform: SyncPlatform, silentMs: number, connections: ReadonlySet<Heard>) {
    this.#platform = platform;
    this.#silentMs = silentMs;
    this.#connections = connections;
  }

  /** Watches, from the first connection on. */
  watch(): void {
    if (this.#stop !== undefined) return;
    this.#sweptAt = this.#platform.now();
    this.#stop = every(this.#platform, this.#silentMs / SWEEPS, () => this.#sweep());
  }

  /** Until the last is gone. */
  rest(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #sweep(): void {
    const silentMs = this.#silentMs;
    const now = this.#platform.now();
    // The clock was set, or this process slept: nobody knows who was silent, so all are asked.
    const isUnknown = Math.abs(now - this.#sweptAt - silentMs / SWEEPS) > silentMs / 2;
    this.#sweptAt = now;
    for (const connection of [...this.#connections]) {
      if (isUnknown) connection.heardAt = now - silentMs * 0.75;
      const silence = now - connection.heardAt;
      if (silence > silentMs) connection.fail(new CodedError("SYNC_SILENT", `nothing heard for ${silentMs} ms`));
      else if (silence > silentMs / 2) connection.ping(); // a page in the background gets messages, but hardly any timers
    }
  }
}
