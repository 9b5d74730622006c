import { encodeSyncFrame, type PeerChange, type WireValue } from "../../wire/index.ts";
import { every, type SyncPlatform } from "../platform.ts";
import type { PresenceLine } from "./bus.ts";
import { memoized } from "./memoized.ts";

/** Who hears of presence, and under which number and user others see it. The hub assigns both: nobody speaks for another. */
export interface PresenceWatcher {
  readonly peer: number;
  readonly user: WireValue;
  /** `full`: these are all; else only what changed. A state of null has left. `encode` yields their frame, where many are told the same: made once for all who use one handle. */
  peers(full: boolean, changes: readonly PeerChange[], encode?: (handle: number) => Uint8Array): void;
}

/** Who is in a document, and what they say about themselves. */
export interface PresenceBoard {
  /** Tells a newcomer of everyone else, also when nobody is there: it may remember some from before. */
  welcome(watcher: PresenceWatcher): void;
  /**
   * A new state, or null for none.
   * @throws CodedError `WIRE_*` for one that cannot be told to others.
   */
  set(watcher: PresenceWatcher, state: WireValue): void;
  /** The watcher is gone; its state with it. */
  remove(watcher: PresenceWatcher): void;
  dispose(): void;
}

/** Another hub's peers are told anew so often, */
const REPEAT_MS = 10_000;
/** and forgotten where that did not come between so many looks, as often: its process may have been killed. */
const PATIENCE = 3;

/**
 * States told within a second, of one document, to all together: a tenth of a core. Where everybody moves, that is the square of who is there, and
 * states gather for longer.
 */
const TOLD_PER_SECOND = 200_000;
const MAX_REST_MS = 5000;

/** @param line - To the other hubs that have the document open. */
export function createPresenceBoard(platform: SyncPlatform, gatherMs: number, line?: PresenceLine): PresenceBoard {
  return new Board(platform, gatherMs, line);
}

class Board implements PresenceBoard {
  readonly #platform: SyncPlatform;
  readonly #gatherMs: number;
  readonly #line: PresenceLine | undefined;
  readonly #listeners = new Set<PresenceWatcher>();
  readonly #states = new Map<PresenceWatcher, WireValue>();
  readonly #changed = new Set<PresenceWatcher>();
  readonly #stops: (() => void)[] = [];
  #others: RemotePeers | undefined;
  #cancel: (() => void) | undefined;
  /** Until when what was told last is enough. */
  #restsUntil = 0;

  constructor(platform: SyncPlatform, gatherMs: number, line: PresenceLine | undefined) {
    this.#platform = platform;
    this.#gatherMs = gatherMs;
    this.#line = line;
    if (line === undefined) return;
    const others = new RemotePeers();
    this.#others = others;
    this.#stops.push(
      line.listen({
        asked: () => this.#publishAll(),
        peers: (hub, full, changes) => this.#tell(others.take(hub, full, changes)),
      }),
      every(platform, REPEAT_MS, () => {
        if (this.#states.size > 0) this.#publishAll();
        this.#tell(others.expire());
      }),
    );
    line.ask();
  }

  welcome(watcher: PresenceWatcher): void {
    this.#listeners.add(watcher);
    const others = [...this.#states.keys()].filter((other) => other !== watcher);
    watcher.peers(true, [...others.map((other) => this.#describe(other)), ...(this.#others?.all() ?? [])]);
  }

  set(watcher: PresenceWatcher, state: WireValue): void {
    if (state === null && !this.#states.has(watcher)) return;
    if (state === null) this.#states.delete(watcher);
    else {
      framesOf([[watcher.peer, watcher.user, state]])(0); // it throws here, where its sender answers for it: what others hear nests it deeper
      this.#states.set(watcher, state);
    }
    this.#touch(watcher);
  }

  remove(watcher: PresenceWatcher): void {
    this.#listeners.delete(watcher);
    if (this.#states.delete(watcher)) this.#touch(watcher);
  }

  dispose(): void {
    if (this.#states.size > 0) this.#line?.publish(true, []);
    this.#states.clear();
    this.#cancel?.();
    this.#cancel = undefined;
    for (const stop of this.#stops.splice(0)) stop();
  }

  #describe(watcher: PresenceWatcher): PeerChange {
    return [watcher.peer, watcher.user, this.#states.get(watcher) ?? null];
  }

  #touch(watcher: PresenceWatcher): void {
    this.#changed.add(watcher);
    if (this.#cancel !== undefined) return;
    const rest = Math.min(this.#restsUntil - this.#platform.now(), MAX_REST_MS); // a clock may be set back
    this.#cancel = this.#platform.after(Math.max(this.#gatherMs, rest), () => this.#flush());
  }

  #flush(): void {
    this.#cancel = undefined;
    const all = new Set(this.#changed);
    this.#changed.clear();
    const shared = [...all].map((watcher) => this.#describe(watcher));
    this.#line?.publish(false, shared);
    const told = shared.length * this.#listeners.size;
    this.#restsUntil = this.#platform.now() + Math.min((told * 1000) / TOLD_PER_SECOND, MAX_REST_MS);
    const encode = framesOf(shared);
    for (const listener of [...this.#listeners]) {
      if (!all.has(listener)) listener.peers(false, shared, encode);
      else if (shared.length > 1)
        listener.peers(
          false,
          shared.filter(([peer]) => peer !== listener.peer),
        );
    }
  }

  #publishAll(): void {
    this.#line?.publish(
      true,
      [...this.#states.keys()].map((watcher) => this.#describe(watcher)),
    );
  }

  #tell(changes: readonly PeerChange[]): void {
    if (changes.length === 0) return;
    const encode = framesOf(changes);
    for (const listener of [...this.#listeners]) listener.peers(false, changes, encode);
  }
}

const framesOf = (changes: readonly PeerChange[]): ((handle: number) => Uint8Array) =>
  memoized((handle) => encodeSyncFrame({ kind: "peers", handle, full: false, changes }));

/** Peers connected to other hubs. How long they were not heard is counted in looks: a clock may be set, and a process may sleep. */
class RemotePeers {
  readonly #hubs = new Map<number, { unheard: number; readonly peers: Map<number, PeerChange> }>();

  all(): PeerChange[] {
    return [...this.#hubs.values()].flatMap(({ peers }) => [...peers.values()]);
  }

  /** Returns what is new in it. */
  take(hub: number, full: boolean, changes: readonly PeerChange[]): PeerChange[] {
    const known = this.#hubs.get(hub) ?? { unheard: 0, peers: new Map<number, PeerChange>() };
    known.unheard = 0;
    this.#hubs.set(hub, known);
    const gone = full ? leavers(known.peers, new Set(changes.map(([peer]) => peer))) : [];
    const all = [...gone, ...changes];
    for (const change of all) {
      const [peer, , state] = change;
      if (state === null) known.peers.delete(peer);
      else known.peers.set(peer, change);
    }
    if (known.peers.size === 0) this.#hubs.delete(hub);
    return all;
  }

  /** Forgets hubs that were not heard between the last calls; returns who left with them. */
  expire(): PeerChange[] {
    const gone: PeerChange[] = [];
    for (const [hub, known] of this.#hubs) {
      if (++known.unheard < PATIENCE) continue;
      gone.push(...leavers(known.peers, new Set()));
      this.#hubs.delete(hub);
    }
    return gone;
  }
}

function leavers(known: ReadonlyMap<number, PeerChange>, stay: ReadonlySet<number>): PeerChange[] {
  return [...known.values()].filter(([peer]) => !stay.has(peer)).map(([peer, user]) => [peer, user, null]);
}
