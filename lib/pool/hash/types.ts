/**
 * 64 bits that choose one of the hash functions: two integers below 2^32. What strangers may fill must use a key they cannot guess.
 * @public
 */
export type HashSeed = readonly [low: number, high: number];

/** Who hashes what is long, or anything once it is there. */
export interface LongHash {
  /**
   * Four lanes of two words, the lower first, set up before for 32 bytes and more; for less the first one is what the seed makes of it. The hash is in
   * the first afterwards.
   */
  readonly lanes: Int32Array;
  /** Memory in which bytes need not be copied; undefined where it takes nothing short either. */
  readonly input: Uint8Array | undefined;
  /** Takes so many bytes in, a multiple of 32. */
  take(bytes: Uint8Array, count: number): void;
  /** Takes the last `count` bytes of `total` in. */
  run(bytes: Uint8Array, count: number, total: number): void;
}
