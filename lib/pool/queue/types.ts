/**
 * How long a thread may block.
 * @public
 */
export interface WaitOptions {
  /** Gives up when nothing woke it for so long, in milliseconds. @defaultValue Infinity */
  readonly timeoutMs?: number;
}

/**
 * Which lane a producer writes to.
 * @public
 */
export interface ProducerOptions {
  /** From 0 to `producers - 1`: name it to know later whose lane it was. @defaultValue the first free one */
  readonly lane?: number;
}

/**
 * What both kinds of producer have.
 * @public
 */
export interface ProducerEnd {
  /** The lane it writes to. */
  readonly lane: number;
  /** Says that this thread lives. Every message says so too: only idle producers need to, and only when the queue is watched by `reap`. */
  beat(): void;
  /** Ends this producer; what it pushed is still delivered, and its lane is free for another one. Closing twice is harmless. */
  close(): void;
}

/**
 * What both kinds of consumer have.
 * @public
 */
export interface ConsumerEnd {
  /**
   * Nothing is left and nothing more will come: the queue was closed, or every lane has had a producer and they have all ended (a lane that nobody has opened yet
   * is waited for). Another producer may still open.
   */
  readonly ended: boolean;
  /**
   * Blocks until there is a message; false when the queue has `ended`, or nothing woke it for `timeoutMs`. Sleeps without using the processor.
   * @throws CodedError `POOL_QUEUE_CLOSED` when this consumer is closed, `POOL_QUEUE_CORRUPT`.
   */
  wait(options?: WaitOptions): boolean;
  /**
   * As `wait`, for a thread that must not block. It does not keep the process alive by itself. A thread that serves others too reads a bounded number
   * of messages per wait and yields between them: while there are messages it resolves without leaving the microtask queue.
   * @throws the signal's reason, and as `wait` does.
   */
  waitAsync(options?: { readonly signal?: AbortSignal | undefined }): Promise<boolean>;
  /** Says that this thread lives; every message taken says so too. */
  beat(): void;
  /** Ends this consumer and closes the queue: pushing throws from now on. Closing twice is harmless. */
  close(): void;
}

/**
 * Pushes messages of bytes. Belongs to one thread.
 * @public
 */
export interface QueueProducer extends ProducerEnd {
  /** The longest message, in bytes: what fits half of a lane. */
  readonly maxMessageBytes: number;
  /**
   * Copies the message into the ring; false, and nothing done, when there is no room for it. Once it returns true the message is delivered whatever happens to this thread.
   * @throws CodedError `POOL_TOO_LARGE` above `maxMessageBytes`, `POOL_BAD_ARGUMENT`, `POOL_QUEUE_CLOSED`, `POOL_QUEUE_CORRUPT`.
   */
  tryPush(message: Uint8Array): boolean;
  /** As `tryPush`, but blocks while there is no room; false when nobody made any for `timeoutMs`. A producer that sleeps goes on when half of its lane is free. */
  push(message: Uint8Array, options?: WaitOptions): boolean;
  /** As `push`, for a thread that must not block. @throws the signal's reason, and as `tryPush` does. */
  pushAsync(message: Uint8Array, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
}

/**
 * Takes messages of bytes. Belongs to one thread.
 * @public
 */
export interface QueueConsumer extends ConsumerEnd {
  /**
   * A copy of the next message, owned by the caller; undefined when there is none now. Messages of one producer come in order.
   * @throws CodedError `POOL_QUEUE_CLOSED` when this consumer is closed; `POOL_QUEUE_CORRUPT`, once per damaged lane: the other lanes go on.
   */
  tryPop(): Uint8Array | undefined;
  /** As `tryPop`, but blocks until there is a message; undefined when the queue has `ended` or nothing came for `timeoutMs`. */
  pop(options?: WaitOptions): Uint8Array | undefined;
  /** As `pop`, for a thread that must not block. @throws the signal's reason, and as `tryPop` does. */
  popAsync(options?: { readonly signal?: AbortSignal | undefined }): Promise<Uint8Array | undefined>;
  /**
   * Gives up to `max` messages to `take` without copying: a view into shared memory, valid until `take` returns. Returns how many it gave.
   * A message on which `take` throws counts as taken.
   * @throws as `tryPop`.
   */
  drain(take: (message: Uint8Array, lane: number) => void, max?: number): number;
}

/**
 * Pushes messages of a fixed count of numbers. Belongs to one thread.
 * @public
 */
export interface NumberProducer extends ProducerEnd {
  /** Numbers per message. */
  readonly width: number;
  /**
   * Copies as many whole messages as there is room for, and returns how many. Cost: a few nanoseconds per message in a batch.
   * @param batch - Messages one after another; a view over the same bytes carries integers.
   * @param count - How many messages of the batch. @defaultValue all
   * @throws CodedError `POOL_OUT_OF_RANGE` when the batch holds no whole number of messages, or fewer than `count`; `POOL_QUEUE_CLOSED`, `POOL_QUEUE_CORRUPT`.
   */
  tryPush(batch: Float64Array, count?: number): number;
  /** As `tryPush`, but blocks until all are pushed; fewer when nobody made room for `timeoutMs`. */
  push(batch: Float64Array, options?: WaitOptions): number;
  /** As `push`, for a thread that must not block. @throws the signal's reason, and as `tryPush` does. */
  pushAsync(batch: Float64Array, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
}

/**
 * Takes messages of a fixed count of numbers. Belongs to one thread.
 * @public
 */
export interface NumberConsumer extends ConsumerEnd {
  /** Numbers per message. */
  readonly width: number;
  /**
   * Copies messages to the front of `into`, of one producer at a time, and returns how many: 0 when there is none now.
   * @throws CodedError `POOL_OUT_OF_RANGE` when `into` holds no whole message, `POOL_QUEUE_CLOSED`, `POOL_QUEUE_CORRUPT`.
   */
  tryPop(into: Float64Array): number;
  /** As `tryPop`, but blocks until there is one; 0 when the queue has `ended` or nothing came for `timeoutMs`. */
  pop(into: Float64Array, options?: WaitOptions): number;
  /** As `pop`, for a thread that must not block. @throws the signal's reason, and as `tryPop` does. */
  popAsync(into: Float64Array, options?: { readonly signal?: AbortSignal | undefined }): Promise<number>;
}
