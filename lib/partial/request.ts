import type { RequestLike } from "./types.ts";

/** What a reply depends on, for `Vary`. */
export const VARY = "Bus-Request, Bus-Request-Type, Bus-Boosted, Bus-History-Restore-Request";

/**
 * Tells whether a request wants a fragment: the script made it, for a part of the page. Otherwise it wants the whole page: the browser
 * itself asked, or the script for a boosted link, a selection or Back.
 * @remarks A reply that depends on this needs the `Vary` header that `reply` sets by itself.
 * @public
 */
export function isPartial(request: RequestLike): boolean {
  if (!isFromClient(request)) return false;
  return header(request, "Bus-Request-Type") !== "full" && header(request, "Bus-History-Restore-Request") !== "true";
}

/** Whether the script made it. */
export function isFromClient(request: RequestLike): boolean {
  return header(request, "Bus-Request") === "true";
}

function header({ headers }: RequestLike, name: string): string | undefined {
  // cast: a record may have a header called "get", but then it is no function
  const get = headers.get as unknown;
  if (typeof get === "function") return (headers as { get(name: string): string | null }).get(name) ?? undefined;
  const value = (headers as Readonly<Record<string, unknown>>)[name.toLowerCase()];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : undefined;
}
