import type { CodedError } from "../errors/index.ts";
import type { Lease } from "./lease.ts";

/**
 * How much a pool keeps and lends.
 * @public
 */
export interface BufferPoolOptions {
  /** Idle bytes kept for reuse, at most; what comes back beyond that is left to the collector. @defaultValue 16_777_216 */
  readonly maxBytes?: number;
  /** The largest single lease, in bytes. @defaultValue 67_108_864 */
  readonly maxLeaseBytes?: number;
  /** Ended leases from one calibration to the next; `Infinity` for none. @defaultValue 4_096 */
  readonly calibrateEvery?: number;
  /**
   * Finds mistakes: bytes are overwritten when they come back and checked before they go out again (`POOL_WRITTEN_AFTER_RELEASE`), a second
   * `release()` throws, and leases lost without one are counted and reported to `onLeak`. Costs a pass over each buffer and a stack trace per lease.
   * @defaultValue false
   */
  readonly development?: boolean;
  /** In development: told of each lost lease, some time after it was collected, with the place that acquired it as the `cause`. */
  readonly onLeak?: (error: CodedError) => void;
}

/**
 * What a lease must hold at least.
 * @public
 */
export interface LeaseOptions {
  /**
   * The least capacity, in bytes; it is rounded up to a power of two from 1_024.
   * @defaultValue the size most leases have needed of late, 1_024 at first
   */
  readonly minBytes?: number;
}

/**
 * A pool's figures right now. Those of buffers count one for each `acquire` and each `grow` that had to move.
 * @public
 */
export interface PoolStats {
  /** Buffers lent from those kept, since the start. */
  readonly hits: number;
  /** Buffers newly allocated for a lease, since the start. */
  readonly misses: number;
  /** `hits` as a share of both, from 0 to 1; 0 before the first lease. */
  readonly hitRate: number;
  /** Leases that have not ended; a number that only grows means a missing `release()`. */
  readonly leases: number;
  /** Bytes out on lease. */
  readonly leasedBytes: number;
  /** The most bytes that were out on lease at one time. */
  readonly highWaterBytes: number;
  /** Bytes waiting for reuse: never more than `maxBytes`. */
  readonly idleBytes: number;
  /** Buffers left to the collector since the start, when they came back or later. */
  readonly dropped: number;
  /** Leases lost without `release()`; counted in development only. */
  readonly leaks: number;
}

/**
 * Lends scratch buffers and takes them back, so that steady work allocates nothing.
 * @public
 */
export interface BufferPool {
  /**
   * Lends a buffer of at least `minBytes`. Cost: O(1); the bytes are not cleared.
   * @throws CodedError `POOL_TOO_LARGE` above `maxLeaseBytes`, and in development `POOL_WRITTEN_AFTER_RELEASE`.
   */
  acquire(options?: LeaseOptions): Lease;
  /**
   * Lends a buffer to `use` and releases it when that has returned or thrown, or when its promise has settled. A lease that `use` has ended
   * itself is left alone.
   * @throws CodedError as `acquire`, and whatever `use` throws.
   */
  withLease<T>(use: (lease: Lease) => T, options?: LeaseOptions): T;
  /**
   * Allocates until `count` buffers of at least `minBytes` wait for reuse, as far as `maxBytes` allows. Nothing above 1 MiB is kept.
   * @throws CodedError `POOL_TOO_LARGE` above `maxLeaseBytes`.
   */
  warmUp(count: number, options?: LeaseOptions): void;
  /** Drops waiting buffers, the largest first, until at most `keepBytes` are left: for when memory is short. Returns how many bytes went. */
  trim(keepBytes?: number): number;
  /** The figures of this moment. */
  stats(): PoolStats;
}
