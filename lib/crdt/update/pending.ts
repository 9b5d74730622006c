/** Updates that wait, each indexed by one of the operations it is missing, so that an arrival wakes only those it helps. */
import { CodedError } from "../../errors/index.ts";
import { areSame } from "../encoding/bytes.ts";
import type { Ref, Update } from "../encoding/rows.ts";
import { firstAfter } from "../sequence/long-list.ts";
import type { CrdtLimits } from "../types.ts";

export interface Waiting {
  /** Decoded, as long as little waits: what is decoded takes up to fifty times the room. */
  readonly update: Update | undefined;
  readonly bytes: Uint8Array;
  /** Waits for this operation of the replica it is listed under. */
  counter: number;
  /** What else it lacks, of each replica one, once it has been woken and had to wait again. */
  others: Ref[] | undefined;
}

const MOST_DECODED = 2 ** 18;

export class PendingUpdates {
  updates = 0;
  bytes = 0;
  private readonly limits: Required<CrdtLimits>;
  /** By the replica they wait for, each list sorted downwards by counter: the next to wake is the last. */
  private readonly lists = new Map<number, Waiting[]>();
  /** Those that have been woken and wait again, by their checksums: they stand where nobody looks for them who has the same update. */
  private readonly again = new Map<number, Waiting>();

  constructor(limits: Required<CrdtLimits>) {
    this.limits = limits;
  }

  /** What comes again waits once. @throws CodedError CRDT_PENDING_FULL. */
  add(update: Update, bytes: Uint8Array, missing: Ref): void {
    const { updates, limits, again } = this;
    if (again.size > 0 && isTwin(again.get(checksumOf(bytes)), bytes)) return;
    const { replica, counter } = missing;
    const list = this.lists.get(replica) ?? [];
    const at = placeIn(list, counter);
    for (let i = at; list[i]?.counter === counter; i++) if (isTwin(list[i], bytes)) return;
    const size = this.bytes + bytes.length;
    if (updates + 1 > limits.maxPendingUpdates || size > limits.maxPendingBytes) {
      throw new CodedError("CRDT_PENDING_FULL", `${updates} updates, ${this.bytes} bytes, wait already`, {
        value: updates,
      });
    }
    const kept = size > MOST_DECODED ? undefined : update;
    list.splice(at, 0, { update: kept, bytes: bytes.slice(), counter, others: undefined });
    this.lists.set(replica, list);
    this.updates++;
    this.bytes = size;
  }

  /** What has been woken and lacks more: it is given out next when it lacks none of these, of which there is one. */
  addAgain(waiting: Waiting, missing: Ref[]): void {
    const { bytes } = waiting;
    waiting.others = missing;
    this.enlist(waiting, missing.pop() as Ref); // cast: see above
    this.again.set(checksumOf(bytes), waiting);
    this.updates++;
    this.bytes += bytes.length;
  }

  /** Takes out one update that waited for an operation of `replica` below `next`. Those that are known to lack something else wait for that from then on. */
  take(replica: number, next: number, isKnown: (ref: Ref) => boolean): Waiting | undefined {
    const list = this.lists.get(replica);
    if (list === undefined) return undefined;
    for (let last = list[list.length - 1]; last !== undefined && last.counter < next; last = list[list.length - 1]) {
      list.pop();
      if (list.length === 0) this.lists.delete(replica);
      const { bytes, others } = last;
      const missing = others === undefined ? undefined : nextOf(others, isKnown);
      if (missing === undefined) {
        if (others !== undefined) this.again.delete(checksumOf(bytes));
        this.updates--;
        this.bytes -= bytes.length;
        return last;
      }
      this.enlist(last, missing);
    }
    return undefined;
  }

  /** The replicas that updates wait for. */
  replicas(): number[] {
    return [...this.lists.keys()].sort((a, b) => a - b);
  }

  private enlist(waiting: Waiting, { replica, counter }: Ref): void {
    const list = this.lists.get(replica) ?? [];
    waiting.counter = counter;
    list.splice(placeIn(list, counter), 0, waiting);
    this.lists.set(replica, list);
  }
}

function placeIn(list: Waiting[], counter: number): number {
  return firstAfter(list, (other) => other.counter <= counter);
}

function isTwin(waiting: Waiting | undefined, bytes: Uint8Array): boolean {
  return waiting !== undefined && areSame(waiting.bytes, bytes);
}

function nextOf(refs: Ref[], isKnown: (ref: Ref) => boolean): Ref | undefined {
  let ref = refs.pop();
  while (ref !== undefined && isKnown(ref)) ref = refs.pop();
  return ref;
}

/** Updates carry theirs. */
function checksumOf([, a = 0, b = 0, c = 0, d = 0]: Uint8Array): number {
  return a | (b << 8) | (c << 16) | (d << 24);
}
