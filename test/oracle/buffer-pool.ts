/** What a buffer pool holds and counts, written the obvious way: sorted lists and sums over them, every time. */

export interface ModelLease {
  capacity: number;
  needed: number;
}

export interface ModelLimits {
  readonly maxBytes: number;
  readonly maxLeaseBytes: number;
  readonly calibrateEvery: number;
}

const MIB = 1024 * 1024;

export class PoolModel {
  readonly out: ModelLease[] = [];
  idle: number[] = [];
  hits = 0;
  misses = 0;
  dropped = 0;
  highWaterBytes = 0;
  private needs: number[] = [];
  private usual = 1024;
  private largestKept = MIB;
  private readonly limits: ModelLimits;

  constructor(limits: ModelLimits) {
    this.limits = limits;
  }

  acquire(minBytes: number | undefined): ModelLease | "refused" {
    const capacity = this.take(minBytes ?? this.usual);
    if (capacity === "refused") return "refused";
    const lease = { capacity, needed: minBytes ?? 0 };
    this.out.push(lease);
    this.noteHighWater();
    return lease;
  }

  grow(lease: ModelLease, minBytes: number): "refused" | undefined {
    if (minBytes <= lease.capacity) return undefined;
    const capacity = this.take(minBytes);
    if (capacity === "refused") return "refused";
    const old = lease.capacity;
    lease.capacity = capacity;
    lease.needed = minBytes;
    this.noteHighWater(old); // for a moment both are out
    this.giveBack(old);
    return undefined;
  }

  end(lease: ModelLease, length: number, isHandedOn: boolean): void {
    this.out.splice(this.out.indexOf(lease), 1);
    this.needs.push(Math.max(lease.needed, length));
    if (this.needs.length >= this.limits.calibrateEvery) this.calibrate();
    if (isHandedOn) this.dropped++;
    else this.giveBack(lease.capacity);
  }

  warmUp(count: number, minBytes: number): "refused" | undefined {
    if (minBytes > this.limits.maxLeaseBytes) return "refused";
    const size = this.sizeFor(minBytes);
    if (roundUp(minBytes) > MIB) return undefined;
    this.largestKept = Math.max(this.largestKept, roundUp(minBytes));
    while (this.idle.filter((each) => each === size).length < count && sum(this.idle) + size <= this.limits.maxBytes)
      this.idle.push(size);
    return undefined;
  }

  trim(keepBytes: number): number {
    const before = sum(this.idle);
    this.idle.sort((a, b) => a - b);
    while (sum(this.idle) > keepBytes) {
      this.idle.pop();
      this.dropped++;
    }
    return before - sum(this.idle);
  }

  stats(): Record<string, number> {
    const { hits, misses, dropped, highWaterBytes } = this;
    return {
      hits,
      misses,
      hitRate: hits + misses === 0 ? 0 : hits / (hits + misses),
      leases: this.out.length,
      leasedBytes: sum(this.out.map(({ capacity }) => capacity)),
      highWaterBytes,
      idleBytes: sum(this.idle),
      dropped,
      leaks: 0,
    };
  }

  private take(minBytes: number): number | "refused" {
    if (minBytes > this.limits.maxLeaseBytes) return "refused";
    const size = this.sizeFor(minBytes);
    const at = roundUp(minBytes) > MIB ? -1 : this.idle.indexOf(size);
    if (at < 0) this.misses++;
    else {
      this.hits++;
      this.idle.splice(at, 1);
    }
    return size;
  }

  private giveBack(size: number): void {
    if (size > this.largestKept || sum(this.idle) + size > this.limits.maxBytes) this.dropped++;
    else this.idle.push(size);
  }

  private calibrate(): void {
    const sizes = this.needs.map(roundUp).sort((a, b) => a - b);
    this.needs = [];
    const p95 = sizes[Math.ceil(sizes.length * 0.95) - 1] ?? MIB;
    this.largestKept = Math.min(p95, MIB);
    const times = (size: number): number =>
      sizes.filter((each) => Math.min(each, 2 * MIB) === Math.min(size, 2 * MIB)).length;
    const commonest = sizes.reduce((best, each) => (times(each) > times(best) ? each : best));
    this.usual = Math.min(commonest, MIB, this.limits.maxLeaseBytes);
    this.dropped += this.idle.filter((size) => size > this.largestKept).length;
    this.idle = this.idle.filter((size) => size <= this.largestKept);
  }

  private noteHighWater(more = 0): void {
    this.highWaterBytes = Math.max(this.highWaterBytes, more + sum(this.out.map(({ capacity }) => capacity)));
  }

  private sizeFor(minBytes: number): number {
    return Math.min(roundUp(minBytes), this.limits.maxLeaseBytes);
  }
}

export function roundUp(minBytes: number): number {
  let size = 1024;
  while (size < minBytes) size *= 2;
  return size;
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a + b, 0);
}
