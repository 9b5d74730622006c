import { CodedError } from "../../errors/index.ts";
import { checkBytes } from "../arguments.ts";
import { Consumer, FOREVER, Producer } from "./ends.ts";
import type { ConsumerLane } from "./lane.ts";
import { mapMemory, type QueueMemory } from "./layout.ts";
import type { ProducerOptions, QueueConsumer, QueueProducer, WaitOptions } from "./types.ts";

/*
 * A record is a cell with its length, and then the message, rounded up to cells of 8 bytes. It never wraps: when it does not fit before the end of the
 * ring, a WRAP mark there sends the consumer to the front. So a message is one piece of memory, and may be as long as half of the ring.
 */
const WRAP = -1;
/** Messages that are given or taken from one lane before it is another one's turn. */
const ROW = 64;
// V8 copies into shared memory byte by byte unless both sides lie on 8 bytes: 64 KiB then take 26 us instead of 3.4, and 5.5 by way of a piece of
// memory that does (Node 20; bench: internals, queue, 64 KiB). A loop in JavaScript loses at every size above 8 bytes.
const ALIGNED_FROM = 128;
const PIECE = 8192;

/**
 * Opens a lane of a queue of bytes for this thread.
 * @throws CodedError `POOL_BAD_QUEUE` for other memory, `POOL_QUEUE_TAKEN` when no lane is free.
 * @public
 */
export function openProducer(buffer: SharedArrayBuffer, options: ProducerOptions = {}): QueueProducer {
  return new BytesProducer(mapMemory(buffer, false), options);
}

/**
 * Opens the consumer's end of a queue of bytes for this thread.
 * @throws CodedError `POOL_BAD_QUEUE` for other memory, `POOL_QUEUE_TAKEN` when it has a consumer.
 * @public
 */
export function openConsumer(buffer: SharedArrayBuffer): QueueConsumer {
  return new BytesConsumer(mapMemory(buffer, false));
}

class BytesProducer extends Producer implements QueueProducer {
  readonly maxMessageBytes: number;
  private readonly words: Int32Array;
  private readonly bytes: Uint8Array;
  private piece: Uint8Array | undefined;

  constructor(memory: QueueMemory, options: ProducerOptions) {
    super(memory, options);
    this.words = memory.words;
    this.bytes = memory.bytes;
    this.maxMessageBytes = memory.cells * 4 - 8;
  }

  tryPush(message: Uint8Array): boolean {
    const { ring, bytes } = this;
    const cells = this.cellsOf(message);
    const { length } = message;
    ring.check();
    let at = ring.tail & (ring.cells - 1);
    const pad = at + cells > ring.cells ? ring.cells - at : 0;
    if (ring.room(pad + cells) < pad + cells) return false;
    if (pad !== 0) {
      this.words[(ring.start >> 2) + at * 2] = WRAP;
      at = 0;
    }
    const start = ring.start + at * 8;
    this.words[start >> 2] = length;
    if (length < ALIGNED_FROM || (message.byteOffset & 7) === 0) bytes.set(message, start + 8);
    else this.copyInPieces(message, start + 8);
    ring.publish(pad + cells);
    return true;
  }

  push(message: Uint8Array, options: WaitOptions = FOREVER): boolean {
    while (!this.tryPush(message)) if (!this.waitForRoom(this.wanted(message), options)) return false;
    return true;
  }

  async pushAsync(message: Uint8Array, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    while (!this.tryPush(message)) await this.waitForRoomAsync(this.wanted(message), options.signal);
  }

  private copyInPieces(message: Uint8Array, start: number): void {
    this.piece ??= new Uint8Array(PIECE);
    const { piece, bytes } = this;
    for (let at = 0; at < message.length; at += PIECE) {
      const count = Math.min(PIECE, message.length - at);
      piece.set(message.subarray(at, at + count));
      bytes.set(piece.subarray(0, count), start + at);
    }
  }

