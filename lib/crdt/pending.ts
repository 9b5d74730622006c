/** Updates that wait, indexed by the operation each is missing, so that an arrival wakes only those it helps. */
import { CodedError } from "../errors/index.ts";
import { areSame } from "./bytes.ts";
import { firstAfter } from "./long-list.ts";
import type { Ref, Update } from "./rows.ts";
import type { CrdtLimits } from "./types.ts";

export interface Waiting {
  readonly update: Update;
  readonly bytes: Uint8Array;
  /** Waits for this operation of the replica it is listed under. */
  readonly counter: number;
}

export class PendingUpdates {
  updates = 0;
  bytes = 0;
  private readonly limits: Required<CrdtLimits>;
  /** By the replica they wait for, each list sorted downwards by counter: the next to wake is the last. */
  private readonly lists = new Map<number, Waiting[]>();

  constructor(limits: Required<CrdtLimits>) {
    this.limits = limits;
  }

  /** @throws CodedError CRDT_PENDING_FULL. */
  add(update: Update, bytes: Uint8Array, { replica, counter }: Ref): void {
    const list = this.lists.get(replica) ?? [];
    const at = firstAfter(list, (other) => other.counter <= counter);
    for (let i = at; list[i]?.counter === counter; i++) if (areSame((list[i] as Waiting).bytes, bytes)) return; // cast: it has a counter
    const { updates, limits } = this;
    if (updates + 1 > limits.maxPendingUpdates || this.bytes + bytes.length > limits.maxPendingBytes) {
      throw new CodedError("CRDT_PENDING_FULL", `${updates} updates, ${this.bytes} bytes, wait already`, {
        value: updates,
      });
    }
    list.splice(at, 0, { update, bytes: bytes.slice(), counter });
    this.lists.set(replica, list);
    this.updates++;
    this.bytes += bytes.length;
  }

  /** Takes out one update that waited for an operation of `replica` below `next`. */
  take(replica: number, next: number): Waiting | undefined {
    const list = this.lists.get(replica);
    const last = list?.[list.length - 1];
    if (list === undefined || last === undefined || last.counter >= next) return undefined;
    list.pop();
    if (list.length === 0) this.lists.delete(replica);
    this.updates--;
    this.bytes -= last.bytes.length;
    return last;
  }

  /** The replicas that updates wait for. */
  replicas(): number[] {
    return [...this.lists.keys()].sort((a, b) => a - b);
  }
}
