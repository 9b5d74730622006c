import { CodedError } from "../../errors/index.ts";
import { Consumer, FOREVER, Producer } from "./ends.ts";
import { mapMemory, type QueueMemory } from "./layout.ts";
import type { NumberConsumer, NumberProducer, ProducerOptions, WaitOptions } from "./types.ts";

// Up to here a loop copies faster than a call into the engine (bench: internals, queue, single 8-byte messages).
const SHORT = 32;

/**
 * Opens a lane of a queue of numbers for this thread.
 * @throws CodedError `POOL_BAD_QUEUE` for other memory, `POOL_QUEUE_TAKEN` when no lane is free.
 * @public
 */
export function openNumberProducer(buffer: SharedArrayBuffer, options: ProducerOptions = {}): NumberProducer {
  return new NumbersProducer(mapMemory(buffer, true), options);
}

/**
 * Opens the consumer's end of a queue of numbers for this thread.
 * @throws CodedError `POOL_BAD_QUEUE` for other memory, `POOL_QUEUE_TAKEN` when it has a consumer.
 * @public
 */
export function openNumberConsumer(buffer: SharedArrayBuffer): NumberConsumer {
  return new NumbersConsumer(mapMemory(buffer, true));
}

class NumbersProducer extends Producer implements NumberProducer {
  readonly width: number;
  private readonly numbers: Float64Array;

  constructor(memory: QueueMemory, options: ProducerOptions) {
    super(memory, options);
    this.width = memory.width;
    this.numbers = memory.numbers;
  }

  tryPush(batch: Float64Array, count: number = batch.length / this.width): number {
    this.checkBatch(batch, count);
    return this.pushFrom(batch, 0, count);
  }

  push(batch: Float64Array, options: WaitOptions = FOREVER): number {
    const count = this.countOf(batch);
    let done = this.pushFrom(batch, 0, count);
    while (done < count && this.waitForRoom(1, options)) done += this.pushFrom(batch, done, count);
    return done;
  }

  async pushAsync(batch: Float64Array, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    const count = this.countOf(batch);
    let done = this.pushFrom(batch, 0, count);
    while (done < count) {
      await this.waitForRoomAsync(1, options.signal);
      done += this.pushFrom(batch, done, count);
    }
  }

  private pushFrom(batch: Float64Array, from: number, to: number): number {
    const { ring, width } = this;
    ring.check();
    const count = ring.room(to - from);
    if (count === 0) return 0;
    const at = ring.tail & (ring.cells - 1);
    const first = Math.min(count, ring.cells - at);
    const start = ring.start >> 3;
    copy(batch, from * width, this.numbers, start + at * width, first * width);
    if (count > first) copy(batch, (from + first) * width, this.numbers, start, (count - first) * width);
    ring.publish(count);
    return count;
  }

  /** How many messages a batch holds; without a division for one. */
  private countOf(batch: Float64Array): number {
    if (batch.length === this.width) return 1;
    const count = batch.length / this.width;
    this.checkBatch(batch, count);
    return count;
  }

  private checkBatch(batch: Float64Array, count: number): void {
    if (Number.isInteger(count) && count >= 0 && count * this.width <= batch.length) return;
    const text = `${batch.length} numbers do not hold ${count} messages of ${this.width}`;
    throw new CodedError("POOL_OUT_OF_RANGE", text, { value: count });
  }
}

class NumbersConsumer extends Consumer implements NumberConsumer {
  readonly width: number;
  private readonly numbers: Float64Array;

  constructor(memory: QueueMemory) {
    super(memory);
    this.width = memory.width;
    this.numbers = memory.numbers;
  }

  tryPop(into: Float64Array): number {
    const { width } = this;
    const room = into.length === width ? 1 : Math.floor(into.length / width);
    if (room === 0) throw new CodedError("POOL_OUT_OF_RANGE", `${into.length} numbers hold no message of ${width}`);
    this.check();
    const ring = this.nextRing(1);
    if (ring === undefined) return 0;
    const count = ring.availableUpTo(room);
    const at = ring.head & (ring.cells - 1);
    const first = Math.min(count, ring.cells - at);
    const start = ring.start >> 3;
    copy(this.numbers, start + at * width, into, 0, first * width);
    if (count > first) copy(this.numbers, start, into, first * width, (count - first) * width);
    ring.head = (ring.head + count) | 0;
    ring.release();
    return count;
  }

  pop(into: Float64Array, options: WaitOptions = FOREVER): number {
    return this.tryPop(into) || (this.wait(options) ? this.tryPop(into) : 0);
  }

  async popAsync(into: Float64Array, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<number> {
    // Another wait of this thread, woken by the same messages, may have taken them.
    while (await this.waitAsync(options)) {
      const count = this.tryPop(into);
      if (count > 0) return count;
    }
    return 0;
  }
}

function copy(from: Float64Array, at: number, to: Float64Array, start: number, count: number): void {
  if (count > SHORT) to.set(count === from.length ? from : from.subarray(at, at + count), start);
  else for (let i = 0; i < count; i++) to[start + i] = from[at + i] as number; // cast: both hold so many
}
