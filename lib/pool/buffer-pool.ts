import { checkFunction, numberOf } from "./arguments.ts";
import { HomeLease, type Lease, type LeaseHome, tooLarge } from "./lease.ts";
import type { BufferPool, BufferPoolOptions, LeaseOptions, PoolStats } from "./types.ts";
import { Watch } from "./watch.ts";

const SMALLEST_BITS = 10; // 1 KiB
const CLASSES = 11; // to 1 MiB
const LARGEST = 1 << (SMALLEST_BITS + CLASSES - 1);
/** What one lease has at most, whatever it is said to have: sizes are told by 32 bits. */
const MOST = 2 ** 32;
const KEPT_SHARE = 0.95;
/** Leases until a pool looks for the first time, and from then on twice as many: else long pages grow and are copied thousands of times first. */
const FIRST_CALIBRATION = 64;

/**
 * Makes a pool of scratch buffers in powers of two from 1 KiB to 1 MiB; larger leases are allocated and dropped. The last one returned is the
 * first one lent: it is the one still in cache.
 *
 * Sizes follow the work: every `calibrateEvery` leases, and in the beginning sooner, what 95 % of them needed at most becomes the largest size that is kept, and what most
 * of them needed becomes the size of a lease that asks for none. So one huge message does not hold its memory for ever.
 * @example
 * ```ts
 * const pool = createBufferPool();
 * const lease = pool.acquire({ minBytes: 4096 });
 * try { lease.length = fill(lease.bytes); socket.write(lease.written()); } finally { lease.release(); }
 * ```
 * @public
 */
export function createBufferPool(options: BufferPoolOptions = {}): BufferPool {
  return new ClassedPool(options);
}

class ClassedPool implements BufferPool, LeaseHome {
  readonly ownBytes = LARGEST;
  readonly watch: Watch | undefined;
  private readonly maxBytes: number;
  private readonly maxLeaseBytes: number;
  private readonly calibrateEvery: number;
  private readonly idle: readonly Uint8Array[][] = Array.from({ length: CLASSES }, () => []);
  private idleBytes = 0;
  private leasedBytes = 0;
  private highWaterBytes = 0;
  private leases = 0;
  private hits = 0;
  private misses = 0;
  private dropped = 0;
  private leaks = 0;
  /** How many leases of late needed each class, and at last those beyond all. */
  private readonly needed: number[] = new Array<number>(CLASSES + 1).fill(0);
  private period: number;
  private untilCalibration: number;
  private largestKept = CLASSES - 1;
  private usualBytes = 1;

  constructor(options: BufferPoolOptions) {
    this.maxBytes = numberOf("maxBytes", options.maxBytes, 16 * 1024 * 1024);
    this.maxLeaseBytes = Math.min(
      Math.max(numberOf("maxLeaseBytes", options.maxLeaseBytes, 64 * 1024 * 1024), 1),
      MOST,
    );
    this.calibrateEvery = numberOf("calibrateEvery", options.calibrateEvery, 4096);
    const { calibrateEvery } = this;
    this.period = Number.isFinite(calibrateEvery) ? Math.min(FIRST_CALIBRATION, calibrateEvery) : calibrateEvery;
    this.untilCalibration = this.period;
    if (options.development !== true) this.watch = undefined;
    else
      this.watch = new Watch((loan, error) => {
        this.leases--;
        this.leasedBytes -= loan.bytes;
        this.leaks++;
        options.onLeak?.(error);
      });
  }

  acquire(options?: LeaseOptions): Lease {
    return this.lend(options);
  }

  withLease<T>(use: (lease: Lease) => T, options?: LeaseOptions): T {
    checkFunction(use);
    const lease = this.lend(options);
    const end = (): void => {
      if (!lease.isEnded) lease.release();
    };
    let result: T;
    let isLater: boolean;
    try {
      result = use(lease);
      isLater = isThenable(result);
    } catch (error) {
      end();
      throw error;
    }
    if (isLater) return endAfter(result, end) as T; // cast: a promise in place of one for the same
    end();
    return result;
  }

  warmUp(count: number, options?: LeaseOptions): void {
    const minBytes = options?.minBytes ?? this.usualBytes;
    if (!(minBytes <= this.maxLeaseBytes)) throw tooLarge(minBytes, this.maxLeaseBytes);
    const index = classOf(minBytes);
    const row = this.idle[index];
    if (row === undefined) return;
    const bytes = Math.min(1 << (SMALLEST_BITS + index), this.maxLeaseBytes);
    this.largestKept = Math.max(this.largestKept, index);
    while (row.length < count && this.idleBytes + bytes <= this.maxBytes) {
      const fresh = new Uint8Array(bytes);
      this.watch?.poison(fresh);
      row.push(fresh);
      this.idleBytes += bytes;
    }
  }

