/**
 * Leased scratch buffers, a writer and a reader over bytes; hashes, and the few structures that beat what the language has.
 * @packageDocumentation
 */
export { createBufferPool } from "./buffer-pool.ts";
export { type ByteSet, createByteSet } from "./bytes/byte-set.ts";
export { type Bitset, createBitset } from "./collections/bitset.ts";
export { createDeque, type Deque } from "./collections/deque.ts";
export { createInterner, type Interner, type InternerOptions, type InternerStats } from "./collections/interner.ts";
export { longestRise } from "./collections/longest-rise.ts";
export { createLru, type Lru, type LruOptions } from "./collections/lru.ts";
export { hash32 } from "./hash/half-sip-hash.ts";
export { hash64, hash64Halves } from "./hash/hash64.ts";
export type { HashSeed } from "./hash/types.ts";
export type { Lease } from "./lease.ts";
export {
  type ConsumerEnd,
  createNumberQueue,
  createQueue,
  type NumberConsumer,
  type NumberProducer,
  type NumberQueueOptions,
  openConsumer,
  openNumberConsumer,
  openNumberProducer,
  openProducer,
  type ProducerEnd,
  type ProducerOptions,
  type Queue,
  type QueueConsumer,
  type QueueOptions,
  type QueueProducer,
  type WaitOptions,
} from "./queue/index.ts";
export { createReader, type Reader } from "./reader.ts";
export { CHANGES, DELTAS, PART, READ, STREAM } from "./symbols.ts";
export type { BufferPool, BufferPoolOptions, LeaseOptions, PoolStats, Writer, WriterOptions } from "./types.ts";
export { readUtf8, writeUtf8 } from "./utf8.ts";
export { createWriter } from "./writer.ts";
