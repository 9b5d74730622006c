/** What tabs made anew after a refusal, kept for tabs that slept meanwhile and for whoever leads next: the last ones, one after the other. */
import { decodeVersion, type UpdateRange, updateRanges, type Version } from "../../crdt/index.ts";
import { decodeValue, encodeValue, type WireValue } from "../../wire/index.ts";
import { isSame } from "../replica/outgoing.ts";
import type { Renewal } from "./types.ts";

const MOST_KEPT = 16;
const MOST_TIMES = 4;
const MOST_BYTES = 4 * 1024 * 1024; // each has the hub's document

export class Renewals {
  #all: Renewal[] = [];
  /** How often those of others were followed here: what is no more can come back with a tab that slept. */
  readonly #times = new Map<number, number>();

  get all(): readonly Renewal[] {
    return this.#all;
  }

  keep(renewal: Renewal): void {
    this.#all = keepWorthwhile(
      [...this.#all.filter(({ id }) => id !== renewal.id), renewal],
      ({ base }) => base.length,
    );
  }

  clear(): void {
    this.#all = [];
  }

  /** Whether a document of this version has what the renewal put an end to: then it is followed, a few times at most. */
  concerns({ id, version, steps }: Renewal, before: Version): boolean {
    const times = this.#times.get(id) ?? 0;
    if (times >= MOST_TIMES) return false;
    const after = decodeVersion(version);
    const isOld = ({ replica, from }: UpdateRange): boolean =>
      (before.get(replica) ?? 0) > Math.max(from, after.get(replica) ?? 0);
    if (!steps.some((step) => isReplaced(step) && updateRanges(step.update).some(isOld))) return false;
    this.#times.set(id, times + 1);
    return true;
  }

  /** For the store; undefined when there are none. */
  encode(): Uint8Array | undefined {
    return this.#all.length === 0 ? undefined : encodeValue(this.#all as unknown as WireValue); // cast: plain values and bytes
  }
}

/** As many of the last as are worth their room. */
export function keepWorthwhile<T>(all: readonly T[], lengthOf: (each: T) => number): T[] {
  const kept = all.slice(-MOST_KEPT);
  while (kept.length > 1 && kept.reduce((sum, each) => sum + lengthOf(each), 0) > MOST_BYTES) kept.shift();
  return kept;
}

/** Those that `encode` wrote. */
export function renewalsOf(bytes: Uint8Array): readonly Renewal[] {
  return decodeValue(bytes) as unknown as Renewal[]; // cast: nobody else writes there
}

/** Whether the update of a step is no more. */
export function isReplaced({ update, renewed }: Renewal["steps"][number]): boolean {
  return renewed === null || !isSame(update, renewed);
}
