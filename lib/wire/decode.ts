import { encodeValue } from "./encode.ts";
import { limitOf, notBytes } from "./limits.ts";
import { DEPTH_BORNE, type DecodeLimits, MAX_BYTES, MAX_DEPTH, MAX_ITEMS, type WireValue } from "./value.ts";
import { refuse, ValueReader } from "./value-reader.ts";

/**
 * Decodes one MessagePack value that fills `message` to its last byte. Any valid form of a value is taken, not only the shortest.
 * Every length and count is checked against the bytes that remain, and the limits, before anything is allocated for it.
 * @returns A value that shares no memory with `message`. Maps have no prototype.
 * @throws CodedError `WIRE_CUT_SHORT`, `WIRE_TRAILING_BYTES`, `WIRE_BAD_TYPE` (ext types, `c1`), `WIRE_BAD_NUMBER` (a 64-bit integer that
 * is not safe), `WIRE_BAD_KEY` (no string, or comes twice), `WIRE_BAD_UTF8`, `WIRE_TOO_DEEP`, `WIRE_TOO_MANY_ITEMS`, `WIRE_FRAME_TOO_LARGE`,
 * with `canonical` also `WIRE_NOT_CANONICAL`; `WIRE_BAD_ARGUMENT` for what is no view of bytes.
 * @remarks Time and memory: O(bytes). An entry costs a few hundred bytes of heap at worst (an empty map), hence `maxItems`.
 * @example
 * ```ts
 * decodeValue(new Uint8Array([0x92, 1, 0xc0])); // [1, null]
 * ```
 * @public
 */
export function decodeValue(message: Uint8Array, limits?: DecodeLimits): WireValue {
  if (!ArrayBuffer.isView(message)) throw notBytes();
  const reader = new ValueReader(message, 0, message.length, limitOf(limits?.maxItems, MAX_ITEMS));
  if (message.length > limitOf(limits?.maxBytes, MAX_BYTES)) throw refuse("WIRE_FRAME_TOO_LARGE", message.length);
  const value = reader.take(Math.min(limitOf(limits?.maxDepth, MAX_DEPTH), DEPTH_BORNE));
  if (reader.at < message.length) throw refuse("WIRE_TRAILING_BYTES", reader.at);
  if (limits?.canonical === true) checkCanonical(message, value);
  return value;
}

/** A message is canonical when it is what the encoder makes of its value. */
function checkCanonical(message: Uint8Array, value: WireValue): void {
  const canonical = encodeValue(value, { canonical: true });
  // Where they agree that far, the message is as long: it was one value.
  const at = canonical.findIndex((byte, index) => byte !== message[index]);
  if (at >= 0) throw refuse("WIRE_NOT_CANONICAL", at);
}
