import { CodedError } from "../../errors/index.ts";
import { numberOf, told } from "../arguments.ts";
import {
  BEAT,
  CLOSED,
  CONSUMER,
  CONSUMER_BEAT,
  ENDED,
  FREE,
  HEAD,
  LOST,
  laneBase,
  makeMemory,
  mapMemory,
  ONE_EPOCH,
  OPEN,
  powerOfTwo,
  type QueueMemory,
  ROOM,
  SIGNAL,
  SLEEPING,
  STATE,
  STATE_BITS,
  TAIL,
} from "./layout.ts";
import { wake } from "./sleeper.ts";

/**
 * How much a queue of bytes holds.
 * @public
 */
export interface QueueOptions {
  /** Room per producer, in bytes, rounded up to a power of two from 1_024; half of it is the longest message. @defaultValue 1_048_576 */
  readonly bytes?: number;
  /** How many producers may be open at a time, 1 to 1_024: each has a ring of its own. @defaultValue 1 */
  readonly producers?: number;
}

/**
 * How much a queue of numbers holds.
 * @public
 */
export interface NumberQueueOptions {
  /** Float64 numbers per message, 1 to 64: one is an 8-byte message, two are 16 bytes. @defaultValue 1 */
  readonly width?: number;
  /** Messages per producer, rounded up to a power of two from 16. @defaultValue 65_536 */
  readonly messages?: number;
  /** How many producers may be open at a time, 1 to 1_024. @defaultValue 1 */
  readonly producers?: number;
}

/**
 * A queue's memory, and what whoever started its threads says about them.
 * @public
 */
export interface Queue {
  /** The shared memory: pass it to each thread, which opens its end of it. */
  readonly buffer: SharedArrayBuffer;
  /** Ends the queue: pushing throws, what was pushed can still be taken, everyone who waits is woken. Closing twice is harmless. */
  close(): void;
  /**
   * Says that the thread of a producer has ended without closing it, as a worker's "exit" event tells. What it had pushed is delivered, a push it was in the
   * middle of never existed, its lane is free again, and the consumer is woken.
   */
  producerEnded(lane: number): void;
  /** Says that the thread of the consumer has ended. Another one may open: it begins with the first message whose taking had not come to its end. */
  consumerEnded(): void;
  /**
   * For threads whose end nobody is told: closes the lanes of producers that neither pushed nor called `beat` for `silentMs`, and returns them.
   * Such a lane is never lent again, as its thread may only be slow; its next push throws, and at most one push under way is still delivered, whole.
   * @param nowMs - A time that rises, such as `performance.now()`. A silence is counted from the first call that saw it.
   */
  reap(nowMs: number, silentMs: number): number[];
  /** How long the consumer has neither taken a message nor called `beat`, in milliseconds, counted from the first call that saw it. */
  consumerSilentMs(nowMs: number): number;
}

/**
 * Makes a bounded queue of byte messages between threads: any number of producers, one consumer, no locks. Memory: `bytes` per producer.
 * @throws CodedError `POOL_OUT_OF_RANGE`, `POOL_TOO_LARGE` above 2^31 bytes or 2^30 per producer.
 * @example
 * ```ts
 * const queue = createQueue({ bytes: 65_536, producers: 2 });
 * const consumer = openConsumer(queue.buffer);
 * const producer = openProducer(queue.buffer); // in another thread
 * producer.tryPush(new Uint8Array([1, 2, 3])); // true
 * consumer.tryPop(); // Uint8Array [1, 2, 3]
 * ```
 * @public
 */
export function createQueue(options: QueueOptions = {}): Queue {
  const { bytes = 1_048_576, producers = 1 } = options;
  return queueOver(makeMemory(powerOfTwo(Math.max(1024, numberOf("bytes", bytes, 0)) / 8), producers, 0), false);
}

