import { CodedError } from "../../errors/index.ts";
import {
  CLOSED,
  closedError,
  ENDED,
  HEAD,
  LOST,
  laneBase,
  laneStart,
  ONE_EPOCH,
  OPEN,
  type QueueMemory,
  ROOM,
  SIGNAL,
  SLEEPING,
  STATE,
  STATE_BITS,
  TAIL,
} from "./layout.ts";
import { wake } from "./sleeper.ts";

/** The producer's end of a lane: what is free, and making what was written exist. Knows nothing of what messages look like. */
export class ProducerLane {
  readonly words: Int32Array;
  readonly cells: number;
  /** The byte where the cells begin. */
  readonly start: number;
  readonly base: number;
  /** The cell the next message begins at, counted since the queue was made, modulo 2^32. */
  tail: number;
  private headSeen: number;
  private readonly opened: number;

  /** Takes the lane. @throws CodedError `POOL_QUEUE_TAKEN` when a producer has it. */
  constructor(memory: QueueMemory, lane: number) {
    this.words = memory.words;
    this.cells = memory.cells;
    this.start = laneStart(memory, lane);
    this.base = laneBase(lane);
    const before = Atomics.load(this.words, this.base + STATE);
    this.opened = ((before & ~STATE_BITS) + ONE_EPOCH) | OPEN;
    const isFree = (before & STATE_BITS) !== OPEN && (before & STATE_BITS) !== LOST;
    if (!isFree || Atomics.compareExchange(this.words, this.base + STATE, before, this.opened) !== before) {
      throw new CodedError("POOL_QUEUE_TAKEN", `Lane ${lane} has a producer`, { value: lane });
    }
    // Where the producer before this one ended: the consumer may still be reading what it left.
    this.tail = Atomics.load(this.words, this.base + TAIL);
    this.headSeen = Atomics.load(this.words, this.base + HEAD);
  }

  /** Throws when the queue is closed, or the lane is no longer this producer's. Plain reads, a tenth of the cost: a message later is soon enough. */
  check(): void {
    const { words } = this;
    if (words[this.base + STATE] !== this.opened || ((words[SIGNAL] as number) & CLOSED) !== 0) throw closedError(); // cast: inside the head
  }

  /** How many cells are free, up to `wanted`. */
  room(wanted: number): number {
    let free = this.cells - ((this.tail - this.headSeen) | 0);
    if (free >= wanted) return wanted;
    this.headSeen = Atomics.load(this.words, this.base + HEAD);
    const used = (this.tail - this.headSeen) | 0;
    if (used < 0 || used > this.cells) throw corrupt("the consumer's index is out of range");
    free = this.cells - used;
    return Math.min(free, wanted);
  }

  /** Makes the next `count` cells visible, in one step. */
  publish(count: number): void {
    this.tail = (this.tail + count) | 0;
    Atomics.store(this.words, this.base + TAIL, this.tail);
    if ((Atomics.load(this.words, SIGNAL) & SLEEPING) !== 0) wake(this.words, SIGNAL);
  }

  close(): void {
    const ended = (this.opened & ~STATE_BITS) | ENDED;
    Atomics.compareExchange(this.words, this.base + STATE, this.opened, ended);
    wake(this.words, SIGNAL);
  }
}

/** The consumer's end of a lane. */
export class ConsumerLane {
  readonly words: Int32Array;
  readonly cells: number;
  readonly start: number;
  readonly base: number;
  /** The cell the next message is read from. */
  head: number;
  private tailSeen: number;
  private isLost = false;

  constructor(memory: QueueMemory, lane: number) {
    this.words = memory.words;
    this.cells = memory.cells;
    this.start = laneStart(memory, lane);
    this.base = laneBase(lane);
    this.head = Atomics.load(this.words, this.base + HEAD);
    this.tailSeen = this.head;
  }

  /** How many cells hold messages: exact when 0, else at least so many. */
  available(): number {
    let count = (this.tailSeen - this.head) | 0;
    if (count !== 0) return count;
    if (this.isLost) return 0;
    this.tailSeen = Atomics.load(this.words, this.base + TAIL);
    count = (this.tailSeen - this.head) | 0;
    if (count < 0 || count > this.cells) this.lose("the producer's index is out of range");
    return count;
  }

  /** As `available`, but looks again when there are fewer than `wanted`. */
  availableUpTo(wanted: number): number {
    const count = (this.tailSeen - this.head) | 0;
    if (count >= wanted) return wanted;
    this.tailSeen = this.head;
    return Math.min(this.available(), wanted);
  }

  /** Gives the cells before `head` back to the producer. One that sleeps is woken once half of the lane is free, or all: a wake-up per message costs more than the message. */
  release(): void {
    Atomics.store(this.words, this.base + HEAD, this.head);
    if ((Atomics.load(this.words, this.base + ROOM) & SLEEPING) !== 0) this.wakeProducer();
  }

  /** A lane whose producer cannot be believed: nothing more is read from it, and nobody gets it again. */
  lose(reason: string): never {
    const state = Atomics.load(this.words, this.base + STATE);
    Atomics.store(this.words, this.base + STATE, state | LOST);
    this.isLost = true;
    this.tailSeen = this.head;
    wake(this.words, this.base + ROOM); // its next push says that the lane is closed
    throw corrupt(reason);
  }

  private wakeProducer(): void {
    const used = (Atomics.load(this.words, this.base + TAIL) - this.head) | 0;
    if (used <= this.cells >> 1) wake(this.words, this.base + ROOM);
  }
}

export function corrupt(reason: string): CodedError {
  return new CodedError("POOL_QUEUE_CORRUPT", `The queue's memory is damaged: ${reason}`);
}
