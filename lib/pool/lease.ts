import { CodedError } from "../errors/index.ts";

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
  /** An exact copy of the first `length` bytes, owned by the caller. Ends the lease. */
  detach(): Uint8Array;
  /** Ends the lease. Releasing twice is harmless. */
  release(): void;
}

/** Where leases get their bytes and bring them back. */
export interface LeaseHome {
  take(minBytes: number): Uint8Array;
  give(bytes: Uint8Array): void;
}

const HEAP: LeaseHome = { take: (minBytes) => new Uint8Array(minBytes), give() {} };

/** A lease over fresh memory: for writers without a pool. */
export function heapLease(minBytes: number): Lease {
  return createLease(HEAP, minBytes);
}

/** A lease whose bytes come from `home` and go back there. */
export function createLease(home: LeaseHome, minBytes: number): Lease {
  return new HomeLease(home, home.take(minBytes));
}

class HomeLease implements Lease {
  private readonly home: LeaseHome;
  private held: Uint8Array | undefined;
  private count = 0;

  constructor(home: LeaseHome, held: Uint8Array) {
    this.home = home;
    this.held = held;
  }

  get bytes(): Uint8Array {
    if (this.held === undefined) throw new CodedError("POOL_LEASE_RELEASED", "The lease has ended");
    return this.held;
  }

  get length(): number {
    return this.count;
  }

  set length(count: number) {
    const capacity = this.bytes.length;
    if (!(Number.isInteger(count) && count >= 0 && count <= capacity))
      throw new CodedError("POOL_OUT_OF_RANGE", `Length ${count} in a lease of ${capacity} bytes`, { value: count });
    this.count = count;
  }

  grow(minBytes: number): void {
    const old = this.bytes;
    if (!(minBytes > old.length)) return;
    const next = this.home.take(minBytes);
    next.set(old.subarray(0, this.count));
    this.held = next;
    this.home.give(old);
  }

  written(): Uint8Array {
    return this.bytes.subarray(0, this.count);
  }

  detach(): Uint8Array {
    // A copy, always: a view would carry along what other leases left behind it in the same buffer.
    const copy = this.bytes.slice(0, this.count);
    this.release();
    return copy;
  }

  release(): void {
    const held = this.held;
    if (held === undefined) return;
    this.held = undefined;
    this.home.give(held);
  }
}
