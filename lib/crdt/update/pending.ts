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
  /** What else it lacks, of each replica one. */
  readonly others: Ref[];
}

const MOST_DECODED = 2 ** 18;

export class PendingUpdates {
  updates = 0;
  bytes = 0;
  private readonly limits: Required<CrdtLimits>;
  /** By the replica they wait for, each list sorted downwards by counter: the next to wake is the last. */
  private readonly lists = new Map<number, Waiting[]>();
  /** By their checksums, so that what comes again waits once. */
  private readonly known = new Map<number, Waiting>();

  constructor(limits: Required<CrdtLimits>) {
    this.limits = limits;
  }

  /** What comes again waits once. @throws CodedError CRDT_PENDING_FULL. */
  add(update: Update, bytes: Uint8Array, missing: Ref[]): void {
    const { updates, limits, known } = this;
    const sum = checksumOf(bytes);
    const twin = known.get(sum);
    if (twin !== undefined && areSame(twin.bytes, bytes)) return;
    const size = this.bytes + bytes.length;
    if (updates + 1 > limits.maxPendingUpdates || size > limits.maxPendingBytes) {
      throw new CodedError("CRDT_PENDING_FULL", `${updates} updates, ${this.bytes} bytes, wait already`, {
        value: updates,
      });
    }
    const kept = size > MOST_DECODED ? undefined : update;
    const waiting = { update: kept, bytes: bytes.slice(), counter: 0, others: missing };
    known.set(sum, waiting);
    this.enlist(waiting, missing.pop() as Ref); // cast: what lacks nothing need not wait
    this.updates++;
    this.bytes = size;
  }

  /** Takes out one update that lacks nothing more, of those that waited for an operation of `replica` below `next`. The others wait for the next that they lack. */
  take(replica: number, next: number, isKnown: (ref: Ref) => boolean): Waiting | undefined {
    const list = this.lists.get(replica) ?? [];
    for (let last = list.at(-1); last !== undefined && last.counter < next; last = list.at(-1)) {
      list.pop();
      if (list.length === 0) this.lists.delete(replica);
      const { bytes, others } = last;
      let missing = others.pop();
      while (missing !== undefined && isKnown(missing)) missing = others.pop();
      if (missing === undefined) {
        this.known.delete(checksumOf(bytes));
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
    list.splice(
      firstAfter(list, (other) => other.counter <= counter),
      0,
      waiting,
    );
    this.lists.set(replica, list);
  }
}

/** Updates carry theirs. */
function checksumOf([, a = 0, b = 0, c = 0, d = 0]: Uint8Array): number {
  return a | (b << 8) | (c << 16) | (d << 24);
}
