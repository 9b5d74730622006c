import type { Channel } from "../../wire/index.ts";
import type { SyncPlatform } from "../platform.ts";

/** What a tab tries with. */
export interface TabScoutHost {
  readonly platform: SyncPlatform;
  readonly connect: () => Channel | Promise<Channel>;
  /** The patience with one try, in milliseconds. */
  readonly connectMs?: number | undefined;
}

/** Where the tab that leads cannot reach the hub, another may: one has a session that has run out, or a network of its own. */
export class TabScout {
  readonly #host: TabScoutHost;
  #isTrying = false;
  #asked = 0;

  constructor(host: TabScoutHost) {
    this.#host = host;
  }

  /** Which of the others is to try: one after the other, as a hub that answers nobody must not be asked by all. */
  pick(others: readonly number[]): number | undefined {
    return others[this.#asked++ % others.length];
  }

  /** Whether this tab reaches the hub. The channel is let go: by the time this tab leads, it may be another's. */
  async try(): Promise<boolean> {
    if (this.#isTrying) return false;
    this.#isTrying = true;
    try {
      return await this.#opens();
    } finally {
      this.#isTrying = false;
    }
  }

  #opens(): Promise<boolean> {
    const { platform, connect, connectMs = 20_000 } = this.#host;
    return new Promise((resolve) => {
      const cancel = platform.after(connectMs, () => resolve(false));
      const end = (opened: boolean): void => {
        cancel();
        resolve(opened);
      };
      new Promise<Channel>((open) => open(connect())).then(
        (channel) => {
          channel.close();
          end(true);
        },
        () => end(false),
      );
    });
  }
}
