/**
 * What a wire message is made of. Numbers are doubles: safe integers travel as MessagePack integers, all others as float64.
 * @public
 */
export type WireValue = null | boolean | number | string | Uint8Array | readonly WireValue[] | WireMap;

/**
 * A map with string keys. A decoded one has no prototype, so `__proto__` is a key like any other.
 * @public
 */
export interface WireMap {
  readonly [key: string]: WireValue;
}

/**
 * One message on a socket: its type number, then its fields. Live frames are 1 to 31, sync frames 32 to 63.
 * @public
 */
export type Frame = readonly [type: number, ...fields: WireValue[]];

/**
 * How much a decoder takes from a stranger.
 * @public
 */
export interface DecodeLimits {
  /** Length of the whole message in bytes. @defaultValue 16_777_216 */
  readonly maxBytes?: number;
  /** Arrays and maps inside one another; at most 512, which any stack bears. @defaultValue 64 */
  readonly maxDepth?: number;
  /** Array elements and map entries in the whole message. @defaultValue 250_000 */
  readonly maxItems?: number;
  /**
   * Refuses what `encodeValue(value, { canonical: true })` would write otherwise: for what is hashed or signed. Costs an encoding.
   * @defaultValue false
   */
  readonly canonical?: boolean;
}

/** What the encoder nests at most: what a decoder with default limits takes. */
export const MAX_DEPTH = 64;
export const MAX_BYTES = 16_777_216;
export const MAX_ITEMS = 250_000;
/** Any stack bears this many levels. */
export const DEPTH_BORNE = 512;

// Array.isArray does not narrow a readonly array away from the other branch.
export function isList(value: WireMap | readonly WireValue[]): value is readonly WireValue[] {
  return Array.isArray(value);
}

/** Plain objects only, of any realm: a Date or a Map would otherwise quietly travel as {}. */
export function isPlain(value: WireMap): boolean {
  if (typeof value !== "object") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
