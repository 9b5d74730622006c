import { CodedError } from "../errors/index.ts";
import type { CookieOptions, CookiePlace } from "./cookie-types.ts";
import { isSigned, secretKeys, signText } from "./signing.ts";
import type { Platform } from "./types.ts";

/** Of a whole `Set-Cookie` line: what every browser keeps. */
const MAX_COOKIE_BYTES = 4096;
/** Of the request's cookie header, in characters; what lies behind is not read. */
const MAX_HEADER_LENGTH = 16_384;
/** Cookies of one request; what lies behind is not read. */
const MAX_COOKIES = 200;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const PREFIXED = /^__(?:host|secure)-/i;
const DOMAIN = /^\.?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;
const PATH = /^\/[\x20-\x3a\x3c-\x7e]{0,1023}$/;
// RFC 6265's cookie-octets, so no comma either, without "%", which starts an escape, and "+", which some readers take for a blank.
const ENCODED = /[^!#$&'()*\-./0-9:<=>?@A-Z[\]^_`a-z{|}~]+/g;
const SITES = { strict: "Strict", lax: "Lax", none: "None" } as const;
const PRIORITIES = { low: "Low", medium: "Medium", high: "High" } as const;
const PREFIXES = { host: "__Host-", secure: "__Secure-", none: "" } as const;

/** What an app fixes for its cookies. */
export interface CookieSettings {
  /** The newest first. */
  readonly keys: readonly Uint8Array[];
  /** Neither `Secure` nor a prefix, since no browser would take them over plain HTTP. */
  readonly plainHttp: boolean;
}

export function createCookieSettings(
  secrets: readonly (string | Uint8Array)[] | undefined,
  plainHttp: boolean | undefined,
): CookieSettings {
  return { keys: secretKeys(secrets ?? []), plainHttp: plainHttp === true };
}

/**
 * Cookies by the name they travel under. Of two with one name the first counts, which browsers send for the most specific path. Only blank and tab are padding: a browser takes other spaces
 * for part of a name, so trimming them would let `\u00a0__Host-x` pass for `__Host-x`.
 */
export function parseCookies(lines: string | readonly string[] | undefined): Readonly<Record<string, string>> {
  const cookies: Record<string, string> = Object.create(null);
  if (lines === undefined) return cookies;
  const header = typeof lines === "object" ? lines.join("; ") : lines;
  let at = 0;
  for (let count = 0; count < MAX_COOKIES && at < header.length; count++) {
    const end = header.indexOf(";", at);
    const stop = end < 0 ? header.length : end;
    if (stop > MAX_HEADER_LENGTH) break; // never half a cookie
    const equals = header.indexOf("=", at);
    if (equals >= 0 && equals < stop) {
      const name = trim(header.slice(at, equals));
      if (name !== "" && !(name in cookies)) cookies[name] = decodeCookie(trim(header.slice(equals + 1, stop)));
    }
    at = stop + 1;
  }
  return cookies;
}

/** The same cookies, and those with a prefix by their bare name too, where they win: no other host can have set them. */
export function withBareNames(sent: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const names = Object.keys(sent);
  if (!names.some((name) => name.startsWith("__"))) return sent;
  const cookies: Record<string, string> = Object.assign(Object.create(null), sent);
  for (const prefix of [PREFIXES.secure, PREFIXES.host]) {
    for (const name of names) {
      const bare = name.startsWith(prefix) ? name.slice(prefix.length) : "";
      // A sibling host may set `__Secure-__Host-x`: it must not come out as `__Host-x`.
      if (bare !== "" && !PREFIXED.test(bare)) cookies[bare] = sent[name] ?? "";
    }
  }
  return cookies;
}

/**
 * The name a cookie travels under.
 * @throws CodedError `APP_BAD_COOKIE`
 */
export function cookieName(name: string, options: CookiePlace, settings: CookieSettings): string {
  if (!TOKEN.test(name)) throw bad("the name of a cookie is not a token");
  if (PREFIXED.test(name)) throw bad("the name of a cookie has a prefix already");
  return PREFIXES[prefixOf(options, settings)] + name;
}

/**
 * A whole `Set-Cookie` value.
 * @throws CodedError `APP_BAD_COOKIE`, `APP_COOKIE_TOO_LARGE`, `APP_NO_COOKIE_SECRET`; never with the value in the message.
 */
export function encodeCookie(
  name: string,
  value: string,
  options: CookieOptions,
  settings: CookieSettings,
  platform: () => Platform,
): string {
  const full = cookieName(name, options, settings);
  const text = options.signed === true ? signCookie(full, value, settings, platform()) : value;
  const line = `${full}=${encodeValue(text)}${attributes(options, settings)}`;
  if (line.length <= MAX_COOKIE_BYTES) return line; // all of it is ASCII
  throw new CodedError(
    "APP_COOKIE_TOO_LARGE",
    `a cookie of ${line.length} bytes, at most ${MAX_COOKIE_BYTES} are kept`,
    {
      value: line.length,
    },
  );
}

/** What makes a browser forget a cookie: the same name and place, and a time long past. */
export function encodeDeletion(name: string, options: CookiePlace, settings: CookieSettings): string {
  const past = { ...options, maxAgeSeconds: 0, expires: new Date(0) };
  return `${cookieName(name, options, settings)}=${attributes(past, settings)}`;
}

/** @throws CodedError `APP_NO_COOKIE_SECRET` */
export function requireKeys({ keys }: CookieSettings): readonly [Uint8Array, ...Uint8Array[]] {
  const [first, ...rest] = keys;
  if (first !== undefined) return [first, ...rest];
  throw new CodedError("APP_NO_COOKIE_SECRET", "a signature was asked for, and the app has no cookieSecrets");
}

/** The value of a signed cookie; `undefined` when it is absent or its signature is not ours for this very name. */
export function verifyCookie(
  full: string,
  sent: string | undefined,
  settings: CookieSettings,
  platform: Platform,
): string | undefined {
  const keys = requireKeys(settings);
  const dot = sent?.lastIndexOf(".") ?? -1;
  if (sent === undefined || dot < 0) return undefined;
  const value = sent.slice(0, dot);
  return isSigned(platform, keys, purposeOf(full), value, sent.slice(dot + 1)) ? value : undefined;
}

function signCookie(full: string, value: string, settings: CookieSettings, platform: Platform): string {
  const [key] = requireKeys(settings);
  return `${value}.${signText(platform, key, purposeOf(full), value)}`;
}

/** A signature is for one name: that of a harmless cookie must not fit the session's. */
function purposeOf(full: string): string {
  return `busbar/cookie/${full}`;
}

function prefixOf(options: CookiePlace, settings: CookieSettings): keyof typeof PREFIXES {
  const { prefix, domain, path = "/" } = options;
  if (settings.plainHttp) return "none";
  const secure = options.secure ?? true;
  if (prefix === undefined) return !secure ? "none" : domain === undefined && path === "/" ? "host" : "secure";
  if (prefix !== "none" && !secure) throw bad("a prefixed cookie has to be secure");
  if (prefix === "host" && (domain !== undefined || path !== "/")) {
    throw bad("a cookie for one host has no domain, and / as its path");
  }
  return prefix;
}

function attributes(options: CookieOptions, settings: CookieSettings): string {
  const { domain, path = "/", expires, maxAgeSeconds, httpOnly = true, partitioned, priority } = options;
  const secure = (options.secure ?? true) && !settings.plainHttp;
  const sameSite = settings.plainHttp && options.sameSite === "none" ? "lax" : (options.sameSite ?? "lax");
  const site = Object.hasOwn(SITES, sameSite) ? SITES[sameSite] : undefined;
  const rank = priority !== undefined && Object.hasOwn(PRIORITIES, priority) ? PRIORITIES[priority] : undefined;
  if (site === undefined || (priority !== undefined && rank === undefined))
    throw bad("an attribute of a cookie is unknown");
  if (!PATH.test(path)) throw bad("the path of a cookie is not a path");
  if (domain !== undefined && !DOMAIN.test(domain)) throw bad("the domain of a cookie is not a host name");
  if (maxAgeSeconds !== undefined && !Number.isSafeInteger(maxAgeSeconds))
    throw bad("the age of a cookie is not whole seconds");
  if (expires !== undefined && Number.isNaN(expires.getTime())) throw bad("the expiry of a cookie is not a date");
  const needsTls = sameSite === "none" || (partitioned === true && !settings.plainHttp);
  if (needsTls && !secure) throw bad("a cookie for other sites, or a partitioned one, has to be secure");
  let text = `; Path=${path}`;
  if (domain !== undefined) text += `; Domain=${domain}`;
  if (maxAgeSeconds !== undefined) text += `; Max-Age=${maxAgeSeconds}`;
  if (expires !== undefined) text += `; Expires=${expires.toUTCString()}`;
  if (secure) text += "; Secure";
  if (httpOnly) text += "; HttpOnly";
  text += `; SameSite=${site}`;
  if (partitioned === true && secure) text += "; Partitioned";
  if (rank !== undefined) text += `; Priority=${rank}`;
  return text;
}

function encodeValue(value: string): string {
  try {
    return value.replace(ENCODED, encodeURIComponent);
  } catch {
    throw bad("the value of a cookie holds half a surrogate pair");
  }
}

function decodeCookie(raw: string): string {
  const value = raw.length > 1 && raw.startsWith('"') && raw.endsWith('"') ? raw.slice(1, -1) : raw;
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** By hand: a pattern for trailing blanks takes quadratic time on blanks in the middle. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function bad(what: string): CodedError {
  return new CodedError("APP_BAD_COOKIE", what);
}
