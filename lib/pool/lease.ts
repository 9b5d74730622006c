import { CodedError } from "../errors/index.ts";
import { told } from "./arguments.ts";
import type { Loan, Watch } from "./watch.ts";

/**
 * A scratch buffer on loan. What it held before is still in it: read only what you wrote.
 * Forgetting `release()` costs the reuse, not the memory: the buffer is then collected like any other.
 * @public
 */
export interface Lease {
  /**
   * The whole capacity; another array after `grow`.
   * @throws CodedError `POOL_LEASE_RELEASED` after the end of the lease.
   */
  readonly bytes: Uint8Array;
  /**
   * Bytes written so far, kept by whoever writes.
   * @throws CodedError `POOL_OUT_OF_RANGE` when set to anything but 0 to the capacity, `POOL_LEASE_RELEASED` after the end.
   */
  length: number;
  /**
   * Makes the capacity at least `minBytes` and keeps the first `length` bytes. Cost: one copy when it has to move.
   * @throws CodedError `POOL_TOO_LARGE`, `POOL_LEASE_RELEASED`.
   */
  grow(minBytes: number): void;
  /** A view of the first `length` bytes, valid until the next `grow`, `detach` or `release`. */
  written(): Uint8Array;
  /**
   * Ends the lease and hands its first `length` bytes on: no other lease ever reaches their memory, and what lies behind them in it is zero.
   * Cost: one copy; none above 1 MiB when at least seven eighths of the capacity are written.
   * @throws CodedError `POOL_LEASE_RELEASED` after the end.
   */
  detach(): Uint8Array;
  /**
   * Ends the lease. Releasing twice is harmless, except in development.
   * @throws CodedError `POOL_LEASE_RELEASED` the second time, from a pool made with `development`.
   */
  release(): void;
}

/** Where leases get their bytes and bring them back. */
export interface LeaseHome {
  /** Capacity from which a buffer is not kept when it comes back. */
  readonly ownBytes: number;
  readonly watch: Watch | undefined;
  take(minBytes: number): Uint8Array;
  give(bytes: Uint8Array): void;
  /** Takes back a buffer whose bytes the user keeps. */
  forget(bytes: Uint8Array): void;
  /** A lease has ended for which so many bytes were needed. */
  ended(neededBytes: number): void;
}

const HEAP: LeaseHome = {
  ownBytes: 0,
  watch: undefined,
  take(minBytes) {
    if (!(minBytes <= Number.MAX_SAFE_INTEGER)) throw tooLarge(minBytes, Number.MAX_SAFE_INTEGER);
    return new Uint8Array(minBytes);
  },
  give() {},
  forget() {},
  ended() {},
};

/** A lease over fresh memory that is in no pool, the first `length` bytes written. */
export function heapLease(bytes: Uint8Array, length: number): Lease {
  const lease = new HomeLease(HEAP, bytes, 0);
  lease.length = length;
  return lease;
}

/** A lease whose bytes come from `home` and go back there. */
export class HomeLease implements Lease {
  /** In development: what is known of this lease should it get lost. */
  loan: Loan | undefined;
  private readonly home: LeaseHome;
  private held: Uint8Array | undefined;
  private count = 0;
  private asked: number;

  constructor(home: LeaseHome, held: Uint8Array, asked: number) {
    this.home = home;
    this.held = held;
    this.asked = asked;
    this.loan = undefined;
  }

  get isEnded(): boolean {
    return this.held === undefined;
  }

  get bytes(): Uint8Array {
    if (this.held === undefined) throw hasEnded();
    return this.held;
  }

  get length(): number {
    return this.count;
  }

  set length(count: number) {
    const capacity = this.bytes.length;
    if (!(Number.isInteger(count) && count >= 0 && count <= capacity))
      throw new CodedError("POOL_OUT_OF_RANGE", `Length ${told(count)} in a lease of ${capacity} bytes`, {
        value: count,
      });
    this.count = count;
  }

  grow(minBytes: number): void {
    const old = this.bytes;
    if (minBytes <= old.length) return;
    const next = this.home.take(minBytes); // refuses NaN
    next.set(old.subarray(0, this.count));
    this.held = next;
    this.asked = minBytes;
    if (this.loan !== undefined) this.loan.bytes = next.length;
    this.home.give(old);
  }

  written(): Uint8Array {
    return this.bytes.subarray(0, this.count);
  }

  detach(): Uint8Array {
    const { bytes, count, home } = this;
    // What the pool keeps is copied: it would have to replace what it gave away, and making a new buffer takes as long as the copy
    // (bench: internals, "detach"). A view would do, but what else lies in its buffer belongs to others, and `.buffer` or a transfer reaches it.
    if (bytes.length <= home.ownBytes || count < bytes.length - (bytes.length >> 3)) {
      const copy = bytes.slice(0, count);
      this.release();
      return copy;
    }
    bytes.fill(0, count);
    this.end();
    home.forget(bytes);
    return bytes.subarray(0, count);
  }

  release(): void {
    const { held } = this;
    if (held === undefined) {
      if (this.home.watch !== undefined) throw hasEnded();
      return;
    }
    this.end();
    this.home.give(held);
  }

  private end(): void {
    this.held = undefined;
    this.home.watch?.ended(this);
    this.home.ended(Math.max(this.count, this.asked));
  }
}

/** More bytes than allowed, or no number. */
export function tooLarge(asked: number, most: number): CodedError {
  return new CodedError("POOL_TOO_LARGE", `${told(asked)} bytes asked, ${most} is the most`, { value: asked });
}

function hasEnded(): CodedError {
  return new CodedError("POOL_LEASE_RELEASED", "The lease has ended");
}
