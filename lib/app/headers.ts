import { CodedError } from "../errors/index.ts";
import type { HeaderList, HeaderPair, RequestHeaders } from "./types.ts";

/** The characters of a token (RFC 9110, section 5.6.2), by their codes. */
const IN_TOKEN: readonly boolean[] = /* @__PURE__ */ Array.from({ length: 128 }, (_, code) =>
  /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code)),
);

/** Pairs the app's own makers use, known to be well-formed. */
export const HTML_TYPE: HeaderPair = /* @__PURE__ */ Object.freeze([
  "content-type",
  "text/html; charset=utf-8",
] as const);
export const JSON_TYPE: HeaderPair = /* @__PURE__ */ Object.freeze(["content-type", "application/json"] as const);
export const TEXT_TYPE: HeaderPair = /* @__PURE__ */ Object.freeze([
  "content-type",
  "text/plain; charset=utf-8",
] as const);

// Looked up before it is tested, a pair is checked in two thirds of the time (bench "http", in-process cases). A cache, not state: names that
// passed the test join, as nearly all an app uses are its own constants. 70 ns of a request that gets a header of the app's own (by script).
const KNOWN_NAMES: Set<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ `accept-ranges access-control-allow-credentials access-control-allow-headers access-control-allow-methods
access-control-allow-origin access-control-expose-headers access-control-max-age allow cache-control connection content-disposition
content-encoding content-language content-length content-range content-security-policy content-type cross-origin-embedder-policy
cross-origin-opener-policy cross-origin-resource-policy date etag expires last-modified link location permissions-policy
referrer-policy retry-after server-timing set-cookie strict-transport-security traceparent vary x-content-type-options
x-dns-prefetch-control x-frame-options x-permitted-cross-domain-policies x-request-id x-xss-protection`.split(/\s+/),
);

// Names a stranger had a say in, as a proxy's may be, must not fill the memory.
const MAX_KNOWN = 256;
const MAX_KNOWN_LENGTH = 64;

/** Copies headers into a list a reply owns. */
export function toPairs(headers: HeaderList | undefined): HeaderPair[] {
  if (headers === undefined) return [];
  if (isList(headers)) return headers.slice();
  const names = Object.keys(headers);
  const pairs: HeaderPair[] = [];
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string; // cast: i is below the length
    pairs.push([name, headers[name] as string]); // cast: it is one of its own names
  }
  return pairs;
}

/** Whether there is a header of this name, which is given in lower case. */
export function hasHeader(headers: readonly HeaderPair[], wanted: string): boolean {
  for (let i = 0; i < headers.length; i++) if (isNamed((headers[i] as HeaderPair)[0], wanted)) return true; // cast: i is below the length
  return false;
}

/** Whether a name is this one, which is given in lower case. Nearly every other name has another length. */
export function isNamed(name: string, wanted: string): boolean {
  return name.length === wanted.length && (name === wanted || name.toLowerCase() === wanted);
}

/**
 * @returns Whether the value is all ASCII.
 * @throws CodedError `APP_BAD_HEADER`; the message never repeats the value, which may be a stranger's.
 */
export function checkHeader(name: string, value: string): boolean {
  if (!KNOWN_NAMES.has(name) && !isToken(name)) {
    throw new CodedError("APP_BAD_HEADER", "a header name is not a token", { value: typeof name });
  }
  const kind = kindOf(value);
  if (kind === REFUSED) {
    throw new CodedError(
      "APP_BAD_HEADER",
      `the value of header ${name} holds a line break or another forbidden character`,
      {
        value: name,
      },
    );
  }
  return kind === ASCII;
}

/** Most are short: a loop takes half the time of a regular expression (bench "http", in-process cases). */
function isToken(name: unknown): boolean {
  if (typeof name !== "string" || name === "") return false;
  for (let i = 0; i < name.length; i++) if (IN_TOKEN[name.charCodeAt(i)] !== true) return false;
  if (KNOWN_NAMES.size < MAX_KNOWN && name.length <= MAX_KNOWN_LENGTH) KNOWN_NAMES.add(name);
  return true;
}

const REFUSED = -1;
const ASCII = 0;
const LATIN1 = 1;

/**
 * Tab, visible ASCII and Latin-1, and nothing else: CR and LF would start a header of the sender's choosing. Nearly every character passes the first
 * line, which takes a seventh less time than asking for all bounds at once (by script, values of 1 to 50 characters).
 */
function kindOf(value: unknown): number {
  if (typeof value !== "string") return REFUSED;
  let kind = ASCII;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 0x20 ? code === 0x09 : code < 0x7f) continue;
    if (code < 0x80 || code > 0xff) return REFUSED;
    kind = LATIN1;
  }
  return kind;
}

/**
 * Indexed, since taking pairs apart goes through an iterator each (bench "http", in-process cases).
 * @param unseen - How many of them, from the first on, nobody has looked at yet.
 * @returns Whether all values of those are ASCII.
 * @throws CodedError `APP_BAD_HEADER`; `APP_BAD_REPLY` for two content types, of which some hosts send both, some one, some another.
 */
export function checkHeaders(headers: readonly HeaderPair[], unseen: number = headers.length): boolean {
  let isAscii = true;
  let types = 0;
  for (let i = 0; i < headers.length; i++) {
    const pair = headers[i] as HeaderPair; // cast: i is below the length
    if (pair === TEXT_TYPE || pair === JSON_TYPE || pair === HTML_TYPE) {
      types++;
      continue;
    }
    if (i < unseen && !checkHeader(pair[0], pair[1])) isAscii = false;
    if (isNamed(pair[0], "content-type")) types++;
  }
  if (types > 1) throw new CodedError("APP_BAD_REPLY", "a reply has two content-type headers");
  return isAscii;
}

/** The first value of a request header, lists joined as RFC 9110 joins them. */
export function headerText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" || value === undefined ? value : value.join(", ");
}

/** The host that was asked for: HTTP/2 names it in a field of its own, beside which `Host` says nothing (RFC 9113, section 8.3.1). */
export function askedHost(headers: RequestHeaders): string | undefined {
  return headerText(headers[":authority"]) ?? headerText(headers["host"]);
}

function isList(headers: HeaderList): headers is readonly HeaderPair[] {
  return Array.isArray(headers);
}