  private cellsOf(message: Uint8Array): number {
    checkBytes(message);
    if (message.length > this.maxMessageBytes) {
      const text = `A message of ${message.length} bytes, ${this.maxMessageBytes} is the most`;
      throw new CodedError("POOL_TOO_LARGE", text, { value: message.length });
    }
    return 1 + ((message.length + 7) >>> 3);
  }

  /** What must be free for the message where it would go now. */
  private wanted(message: Uint8Array): number {
    const cells = this.cellsOf(message);
    const at = this.ring.tail & (this.ring.cells - 1);
    return at + cells > this.ring.cells ? this.ring.cells - at + cells : cells;
  }
}

class BytesConsumer extends Consumer implements QueueConsumer {
  private readonly words: Int32Array;
  private readonly bytes: Uint8Array;
  /** Where the message begins in the record that `find` found, and its cells. */
  private at = 0;
  private cells = 0;

  constructor(memory: QueueMemory) {
    super(memory);
    this.words = memory.words;
    this.bytes = memory.bytes;
  }

  tryPop(): Uint8Array | undefined {
    this.check();
    const ring = this.nextRing(ROW);
    if (ring === undefined) return undefined;
    const length = this.find(ring);
    const copy = this.bytes.slice(this.at, this.at + length);
    ring.head = (ring.head + this.cells) | 0;
    ring.release(); // after the copy: until here the message is still there for the next consumer
    return copy;
  }

  pop(options: WaitOptions = FOREVER): Uint8Array | undefined {
    return this.tryPop() ?? (this.wait(options) ? this.tryPop() : undefined);
  }

  async popAsync(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<Uint8Array | undefined> {
    // Another wait of this thread, woken by the same message, may have taken it.
    while (await this.waitAsync(options)) {
      const message = this.tryPop();
      if (message !== undefined) return message;
    }
    return undefined;
  }

  drain(take: (message: Uint8Array, lane: number) => void, max: number = Number.POSITIVE_INFINITY): number {
    this.check();
    let count = 0; // `take` may close this consumer
    while (count < max && this.isOpen()) {
      const ring = this.nextRing(1);
      if (ring === undefined) break;
      count += this.drainRing(ring, take, Math.min(max - count, ROW));
    }
    return count;
  }

  /** Gives the room back once for all of them: an index that moves per message is fetched by the producer per message. */
  private drainRing(ring: ConsumerLane, take: (message: Uint8Array, lane: number) => void, max: number): number {
    const lane = this.rings.indexOf(ring);
    let count = 0;
    try {
      while (count < max && this.isOpen() && ring.available() !== 0) {
        const length = this.find(ring);
        ring.head = (ring.head + this.cells) | 0;
        count++;
        take(this.bytes.subarray(this.at, this.at + length), lane);
      }
    } finally {
      if (this.isOpen()) ring.release(); // else another consumer may have gone on from here
    }
    return count;
  }

  /** Finds the record at the head; every number read from shared memory is read once, and checked before it is used. */
  private find(ring: ConsumerLane): number {
    let at = ring.head & (ring.cells - 1);
    let length = this.words[(ring.start >> 2) + at * 2] as number; // cast: at is below the lane's cells
    if (length === WRAP) {
      const pad = ring.cells - at;
      if (at === 0 || ring.availableUpTo(pad + 1) <= pad) ring.lose("a wrap mark at the end of what was written");
      ring.head = (ring.head + pad) | 0;
      at = 0;
      length = this.words[ring.start >> 2] as number; // cast: the lane has a first cell
    }
    const cells = 1 + ((length + 7) >>> 3);
    const isInside = length >= 0 && at + cells <= ring.cells && ring.availableUpTo(cells) === cells;
    if (!isInside) ring.lose(`a message of ${length} bytes`);
    this.at = ring.start + at * 8 + 8;
    this.cells = cells;
    return length;
  }
}
