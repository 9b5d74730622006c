import type { RequestLike } from "./types.ts";

/**
 * Who asks: our script, htmx 4 (or our script in its build for pages that come from htmx), or htmx 2, which says less and reads other
 * elements.
 */
export type Dialect = "bus" | "hx" | "hx2";

/** What a reply depends on, for `Vary`. A cache sees the answers to all dialects, so that it has to hear of both families. */
export const VARY: string = ["Bus", "HX"]
  .flatMap((family) =>
    ["Request", "Request-Type", "Boosted", "History-Restore-Request"].map((name) => `${family}-${name}`),
  )
  .join(", ");

/**
 * Tells whether a request wants a fragment: the script made it, for a part of the page. Otherwise it wants the whole page: the browser
 * itself asked, or the script for a boosted link, a selection or Back.
 * @remarks A reply that depends on this needs the `Vary` header that `reply` sets by itself.
 * @public
 */
export function isPartial(request: RequestLike): boolean {
  const dialect = dialectOf(request);
  if (dialect === undefined) return false;
  const read = (name: string): string | undefined => header(request, `${dialect === "bus" ? "Bus" : "HX"}-${name}`);
  if (read("History-Restore-Request") === "true") return false;
  // htmx 2 does not say what it wants; what it boosts goes into the body.
  return dialect === "hx2" ? read("Boosted") !== "true" : read("Request-Type") !== "full";
}

/** The script that made the request. Undefined: it was the browser itself. */
export function dialectOf(request: RequestLike): Dialect | undefined {
  if (header(request, "Bus-Request") === "true") return "bus";
  if (header(request, "HX-Request") !== "true") return undefined;
  return header(request, "HX-Request-Type") === undefined ? "hx2" : "hx";
}

/** Whether the request only reads, so that its answer may be kept. */
export function isRead({ method = "GET" }: RequestLike): boolean {
  return method === "GET" || method === "HEAD";
}

/** A header's value; the first one of a list. */
export function header({ headers }: RequestLike, name: string): string | undefined {
  // cast: a record may have a header called "get", but then it is no function
  const get = headers.get as unknown;
  if (typeof get === "function") return (headers as { get(name: string): string | null }).get(name) ?? undefined;
  const value = (headers as Readonly<Record<string, unknown>>)[name.toLowerCase()];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : undefined;
}
