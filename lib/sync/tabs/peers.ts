import type { PeerChange, WireValue } from "../../wire/index.ts";
import type { Line } from "../presence/line.ts";

/** The other users, as the tab that leads hears of them, and what this browser says of its own. */
export class TabPeers {
  /** What was last said for this user, by whichever tab. */
  said: WireValue = null;
  readonly #line: Line;
  /** For tabs that come later. */
  readonly #all = new Map<number, PeerChange>();

  constructor(line: Line) {
    this.#line = line;
  }

  get all(): readonly PeerChange[] {
    return [...this.#all.values()];
  }

  meet(full: boolean, changes: readonly PeerChange[]): void {
    if (full) this.#all.clear();
    for (const change of changes) {
      if (change[2] === null) this.#all.delete(change[0]);
      else this.#all.set(change[0], change);
    }
    this.#line.changed(full, changes);
  }
}