  trim(keepBytes: number = 0): number {
    const before = this.idleBytes;
    for (let i = CLASSES; i-- > 0; ) {
      const row = this.idle[i] as Uint8Array[]; // cast: one row for each class
      while (row.length > 0 && !(this.idleBytes <= keepBytes)) this.drop(row);
    }
    return before - this.idleBytes;
  }

  stats(): PoolStats {
    const { hits, misses, leases, leasedBytes, highWaterBytes, idleBytes, dropped, leaks } = this;
    const hitRate = hits === 0 ? 0 : hits / (hits + misses);
    return { hits, misses, hitRate, leases, leasedBytes, highWaterBytes, idleBytes, dropped, leaks };
  }

  take(minBytes: number): Uint8Array {
    // Written so that NaN is refused too.
    if (!(minBytes <= this.maxLeaseBytes)) throw tooLarge(minBytes, this.maxLeaseBytes);
    const index = classOf(minBytes);
    let bytes = index < CLASSES ? (this.idle[index] as Uint8Array[]).pop() : undefined; // cast: one row for each class
    if (bytes === undefined) {
      this.misses++;
      bytes = new Uint8Array(Math.min(2 ** (SMALLEST_BITS + index), this.maxLeaseBytes));
      this.watch?.fill(bytes);
    } else {
      this.hits++;
      this.idleBytes -= bytes.length;
      this.watch?.check(bytes);
    }
    this.leasedBytes += bytes.length;
    if (this.leasedBytes > this.highWaterBytes) this.highWaterBytes = this.leasedBytes;
    return bytes;
  }

  give(bytes: Uint8Array): void {
    const { length } = bytes;
    this.leasedBytes -= length;
    const index = classOf(length);
    // Written so that a limit of NaN keeps nothing.
    if (index > this.largestKept || !(this.idleBytes + length <= this.maxBytes)) {
      this.dropped++;
      this.watch?.fill(bytes);
      return;
    }
    this.watch?.poison(bytes);
    this.idleBytes += length;
    (this.idle[index] as Uint8Array[]).push(bytes); // cast: largestKept is a class
  }

  forget(bytes: Uint8Array): void {
    this.leasedBytes -= bytes.length;
    this.dropped++;
  }

  ended(neededBytes: number): void {
    this.leases--;
    const index = Math.min(classOf(neededBytes), CLASSES);
    this.needed[index] = (this.needed[index] as number) + 1; // casts: one count for each class and one more
    if (--this.untilCalibration <= 0) this.calibrate();
  }

  private lend(options: LeaseOptions | undefined): HomeLease {
    const asked = options?.minBytes;
    const lease = new HomeLease(this, this.take(asked ?? this.usualBytes), asked ?? 0);
    this.leases++;
    this.watch?.started(lease);
    return lease;
  }

  /** As in valyala's bytebufferpool, but by what leases needed, not by how large they were: else what was lent would prove itself right. */
  private calibrate(): void {
    const { needed } = this;
    let total = 0;
    let usual = 0;
    for (let i = 0; i <= CLASSES; i++) {
      total += needed[i] as number; // casts, here and below: see `ended`
      if ((needed[i] as number) > (needed[usual] as number)) usual = i;
    }
    let largest = 0;
    for (let sum = needed[0] as number; sum < total * KEPT_SHARE && largest < CLASSES - 1; )
      sum += needed[++largest] as number;
    needed.fill(0);
    this.period = Math.min(this.period * 2, this.calibrateEvery);
    this.untilCalibration = this.period;
    this.usualBytes = Math.min(1 << (SMALLEST_BITS + usual), LARGEST, this.maxLeaseBytes);
    this.largestKept = largest;
    for (let i = largest + 1; i < CLASSES; i++) {
      const row = this.idle[i] as Uint8Array[]; // cast: one row for each class
      while (row.length > 0) this.drop(row);
    }
  }

  private drop(row: Uint8Array[]): void {
    this.idleBytes -= (row.pop() as Uint8Array).length; // cast: the caller saw that there is one
    this.dropped++;
  }
}

/** 0 for up to 1 KiB, 1 for up to 2 KiB and so on; beyond 1 MiB there are no rows. */
function classOf(minBytes: number): number {
  if (minBytes <= 1024) return 0;
  // clz32 counts 32-bit zeros: up to 4 GiB.
  return 32 - SMALLEST_BITS - Math.clz32(Math.ceil(minBytes) - 1);
}

function isThenable(value: unknown): boolean {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function"; // cast: any value may be asked
}

async function endAfter(result: unknown, end: () => void): Promise<unknown> {
  try {
    return await result;
  } finally {
    end();
  }
}
