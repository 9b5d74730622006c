import { CodedError } from "../errors/index.ts";
import type { BufferPool, Lease } from "../pool/index.ts";
import { EMPTY, Encoder } from "./encoder.ts";
import type { WireValue } from "./value.ts";

/**
 * How to encode.
 * @public
 */
export interface EncodeOptions {
  /** Lends the scratch buffer; without it the encoder has its own. */
  readonly pool?: BufferPool;
  /**
   * Sorts the keys of every map by their UTF-16 units, as RFC 8785 does for JSON, so that equal values give equal bytes: for hashes and signatures.
   * @defaultValue false
   */
  readonly canonical?: boolean;
}

/**
 * Encodes a value as MessagePack, every part in its shortest form, map entries in the order the object has them.
 * Lone surrogates in text become U+FFFD.
 * @returns Exactly the bytes, never written again; as with Node's buffers several results may lie in one `ArrayBuffer`, so copy what you transfer.
 * @throws CodedError `WIRE_BAD_VALUE` for anything that is no `WireValue` (also `undefined` inside an object, and a key that is no
 * well-formed text), `WIRE_TOO_DEEP` beyond 64 levels (also a cycle), `POOL_TOO_LARGE` beyond the pool's largest lease.
 * @remarks Time: O(bytes), with `canonical` and the sorting of the keys. Allocates the result only, unless it is longer than any before.
 * @example
 * ```ts
 * encodeValue({ id: 7, tags: ["a"] }); // 82 a2 69 64 07 a4 74 61 67 73 91 a1 61
 * ```
 * @public
 */
export function encodeValue(value: WireValue, options?: EncodeOptions): Uint8Array {
  if (options?.pool !== undefined) return encodeLease(value, options.pool, options).detach();
  const encoder = idle ?? new Encoder();
  idle = undefined; // a getter of the value may encode too: it then finds none and makes its own
  try {
    encoder.isCanonical = options?.canonical === true;
    encoder.begin();
    encoder.put(value, 0);
    return encoder.finish();
  } finally {
    idle = encoder;
  }
}

/**
 * Encodes like `encodeValue`, into a lease that the caller releases: `lease.written()` are the bytes, and nothing is copied.
 * @throws CodedError as `encodeValue`, the lease is then already released; `WIRE_BAD_ARGUMENT` without a pool.
 * @public
 */
export function encodeLease(value: WireValue, pool: BufferPool, options?: Omit<EncodeOptions, "pool">): Lease {
  if (typeof pool?.acquire !== "function")
    throw new CodedError("WIRE_BAD_ARGUMENT", "What should lend memory is no pool");
  const lease = pool.acquire();
  const encoder = idleLeased ?? new Encoder();
  idleLeased = undefined;
  try {
    encoder.isCanonical = options?.canonical === true;
    encoder.lease = lease;
    encoder.out = lease.bytes;
    encoder.put(value, 0);
    lease.length = encoder.at;
    return lease;
  } catch (error) {
    lease.release();
    throw error;
  } finally {
    encoder.lease = undefined;
    encoder.out = EMPTY;
    encoder.at = 0;
    idleLeased = encoder;
  }
}

// Scratch memory, not state: nothing of one call is seen by another. A small frame costs less than the buffer would (bench: "internals, codec").
let idle: Encoder | undefined;
let idleLeased: Encoder | undefined;
