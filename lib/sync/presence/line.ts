import { encodeSyncFrame, type PeerChange, type WireValue } from "../../wire/index.ts";
import type { PresenceLine, PresenceListener } from "../replica/types.ts";

/** The line of a replica: what arrives goes to all who listen. */
export class Line implements PresenceLine, PresenceListener {
  readonly send: (state: WireValue) => void;
  readonly #listeners = new Set<PresenceListener>();

  constructor(send: (state: WireValue) => void) {
    this.send = (state) => {
      checkState(state);
      send(state);
    };
  }

  listen(listener: PresenceListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  opened(): void {
    for (const listener of [...this.#listeners]) listener.opened();
  }

  changed(full: boolean, changes: readonly PeerChange[]): void {
    for (const listener of [...this.#listeners]) listener.changed(full, changes);
  }

  lost(): void {
    for (const listener of [...this.#listeners]) listener.lost();
  }
}

/** @throws CodedError `WIRE_*` for a state that a hub could not tell to others. */
export function checkState(state: WireValue): void {
  encodeSyncFrame({ kind: "peers", handle: 0, full: false, changes: [[0, null, state]] });
}
