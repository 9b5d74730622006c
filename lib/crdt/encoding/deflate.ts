import { CodedError } from "../../errors/index.ts";
import { demand } from "../arguments.ts";
import { over } from "../refuse.ts";

/** Before compressed bytes, so that plain ones are told from them. */
const FORM = 0xcd;

/**
 * Compresses what `encode` gave, to store or send it: with the platform's own deflate, or not at all where it has none.
 * @returns Compressed bytes, or the same ones where that would not make them shorter. `inflate` takes either.
 * @public
 */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  demand(bytes instanceof Uint8Array, "bytes"); // streams wait for ever with what they do not take
  if (typeof CompressionStream === "undefined") return bytes;
  const packed = await through(bytes, new CompressionStream("deflate-raw"), Number.POSITIVE_INFINITY);
  if (packed.length + 1 >= bytes.length) return bytes;
  const made = new Uint8Array(packed.length + 1);
  made[0] = FORM;
  made.set(packed, 1);
  return made;
}

/**
 * Gives what `deflate` was given.
 * @param maxBytes - Of the result: a few bytes from a stranger can become very many. @defaultValue 67_108_864
 * @throws CodedError `CRDT_LIMIT`; `CRDT_BAD_UPDATE` when the bytes do not decompress, `CRDT_NO_DEFLATE` where the platform cannot.
 * @public
 */
export async function inflate(bytes: Uint8Array, maxBytes = 67_108_864): Promise<Uint8Array> {
  demand(bytes instanceof Uint8Array, "bytes");
  demand(typeof maxBytes === "number" && maxBytes >= 0, "a number: maxBytes");
  if (bytes[0] !== FORM) return bytes;
  if (typeof DecompressionStream === "undefined")
    throw new CodedError("CRDT_NO_DEFLATE", "The platform has no DecompressionStream");
  return through(bytes.subarray(1), new DecompressionStream("deflate-raw"), maxBytes);
}

async function through(
  bytes: Uint8Array,
  stream: { readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<BufferSource> },
  maxBytes: number,
): Promise<Uint8Array> {
  const writer = stream.writable.getWriter();
  // What goes wrong in writing is seen in reading.
  writer.write(bytes.slice()).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader = stream.readable.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new CodedError("CRDT_BAD_UPDATE", "The bytes do not decompress", { cause });
    });
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw over("maxBytes", length, maxBytes);
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
