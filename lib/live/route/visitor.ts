import type { Context } from "../../app/index.ts";
import type { LiveRouteOptions } from "./options.ts";
import { newId } from "./token.ts";

/** Tells one browser from another, and nothing else. */
const COOKIE = "bus-visitor";
/** A longer one is not ours. */
const MAX_LENGTH = 64;

type Options = Pick<LiveRouteOptions, "tokenCookie" | "unsafeTokensWithoutCookie">;

/** What tokens and sessions are bound to for who makes this request; "" for nothing. */
export function visitorOf(c: Context, options: Options): string {
  if (options.tokenCookie !== undefined) return c.cookies[options.tokenCookie] ?? "";
  const value = options.unsafeTokensWithoutCookie === true ? "" : (c.cookies[COOKIE] ?? "");
  return value.length <= MAX_LENGTH ? value : "";
}

/** Gives a browser that has none the cookie it is known by. */
export function markVisitor(c: Context, options: Options): void {
  if (options.tokenCookie !== undefined || options.unsafeTokensWithoutCookie === true) return;
  if (c.cookies[COOKIE] === undefined) c.setCookie(COOKIE, newId(c.platform).replaceAll("+", "-").replaceAll("/", "_"));
}

/** What ends a cookie of ours that is made by hand: it never goes back unencrypted where it came encrypted. */
export function secureOf(c: Pick<Context, "secure">): string {
  return c.secure === true ? "; Secure" : "";
}

/**
 * Whether a session is for this visitor: once somebody with a cookie has joined it, it is for nobody else. So pages that went out before the browser had
 * a cookie, two of them at once among them, are bound by their first join.
 * @param owner - "" while nobody has.
 */
export function isFor(owner: string, visitor: string): boolean {
  return owner === "" || owner === visitor;
}
