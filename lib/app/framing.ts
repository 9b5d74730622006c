import { CodedError } from "../errors/index.ts";
import { isNamed } from "./headers.ts";
import type { HeaderPair } from "./types.ts";

/** Whether no body may follow, whatever is asked. */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

/** One look for all: nearly every reply has none, and names of other lengths are not looked at (bench "http", in-process cases). */
export function hasFraming(headers: readonly HeaderPair[]): boolean {
  for (let i = 0; i < headers.length; i++) {
    const name = (headers[i] as HeaderPair)[0]; // cast: i is below the length
    if (((LENGTHS >> name.length) & 1) === 1 && FRAMING.test(name)) return true;
  }
  return false;
}

const NAMES = [
  ...["connection", "content-length", "http2-settings", "keep-alive", "proxy-connection", "te", "trailer"],
  ...["transfer-encoding", "upgrade"],
];
const FRAMING = /* @__PURE__ */ new RegExp(`^(?:${/* @__PURE__ */ NAMES.join("|")})$`, "i");
/** A bit for each length that one of the names has. Beyond 31 they come round again, and the pattern decides. */
const LENGTHS = /* @__PURE__ */ NAMES.reduce((bits, { length }) => bits | (1 << length), 0);

/**
 * How a message is cut for its way, and how its connection goes on, is the host's to say: who hands on the headers of another server's answer says how that
 * one came. Beside a length its chunks would be two answers to where this one ends, its `keep-alive` is not this server's, HTTP/2 knows none of them, and
 * trailers it has announced do not follow. What a handler may ask for is the connection's end, and, of a 426, another protocol.
 * @throws CodedError `APP_BAD_REPLY` for a transfer coding that is more than chunks, which nobody here applies.
 */
export function withoutHops(headers: HeaderPair[], status: number): HeaderPair[] {
  const kept = headers.filter(([name, value]) => {
    if (!FRAMING.test(name) || isNamed(name, "content-length")) return true;
    if (isNamed(name, "connection")) return status === 426 || /(?:^|,)\s*close\s*(?:,|$)/i.test(value);
    if (isNamed(name, "upgrade")) return status === 426;
    if (isNamed(name, "transfer-encoding") && !/^chunked$/i.test(value.trim()))
      throw new CodedError("APP_BAD_REPLY", "a reply names a transfer coding that it is not in");
    return false;
  });
  return kept.length === headers.length ? headers : kept;
}
