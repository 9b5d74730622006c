/**
 * 64 bits that choose one of the hash functions: two integers below 2^32. What strangers may fill must use a key they cannot guess.
 * @public
 */
export type HashSeed = readonly [low: number, high: number];

/** Who hashes what is at least 32 bytes long. */
export interface LongHash {
  /** Four lanes of two words, the lower first; set up before, and the hash is in the first afterwards. */
  readonly lanes: Int32Array;
  run(bytes: Uint8Array, length: number): void;
}