/**
 * Makes a bounded queue of messages of `width` numbers each: for streams of small records, where a message costs nanoseconds.
 * @throws CodedError `POOL_OUT_OF_RANGE`, `POOL_TOO_LARGE`.
 * @example
 * ```ts
 * const queue = createNumberQueue({ width: 2 });
 * const producer = openNumberProducer(queue.buffer);
 * producer.tryPush(new Float64Array([1, 10, 2, 20])); // 2 messages
 * const into = new Float64Array(64);
 * openNumberConsumer(queue.buffer).tryPop(into); // 2
 * ```
 * @public
 */
export function createNumberQueue(options: NumberQueueOptions = {}): Queue {
  const { width = 1, messages = 65_536, producers = 1 } = options;
  if (!(Number.isInteger(width) && width >= 1 && width <= 64)) {
    throw new CodedError("POOL_OUT_OF_RANGE", `${told(width)} numbers per message: 1 to 64 are possible`, {
      value: width,
    });
  }
  return queueOver(makeMemory(powerOfTwo(Math.max(16, numberOf("messages", messages, 0))), producers, width), true);
}

/** Marks the queue closed and wakes everybody; in this order, or a producer would look too early and sleep on. */
export function closeQueue(memory: QueueMemory): void {
  Atomics.or(memory.words, SIGNAL, CLOSED);
  wake(memory.words, SIGNAL);
  for (let lane = 0; lane < memory.lanes; lane++) wake(memory.words, laneBase(lane) + ROOM);
}

function queueOver(buffer: SharedArrayBuffer, isOfNumbers: boolean): Queue {
  const memory = mapMemory(buffer, isOfNumbers);
  const { words } = memory;
  const lanes = Array.from({ length: memory.lanes }, (_, lane) => laneBase(lane));
  const producers = lanes.map((base) => createSilence(() => [words[base + TAIL], words[base + BEAT]].join()));
  const consumer = createSilence(() => [words[CONSUMER_BEAT], ...lanes.map((base) => words[base + HEAD])].join());

  return {
    buffer,
    close: () => closeQueue(memory),
    producerEnded(lane) {
      const base = lanes[lane];
      if (base === undefined) return;
      Atomics.compareExchange(words, base + STATE, FREE, ONE_EPOCH | ENDED); // when it died before it began
      moveOn(words, base + STATE, ENDED, base + ROOM);
      wake(words, SIGNAL); // also when it had closed: it may have died between a message and its wake-up
    },
    consumerEnded() {
      moveOn(words, CONSUMER, FREE, SIGNAL);
    },
    reap(nowMs, silentMs) {
      const found: number[] = [];
      lanes.forEach((base, lane) => {
        const silence = producers[lane]?.(nowMs) ?? 0;
        if (silence < silentMs || !moveOn(words, base + STATE, LOST)) return;
        wake(words, base + ROOM); // it may be asleep there after all, and is to know
        found.push(lane);
      });
      if (found.length > 0) wake(words, SIGNAL);
      return found;
    },
    consumerSilentMs: consumer,
  };
}

/**
 * From OPEN to another state, in the same epoch; false when it was not open.
 * @param bed - The word a thread that is dead may have slept on.
 */
function moveOn(words: Int32Array, at: number, state: number, bed?: number): boolean {
  const before = Atomics.load(words, at);
  if ((before & STATE_BITS) !== OPEN) return false;
  // First: as soon as the end is free another thread may take it and sleep, and whoever cleared its bit would let it sleep for good.
  if (bed !== undefined) Atomics.and(words, bed, ~SLEEPING);
  return Atomics.compareExchange(words, at, before, (before & ~STATE_BITS) | state) === before;
}

/** How long what `read` gives has been the same. */
function createSilence(read: () => string): (nowMs: number) => number {
  let last: string | undefined;
  let since = 0;
  return (nowMs) => {
    const now = read();
    if (now !== last) {
      last = now;
      since = nowMs;
    }
    return nowMs - since;
  };
}
