import { CodedError } from "../../errors/index.ts";
import { told } from "../arguments.ts";
import { ConsumerLane, ProducerLane } from "./lane.ts";
import {
  BEAT,
  CLOSED,
  CONSUMER,
  CONSUMER_BEAT,
  closedError,
  FREE,
  LOST,
  laneBase,
  ONE_EPOCH,
  OPEN,
  type QueueMemory,
  ROOM,
  SIGNAL,
  STATE,
  STATE_BITS,
} from "./layout.ts";
import { closeQueue } from "./queue.ts";
import { Sleeper } from "./sleeper.ts";
import type { ConsumerEnd, ProducerEnd, ProducerOptions, WaitOptions } from "./types.ts";

// How often an end looks again before it sleeps: 20 to 40 us, about what falling asleep and being woken cost (bench: internals, queue, there and back).
const LOOKS = 128;
// Between two looks, in turns of an empty loop: whoever reads an index all the time takes its line away from the one who writes it.
const AWAY = 256;

/** What a wait without options is given: an object made for each message costs a fifth of sending it (bench: internals, queue). */
export const FOREVER: WaitOptions = {};

/** What every producer's end does, whatever its messages are. */
export class Producer implements ProducerEnd {
  readonly lane: number;
  protected readonly ring: ProducerLane;
  private readonly sleeper: Sleeper;

  constructor(memory: QueueMemory, options: ProducerOptions) {
    this.lane = options.lane ?? freeLane(memory);
    if (!(Number.isInteger(this.lane) && this.lane >= 0 && this.lane < memory.lanes)) {
      throw new CodedError("POOL_OUT_OF_RANGE", `Lane ${told(this.lane)} of ${memory.lanes}`, { value: this.lane });
    }
    this.ring = new ProducerLane(memory, this.lane);
    this.sleeper = new Sleeper(memory.words, this.ring.base + ROOM);
  }

  beat(): void {
    Atomics.add(this.ring.words, this.ring.base + BEAT, 1);
  }

  close(): void {
    this.sleeper.leave(); // first: the lane's next producer may sleep on the same word
    this.ring.close();
  }

  /** Blocks until `cells` are free; false when nobody made room for `timeoutMs`. */
  protected waitForRoom(cells: number, options: WaitOptions): boolean {
    const { timeoutMs = Number.POSITIVE_INFINITY } = options;
    const isReady = (): boolean => this.isReady(cells);
    if (looksReady(isReady)) return true;
    return this.sleeper.wait(isReady, timeoutMs) || isReady();
  }

  protected async waitForRoomAsync(cells: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await this.sleeper.waitAsync(() => this.isReady(cells), signal);
    signal?.throwIfAborted();
  }

  private isReady(cells: number): boolean {
    this.ring.check();
    return this.ring.room(cells) === cells;
  }
}

/** What every consumer's end does, whatever its messages are. */
export class Consumer implements ConsumerEnd {
  protected readonly rings: readonly ConsumerLane[];
  private readonly memory: QueueMemory;
  private readonly sleeper: Sleeper;
  private readonly opened: number;
  /** The lane that is read from, and how many messages in a row came from it. */
  private turn = 0;
  private inRow = 0;

  constructor(memory: QueueMemory) {
    const { words } = memory;
    const before = Atomics.load(words, CONSUMER);
    this.opened = ((before & ~STATE_BITS) + ONE_EPOCH) | OPEN;
    const isFree = (before & STATE_BITS) === FREE;
    if (!isFree || Atomics.compareExchange(words, CONSUMER, before, this.opened) !== before) {
      throw new CodedError("POOL_QUEUE_TAKEN", "The queue has a consumer");
    }
    this.memory = memory;
    this.rings = Array.from({ length: memory.lanes }, (_, lane) => new ConsumerLane(memory, lane));
    this.sleeper = new Sleeper(words, SIGNAL);
  }

  get ended(): boolean {
    const { words } = this.memory;
    if ((Atomics.load(words, SIGNAL) & CLOSED) === 0) {
      for (const ring of this.rings) {
        const state = Atomics.load(words, ring.base + STATE);
        if ((state & STATE_BITS) === OPEN || state >>> 2 === 0) return false; // at work, or not begun yet
      }
    }
    return !this.hasMessages(); // asked last: a producer publishes first and ends then
  }

  wait(options: WaitOptions = FOREVER): boolean {
    const { timeoutMs = Number.POSITIVE_INFINITY } = options;
    const hasMessages = (): boolean => this.hasMessages();
    const isReady = (): boolean => this.hasMessages() || this.ended;
    for (;;) {
      this.check();
      if (looksReady(hasMessages)) return true;
      if (this.ended) return false;
      if (!this.sleeper.wait(isReady, timeoutMs)) return this.hasMessages();
    }
  }

  async waitAsync(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<boolean> {
    const { signal } = options;
    for (;;) {
      signal?.throwIfAborted();
      this.check();
      if (this.hasMessages()) return true;
      if (this.ended) return false;
      await this.sleeper.waitAsync(() => this.hasMessages() || this.ended, signal);
    }
  }

  beat(): void {
    Atomics.add(this.memory.words, CONSUMER_BEAT, 1);
  }

  close(): void {
    if (!this.isOpen()) return;
    for (const ring of this.rings) ring.release(); // within `drain`, what was given to the reader is not given again
    if (Atomics.compareExchange(this.memory.words, CONSUMER, this.opened, this.opened & ~STATE_BITS) === this.opened) {
      closeQueue(this.memory);
    }
  }

  /** A lane with messages; another one after `row` messages of one lane, so that a busy producer does not silence the others. */
  protected nextRing(row: number): ConsumerLane | undefined {
    const { rings } = this;
    if (rings.length === 1) {
      const only = rings[0] as ConsumerLane; // cast: there is one. No turns to count: 0.9 of the time of a pop
      return only.available() === 0 ? undefined : only;
    }
    for (let tries = rings.length; tries >= 0; tries--) {
      const ring = rings[this.turn] as ConsumerLane; // cast: turn is below the length
      if (this.inRow < row && ring.available() !== 0) {
        this.inRow++;
        return ring;
      }
      this.inRow = 0;
      this.turn = this.turn + 1 === rings.length ? 0 : this.turn + 1;
    }
    return undefined;
  }

  /** Throws when this end was closed, or given to another consumer. */
  protected check(): void {
    if (!this.isOpen()) throw closedError();
  }

  protected isOpen(): boolean {
    return this.memory.words[CONSUMER] === this.opened;
  }

  private hasMessages(): boolean {
    for (const ring of this.rings) if (ring.available() !== 0) return true;
    return false;
  }
}

/** Looks for a while, for a thread that is about to sleep. */
function looksReady(isReady: () => boolean): boolean {
  for (let look = 0; look < LOOKS; look++) {
    if (isReady()) return true;
    for (let turn = 0; turn < AWAY; turn++);
  }
  return false;
}

function freeLane(memory: QueueMemory): number {
  for (let lane = 0; lane < memory.lanes; lane++) {
    const state = Atomics.load(memory.words, laneBase(lane) + STATE) & STATE_BITS;
    if (state !== OPEN && state !== LOST) return lane;
  }
  throw new CodedError("POOL_QUEUE_TAKEN", `All ${memory.lanes} lanes have a producer`);
}
