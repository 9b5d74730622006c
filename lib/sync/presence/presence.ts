import { type ReadableSignal, type Signal, signal } from "../../signals/index.ts";
import type { PeerChange, WireValue } from "../../wire/index.ts";
import { demandOption, numbersOf } from "../options.ts";
import type { SyncPlatform } from "../platform.ts";
import type { Replica } from "../replica/types.ts";
import { checkState } from "./line.ts";

/**
 * Somebody else in the document.
 * @public
 */
export interface Peer {
  /** The connection's number: two tabs of one user are two peers. Not kept across reconnects. */
  readonly id: number;
  /** Who it is, as the server says: `accept(channel, { user })`. */
  readonly user: WireValue;
  /** What it says of itself: a cursor, "typing". Check it before use, as anything from a stranger. */
  readonly state: WireValue;
}

/**
 * What a presence needs.
 * @public
 */
export interface PresenceOptions {
  readonly platform: SyncPlatform;
  /** At most one state is sent in this many milliseconds; the last one always is. @defaultValue 50 */
  readonly throttleMs?: number;
}

/**
 * Who else is here, and what this side shows of itself.
 * @public
 */
export interface Presence {
  /** Everyone else who has set a state, by rising id; empty while offline. */
  readonly others: ReadableSignal<readonly Peer[]>;
  /**
   * Shows this state to the others, until it is replaced, set to null, or the connection ends. At most 1 KiB by default.
   * @throws CodedError `WIRE_*` for what cannot be sent; the state before it stays.
   */
  set(state: WireValue): void;
  /** Takes the own state back and hears no more. Stopping twice is harmless. */
  stop(): void;
}

/**
 * Shares small states that are not part of the document: cursors, selections, who is typing. Nothing of it is stored.
 * Positions in a text travel as the bytes of `doc.cursor(...)`, so that they stay right while the text changes.
 * @throws CodedError `SYNC_BAD_OPTION`.
 * @example
 * ```ts
 * const presence = createPresence(replica, { platform: browserPlatform });
 * presence.set({ typing: true });
 * effect(() => draw(presence.others.get()));
 * ```
 * @public
 */
export function createPresence(replica: Replica, options: PresenceOptions): Presence {
  const { platform, ...rest }: Partial<PresenceOptions> = options ?? {};
  demandOption(typeof replica?.presence?.listen === "function", "replica");
  demandOption(typeof platform?.after === "function", "platform");
  numbersOf(rest);
  return new PresenceCore(replica, options);
}

class PresenceCore implements Presence {
  readonly others: Signal<readonly Peer[]> = signal<readonly Peer[]>([]);
  readonly #replica: Replica;
  readonly #options: PresenceOptions;
  readonly #stopListening: () => void;
  readonly #peers = new Map<number, Peer>();
  #state: WireValue = null;
  #isStale = false;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(replica: Replica, options: PresenceOptions) {
    this.#replica = replica;
    this.#options = options;
    this.#stopListening = replica.presence.listen({
      opened: () => {
        if (this.#state !== null) replica.presence.send(this.#state);
      },
      changed: (full, changes) => this.#change(full, changes),
      lost: () => this.#change(true, []),
    });
  }

  set(state: WireValue): void {
    if (this.#stopped) return;
    checkState(state); // what fails later, out of a timer or with the next connection, is heard by nobody who could mend it
    this.#state = state;
    this.#isStale = true;
    if (this.#cancel === undefined) this.#send();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#cancel?.();
    this.#stopListening();
    if (this.#state !== null) this.#replica.presence.send(null);
    this.#change(true, []);
  }

  #send(): void {
    const { platform, throttleMs = 50 } = this.#options;
    this.#isStale = false;
    this.#replica.presence.send(this.#state);
    this.#cancel = platform.after(throttleMs, () => {
      this.#cancel = undefined;
      if (this.#isStale) this.#send();
    });
  }

  #change(full: boolean, changes: readonly PeerChange[]): void {
    if (full) this.#peers.clear();
    for (const [id, user, state] of changes) {
      if (state === null) this.#peers.delete(id);
      else this.#peers.set(id, { id, user, state });
    }
    this.others.set([...this.#peers.values()].sort((left, right) => left.id - right.id));
  }
}
