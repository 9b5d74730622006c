import { tagValue } from "./header-values.ts";
import { type Dialect, header } from "./request.ts";
import type { RequestLike } from "./types.ts";

/**
 * The entity tag of a version. A page and the fragments of each dialect share an address, and a cache that holds one of them asks for
 * another one with the tag it has: so each has a tag of its own. Weak, as the same content may be rendered, or compressed, in other bytes.
 */
export function etagFor(version: string | number, dialect: Dialect | undefined): string {
  return `W/"${tagValue(version)};${dialect ?? "page"}"`;
}

/** Whether the one who asks has it already. */
export function isKnown(request: RequestLike, etag: string): boolean {
  const known = header(request, "If-None-Match");
  if (known === undefined) return false;
  return known.trim() === "*" || Array.from(known.matchAll(TAG), ([tag]) => stateOf(tag)).includes(stateOf(etag));
}

const TAG = /(?:W\/)?"[^"]*"/g;

/** Compared weakly. What compresses replies adds the coding to the tag. */
function stateOf(tag: string): string {
  return tag.replace(/^W\//, "").replace(/;(?:br|gzip)"$/, '"');
}
