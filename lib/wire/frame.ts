import { CodedError } from "../errors/index.ts";
import { decodeValue, encodeValue } from "./codec.ts";
import type { EncodeOptions } from "./encode.ts";
import type { DecodeLimits, Frame, WireValue } from "./value.ts";

/**
 * Encodes a frame as one MessagePack array.
 * @throws CodedError as `encodeValue`.
 * @public
 */
export function encodeFrame(frame: Frame, options?: EncodeOptions): Uint8Array {
  return encodeValue(frame, options);
}

/**
 * Decodes one frame: an array whose first element is a type number from 0 to 65,535. The fields are not looked at.
 * @throws CodedError `WIRE_BAD_FRAME` when the value is no frame, else as `decodeValue`.
 * @public
 */
export function decodeFrame(bytes: Uint8Array, limits?: DecodeLimits): Frame {
  const value = decodeValue(bytes, limits);
  if (isFrame(value)) return value;
  throw new CodedError("WIRE_BAD_FRAME", "Not an array that begins with a type number");
}

function isFrame(value: WireValue): value is Frame {
  if (!Array.isArray(value)) return false;
  const type: unknown = value[0];
  return typeof type === "number" && type === (type & 0xffff);
}
