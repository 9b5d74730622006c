/*
 * The shared memory of a queue, and why its plain reads and writes are in order.
 *
 * One lane per producer, each a single-producer single-consumer ring; one word wakes the consumer for all of them. A message is written with plain stores
 * into cells that only its producer may touch, and exists once `tail` moves past it by one `Atomics.store`.
 *
 * - Two processes, a bounded buffer and one index each need no lock: L. Lamport, "Proving the Correctness of Multiprocess Programs", IEEE Transactions
 *   on Software Engineering SE-3 (2), 1977. Only the producer writes `tail`, only the consumer writes `head`; both only grow (modulo 2^32), and
 *   0 <= tail - head <= cells always. The producer writes cells in [tail, head + cells), the consumer reads cells in [head, tail): they never overlap.
 * - Order: ECMA-262, "Memory Model". `Atomics.store` of an index and the `Atomics.load` that reads it synchronize, so what was written before the store happens
 *   before what is read after the load: payloads before `tail`, and the end of the consumer's reads before the producer's next writes through `head`.
 * - Cached copies of the other side's index only lag behind, so they understate what is free or there; they are refreshed before saying no. The copies and the
 *   padding are those of FastForward (Giacomoni, Moseley, Vachharajani, 2008) and MCRingBuffer (Lee, Bu, Chandranmenon, 2010).
 * - Sleeping: who sleeps sets the SLEEPING bit of its word and then looks again; who publishes moves the index and then reads the bit. All four are sequentially
 *   consistent, so at least one of them sees the other (Dekker's argument). The bit is cleared by the sleeper alone: a thread that dies between
 *   changing the word and notifying is made up for by the next message.
 *
 * Several producers on one ring (D. Vyukov's bounded queue, or a claim by compare-and-exchange as in Agrona's many-to-one ring) were tried and lost:
 * a claim whose owner dies leaves a hole that the consumer can neither read nor safely skip (bench: internals, queue, tried).
 */
import { CodedError } from "../../errors/index.ts";
import { told } from "../arguments.ts";

/** Words between what different threads write: two lines of 64 bytes, as processors fetch them in pairs. */
const LINE = 32;

// Words of the head of the memory.
const MAGIC_AT = 0;
const CELLS_AT = 1;
const LANES_AT = 2;
const WIDTH_AT = 3;
/** Wakes the consumer; every producer reads it after each message, and it changes only when somebody sleeps. */
export const SIGNAL: number = LINE;
/** `epoch << 2 | state` of the consumer. */
export const CONSUMER: number = LINE + 1;
/** Counts up while the consumer lives. */
export const CONSUMER_BEAT: number = LINE + 2;
const HEAD_WORDS = 2 * LINE;

// Words of a lane, from its base: a line the producer writes, and one the consumer writes.
export const TAIL = 0;
export const STATE = 1;
export const BEAT = 2;
export const HEAD: number = LINE;
/** Wakes the producer. */
export const ROOM: number = LINE + 1;
const LANE_WORDS = 2 * LINE;

// SIGNAL and ROOM: two bits (CLOSED in SIGNAL only), and a count above them that makes every wake-up a new value.
export const SLEEPING = 1;
export const CLOSED = 2;
export const ONE_WAKE = 4;

// States of a lane and of the consumer's end, below their epoch.
export const FREE = 0;
export const OPEN = 1;
export const ENDED = 2;
export const LOST = 3;
export const STATE_BITS = 3;
export const ONE_EPOCH = 4;

const MAGIC = 0x62757331;
const MAX_LANES = 1024;
const MAX_CELLS = 2 ** 27;

/** The views of a queue's memory, and its fixed numbers. */
export interface QueueMemory {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly numbers: Float64Array;
  /** Cells of a lane, a power of two. A cell is 8 bytes, or one message of numbers. */
  readonly cells: number;
  readonly lanes: number;
  /** Numbers per message; 0 in a queue of bytes. */
  readonly width: number;
}

/** Lays out a queue in new memory. */
export function makeMemory(cells: number, lanes: number, width: number): SharedArrayBuffer {
  if (!(Number.isInteger(lanes) && lanes >= 1 && lanes <= MAX_LANES)) {
    throw new CodedError("POOL_OUT_OF_RANGE", `${told(lanes)} producers: 1 to ${MAX_LANES} are possible`, {
      value: lanes,
    });
  }
  const bytes = memoryBytes(cells, lanes, width);
  if (!(cells <= MAX_CELLS && bytes <= 2 ** 31)) {
    throw new CodedError("POOL_TOO_LARGE", `A queue of ${bytes} bytes, 2^31 are the most`, { value: bytes });
  }
  const buffer = new SharedArrayBuffer(bytes);
  const words = new Int32Array(buffer);
  words[CELLS_AT] = cells;
  words[LANES_AT] = lanes;
  words[WIDTH_AT] = width;
  Atomics.store(words, MAGIC_AT, MAGIC);
  return buffer;
}

/**
 * Views a queue's memory; the numbers in it are checked against its size, as they decide what is touched from here on.
 * @throws CodedError `POOL_BAD_QUEUE`.
 */
export function mapMemory(buffer: SharedArrayBuffer, isOfNumbers: boolean): QueueMemory {
  if (!(buffer instanceof SharedArrayBuffer) || buffer.byteLength < 4 * HEAD_WORDS || buffer.byteLength % 8 !== 0) {
    throw new CodedError("POOL_BAD_QUEUE", "Not the memory of a queue");
  }
  const words = new Int32Array(buffer);
  const [magic, cells = 0, lanes = 0, width = 0] = words.slice(0, 4);
  const isPower = cells > 0 && (cells & (cells - 1)) === 0;
  if (magic !== MAGIC || !isPower || lanes < 1 || width < 0 || memoryBytes(cells, lanes, width) !== buffer.byteLength) {
    throw new CodedError("POOL_BAD_QUEUE", "The memory's head is not that of a queue");
  }
  if (width > 0 !== isOfNumbers) {
    throw new CodedError("POOL_BAD_QUEUE", `A queue of ${width > 0 ? "numbers" : "bytes"}`);
  }
  return { words, bytes: new Uint8Array(buffer), numbers: new Float64Array(buffer), cells, lanes, width };
}

/** The word where a lane begins. */
export function laneBase(lane: number): number {
  return HEAD_WORDS + lane * LANE_WORDS;
}

/** The byte where a lane's cells begin. */
export function laneStart(memory: QueueMemory, lane: number): number {
  return 4 * laneBase(memory.lanes) + lane * memory.cells * cellBytes(memory.width);
}

function cellBytes(width: number): number {
  return 8 * Math.max(1, width);
}

function memoryBytes(cells: number, lanes: number, width: number): number {
  return 4 * laneBase(lanes) + lanes * cells * cellBytes(width);
}

/** The power of two from `least` up, at least 2. */
export function powerOfTwo(least: number): number {
  return least <= 2 ? 2 : 2 ** Math.ceil(Math.log2(least));
}

export function closedError(): CodedError {
  return new CodedError("POOL_QUEUE_CLOSED", "The queue, or this end of it, is closed");
}
