import type { PeerChange, WireValue } from "../wire/index.ts";
import type { SyncPlatform } from "./platform.ts";

/** Who hears of presence, and under which number and user others see it. The hub assigns both: nobody speaks for another. */
export interface PresenceWatcher {
  readonly peer: number;
  readonly user: WireValue;
  /** `full`: these are all; else only what changed. A state of null has left. */
  peers(full: boolean, changes: readonly PeerChange[]): void;
}

/** Who is in a document, and what they say about themselves. */
export interface PresenceBoard {
  /** Tells a newcomer of everyone else, also when nobody is there: it may remember some from before. */
  welcome(watcher: PresenceWatcher): void;
  /** A new state, or null for none. */
  set(watcher: PresenceWatcher, state: WireValue): void;
  /** The watcher is gone; its state with it. */
  remove(watcher: PresenceWatcher): void;
  dispose(): void;
}

export function createPresenceBoard(platform: SyncPlatform, gatherMs: number): PresenceBoard {
  const listeners = new Set<PresenceWatcher>();
  const states = new Map<PresenceWatcher, WireValue>();
  const changed = new Set<PresenceWatcher>();
  let cancel: (() => void) | undefined;

  const describe = (watcher: PresenceWatcher): PeerChange => [watcher.peer, watcher.user, states.get(watcher) ?? null];

  const touch = (watcher: PresenceWatcher): void => {
    changed.add(watcher);
    cancel ??= platform.after(gatherMs, flush);
  };
  const flush = (): void => {
    cancel = undefined;
    const all = new Set(changed);
    changed.clear();
    const shared = [...all].map(describe);
    for (const listener of [...listeners]) {
      const changes = all.has(listener) ? shared.filter(([peer]) => peer !== listener.peer) : shared;
      if (changes.length > 0) listener.peers(false, changes);
    }
  };

  return {
    welcome(watcher) {
      listeners.add(watcher);
      const others = [...states.keys()].filter((other) => other !== watcher);
      watcher.peers(true, others.map(describe));
    },
    set(watcher, state) {
      if (state === null && !states.has(watcher)) return;
      if (state === null) states.delete(watcher);
      else states.set(watcher, state);
      touch(watcher);
    },
    remove(watcher) {
      listeners.delete(watcher);
      if (states.delete(watcher)) touch(watcher);
    },
    dispose() {
      cancel?.();
    },
  };
}
