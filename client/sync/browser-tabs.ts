import type { TabGroup } from "../../lib/sync/index.ts";

/** A BroadcastChannel between tabs, and a Web Lock that says which one leads. */
export class BrowserTabs implements TabGroup {
  readonly #name: string;
  readonly #locks: LockManager;
  readonly #channel: BroadcastChannel;
  readonly #stops = new Set<() => void>();
  #asleep = false;
  #closed = false;

  constructor(name: string, locks: LockManager) {
    this.#name = name;
    this.#locks = locks;
    this.#channel = new BroadcastChannel(name);
    // Asleep, or kept by the browser for the way back, a page runs nothing, and messages may pass it by.
    const sleep = (): void => {
      this.#asleep = true;
    };
    const wake = (): void => {
      this.#asleep = false;
    };
    this.#onSleep(sleep);
    this.#onWake(wake);
  }

  post(message: unknown): void {
    if (!this.#closed) this.#channel.postMessage(message);
  }

  listen(listener: (message: unknown) => void): () => void {
    return this.#on(this.#channel, "message", (event) => listener((event as MessageEvent).data)); // cast: by the event's name
  }

  lead(begin: () => void, end: () => void, take: boolean): () => void {
    let ask: Ask | undefined;
    const start = (steal: boolean): void => {
      ask = this.#ask(steal, begin, end);
    };
    const drop = (): boolean => {
      const held = ask?.drop() ?? false;
      ask = undefined;
      return held;
    };
    if (!this.#asleep) start(take);
    const stops = [
      this.#onSleep(() => drop() && end()),
      this.#onWake(() => {
        if (ask === undefined) start(false);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      drop();
    };
  }

  onSleep(listener: () => void): () => void {
    return this.#onSleep(listener);
  }

  onWake(listener: () => void): () => void {
    return this.#onWake(listener);
  }

  close(): void {
    this.#closed = true;
    for (const stop of [...this.#stops]) stop();
    this.#channel.close();
  }

  #ask(steal: boolean, begin: () => void, end: () => void): Ask {
    const dropped = new AbortController();
    let release: (() => void) | undefined;
    const hold = (): Promise<void> => {
      if (dropped.signal.aborted) return Promise.resolve();
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      begin();
      return held;
    };
    // A request that takes the lock away cannot be called back; it is granted at once.
    this.#locks.request(this.#name, steal ? { steal } : { signal: dropped.signal }, hold).catch(() => {
      if (!dropped.signal.aborted && release !== undefined) end(); // another tab took it
    });
    return {
      drop() {
        const held = release !== undefined && !dropped.signal.aborted;
        dropped.abort();
        release?.();
        return held;
      },
    };
  }

  #onSleep(listener: () => void): () => void {
    return this.#all([this.#on(document, "freeze", listener), this.#on(globalThis, "pagehide", listener)]);
  }

  #onWake(listener: () => void): () => void {
    return this.#all([this.#on(document, "resume", listener), this.#on(globalThis, "pageshow", listener)]);
  }

  #all(stops: readonly (() => void)[]): () => void {
    return () => {
      for (const stop of stops) stop();
    };
  }

  #on(target: EventTarget, type: string, listener: (event: Event) => void): () => void {
    target.addEventListener(type, listener);
    const stop = (): void => {
      this.#stops.delete(stop);
      target.removeEventListener(type, listener);
    };
    this.#stops.add(stop);
    return stop;
  }
}

interface Ask {
  /** Gives the lock up, or stops waiting for it. True when it was held. */
  drop(): boolean;
}
