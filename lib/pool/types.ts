import type { CodedError } from "../errors/index.ts";
import type { Lease } from "./lease.ts";

/**
 * How much a pool keeps and lends.
 * @public
 */
export interface BufferPoolOptions {
  /** Idle bytes kept for reuse, at most; what comes back beyond that is left to the collector. @defaultValue 16_777_216 */
  readonly maxBytes?: number;
  /** The largest single lease, in bytes; at most 4 GiB. @defaultValue 67_108_864 */
  readonly maxLeaseBytes?: number;
  /** Ended leases from one calibration to the next, at most: the first comes after 64, then after twice as many each. `Infinity` for none. @defaultValue 4_096 */
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

/**
 * Where a writer gets its memory.
 * @public
 */
export interface WriterOptions {
  /** Lends the scratch buffer; without it the writer allocates its own. */
  readonly pool?: BufferPool;
  /** Capacity at the first write, in bytes. @defaultValue what the pool lends unasked; without a pool 256 */
  readonly minBytes?: number;
}

/**
 * Builds bytes front to back in one growing buffer: an arena for what an encoder makes. Appending is O(1) amortised per byte.
 * Every method that writes throws `POOL_TOO_LARGE` when the pool lends no buffer that large.
 * @public
 */
export interface Writer {
  /** Bytes written so far; also a mark to go back to by `reset`. */
  readonly length: number;
  /**
   * The buffer, of which the first `length` bytes are written: for filling what was claimed, and for changing what was written. Valid until the
   * next method that writes, then another array.
   */
  readonly buffer: Uint8Array;
  /**
   * Appends `count` bytes to be filled by the caller through `buffer`, and returns where they begin. Until then they hold anything.
   * @throws CodedError `POOL_OUT_OF_RANGE` unless an integer from 0.
   */
  claim(count: number): number;
  /** One byte. @throws CodedError `POOL_OUT_OF_RANGE` unless an integer from 0 to 255. */
  u8(value: number): void;
  /** Four bytes, little endian. @throws CodedError `POOL_OUT_OF_RANGE` unless an integer from 0 to 2^32 - 1. */
  u32(value: number): void;
  /** Eight bytes, IEEE 754, little endian. Any NaN is written as the quiet one. */
  f64(value: number): void;
  /** Unsigned LEB128, one to eight bytes. @throws CodedError `POOL_OUT_OF_RANGE` unless an integer from 0 to 2^53 - 1. */
  varint(value: number): void;
  /** Zigzag LEB128, one to eight bytes. @throws CodedError `POOL_OUT_OF_RANGE` unless a safe integer. */
  svarint(value: number): void;
  /** The bytes as they are, without a length. */
  bytes(value: Uint8Array): void;
  /** UTF-8 without a length; lone surrogates become U+FFFD. Returns the number of bytes. */
  utf8(text: string): number;
  /** The UTF-8 byte length as a varint, then the UTF-8. */
  string(text: string): void;
  /** An exact copy of what was written, owned by the caller. */
  toBytes(): Uint8Array;
  /**
   * Hands the written bytes over to the caller as `Lease.detach` does, and starts the writer afresh. Cost: one copy, or none without a pool when
   * at least seven eighths of the buffer are written.
   */
  detach(): Uint8Array;
  /** Hands the written bytes over as a lease, to be released by the caller, and starts the writer afresh. */
  lease(): Lease;
  /**
   * Forgets what was written since `length` was `mark`, and keeps the buffer.
   * @param mark - Defaults to 0: all is forgotten.
   * @throws CodedError `POOL_OUT_OF_RANGE` unless an integer from 0 to `length`.
   */
  reset(mark?: number): void;
  /** Gives the buffer back and forgets what was written. The writer may be used again. Releasing twice is harmless. */
  release(): void;
}
