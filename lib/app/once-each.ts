import type { HeaderPair } from "./types.ts";

/** What a reply says once. Two lines of one are no reply to HTTP/2 in Node, which refuses it so late that a host may end its process. */
const ONCE: ReadonlySet<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ `access-control-allow-credentials access-control-max-age age content-location content-md5 content-range date dnt etag expires
last-modified location retry-after tk x-content-type-options`.split(/\s+/),
);
/** Lists, for which the same is true of their lines. */
const LISTS: ReadonlySet<string> = /* @__PURE__ */ new Set(["content-encoding", "content-language"]);

/**
 * The headers with one line of each that a reply has one of: the last, which middleware has added, or for a list all it holds. Names of one length come first:
 * most replies have no two (bench "http", in-process cases).
 */
export function onceEach(headers: HeaderPair[]): HeaderPair[] {
  let lengths = 0;
  for (let i = 0; i < headers.length; i++) {
    const bit = 1 << (headers[i] as HeaderPair)[0].length; // cast: i is below the length
    if ((lengths & bit) !== 0) return hasSecond(headers) ? joinedOnce(headers) : headers;
    lengths |= bit;
  }
  return headers;
}

function hasSecond(headers: readonly HeaderPair[]): boolean {
  for (let i = 1; i < headers.length; i++) {
    const [name] = headers[i] as HeaderPair; // cast: i is below the length
    for (let j = 0; j < i; j++) {
      const [other] = headers[j] as HeaderPair; // cast: j is below i
      if (name.length !== other.length) continue;
      const key = name.toLowerCase();
      if (key === other.toLowerCase() && isSingle(key)) return true;
    }
  }
  return false;
}

function joinedOnce(headers: readonly HeaderPair[]): HeaderPair[] {
  const values = new Map<string, string>();
  const kept: HeaderPair[] = [];
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = values.get(key);
    values.set(key, before !== undefined && LISTS.has(key) ? `${before}, ${value}` : value);
    if (before === undefined || !isSingle(key)) kept.push([name, value]);
  }
  return kept.map(([name, value]) => {
    const key = name.toLowerCase();
    return [name, isSingle(key) ? (values.get(key) ?? value) : value];
  });
}

function isSingle(key: string): boolean {
  return ONCE.has(key) || LISTS.has(key);
}
