import { CodedError } from "../errors/index.ts";
import { createLease, type Lease, type LeaseHome } from "./lease.ts";

/**
 * How much a pool keeps and lends.
 * @public
 */
export interface BufferPoolOptions {
  /** Idle bytes kept for reuse; what comes back beyond that is left to the collector. @defaultValue 16_777_216 */
  readonly maxBytes?: number;
  /** The largest single lease, in bytes. @defaultValue 67_108_864 */
  readonly maxLeaseBytes?: number;
}

/**
 * What a lease must hold at least.
 * @public
 */
export interface LeaseOptions {
  /** The least capacity, in bytes; it is rounded up to a power of two from 1_024. @defaultValue 1 */
  readonly minBytes?: number;
}

/**
 * A pool's figures right now.
 * @public
 */
export interface PoolStats {
  /** Bytes waiting for reuse. */
  readonly idleBytes: number;
  /** Bytes out on lease. */
  readonly leasedBytes: number;
  /** Buffers out on lease; a number that only grows means a missing `release()`. */
  readonly leases: number;
  /** Buffers handed out again since the start. */
  readonly reused: number;
  /** Buffers newly allocated since the start. */
  readonly allocated: number;
}

/**
 * Lends scratch buffers and takes them back, so that steady work allocates nothing.
 * @public
 */
export interface BufferPool {
  /**
   * Lends a buffer of at least `minBytes`. Cost: O(1); the bytes are not cleared.
   * @throws CodedError `POOL_TOO_LARGE` above `maxLeaseBytes`.
   */
  acquire(options?: LeaseOptions): Lease;
  /** The figures of this moment. */
  stats(): PoolStats;
}

const SMALLEST_BITS = 10;

/**
 * Makes a pool of scratch buffers in powers of two from 1 KiB up. The last one returned is the first one lent: it is the one still in cache.
 * @example
 * ```ts
 * const pool = createBufferPool();
 * const lease = pool.acquire({ minBytes: 4096 });
 * try { lease.length = fill(lease.bytes); socket.write(lease.written()); } finally { lease.release(); }
 * ```
 * @public
 */
export function createBufferPool(options: BufferPoolOptions = {}): BufferPool {
  const maxBytes = options.maxBytes ?? 16 * 1024 * 1024;
  const maxLeaseBytes = options.maxLeaseBytes ?? 64 * 1024 * 1024;
  const idle: Uint8Array[][] = []; // by power of two
  let idleBytes = 0;
  let leasedBytes = 0;
  let leases = 0;
  let reused = 0;
  let allocated = 0;

  const home: LeaseHome = {
    take(minBytes) {
      // Written so that NaN is refused too.
      if (!(minBytes <= maxLeaseBytes)) {
        throw new CodedError("POOL_TOO_LARGE", `${minBytes} bytes asked, ${maxLeaseBytes} is the most`, {
          value: minBytes,
        });
      }
      const bits = sizeBits(minBytes);
      let bytes = idle[bits]?.pop();
      if (bytes === undefined) {
        bytes = new Uint8Array(Math.min(2 ** bits, maxLeaseBytes));
        allocated++;
      } else {
        idleBytes -= bytes.length;
        reused++;
      }
      leasedBytes += bytes.length;
      leases++;
      return bytes;
    },
    give(bytes) {
      leasedBytes -= bytes.length;
      leases--;
      if (idleBytes + bytes.length > maxBytes) return;
      idleBytes += bytes.length;
      const bits = sizeBits(bytes.length);
      const row = idle[bits];
      if (row === undefined) idle[bits] = [bytes];
      else row.push(bytes);
    },
  };

  return {
    acquire: (wanted) => createLease(home, wanted?.minBytes ?? 1),
    stats: () => ({ idleBytes, leasedBytes, leases, reused, allocated }),
  };
}

function sizeBits(minBytes: number): number {
  if (minBytes <= 1024) return SMALLEST_BITS;
  // clz32 counts 32-bit zeros; a lease above 4 GiB is beyond what one typed array holds on any engine we run on.
  return 32 - Math.clz32(Math.ceil(minBytes) - 1);
}
