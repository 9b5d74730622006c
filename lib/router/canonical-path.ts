import { CodedError } from "../errors/index.ts";
import { limitOf } from "./limits.ts";
import { decodePercent, escapeLength, readEscape } from "./percent.ts";
import type { PathOptions } from "./types.ts";

const SLASH = 47;
const DOT = 46;
const DEFAULT_MAX_PATH_LENGTH = 8192;

/** How a path is brought into canonical form; the router keeps the letters' case for the values of parameters. */
export interface PathRules {
  readonly ignoreTrailingSlash: boolean;
  readonly ignoreDuplicateSlashes: boolean;
  readonly fold: boolean;
  readonly maxPathLength: number;
}

export function pathRules(options: PathOptions): PathRules {
  return {
    ignoreTrailingSlash: options.ignoreTrailingSlash ?? false,
    ignoreDuplicateSlashes: options.ignoreDuplicateSlashes ?? false,
    fold: options.caseSensitive === false,
    maxPathLength: limitOf("maxPathLength", options.limits?.maxPathLength, DEFAULT_MAX_PATH_LENGTH),
  };
}

/**
 * Brings a request path into the one form that the router, guards and mounts all compare: query and fragment cut,
 * every segment percent-decoded once, and only `%`, `/`, `?`, `#`, `\` and control characters encoded again, so that
 * `%2F` stays inside its segment. Injective on decoded segments, and idempotent.
 * @param path - A path as it came in, with or without query. It must start with a slash.
 * @param options - The options of the router the path is for. With `caseSensitive: false` letters become lower case;
 * with `ignoreTrailingSlash` slashes at the end go; with `ignoreDuplicateSlashes` empty segments go.
 * @throws CodedError `ROUTER_BAD_PATH`, `ROUTER_BAD_ENCODING`, `ROUTER_DOT_SEGMENT`, `ROUTER_PATH_TOO_LONG`, `ROUTER_BAD_LIMIT`.
 * @remarks Time: one pass over the path. A path that is canonical already is returned as it is.
 * @example
 * ```ts
 * canonicalPath("/caf%C3%A9/a%2Fb?page=2"); // "/café/a%2Fb"
 * ```
 * @public
 */
export function canonicalPath(path: string, options: PathOptions = {}): string {
  if (path.charCodeAt(0) !== SLASH) throw new CodedError("ROUTER_BAD_PATH", "the path does not start with a slash");
  return toCanonical(path, pathRules(options));
}

/** Canonical form of a path that starts with a slash. */
export function toCanonical(path: string, rules: PathRules): string {
  if (path.length <= rules.maxPathLength && isPlainPath(path) && !hasIgnoredSlash(path, rules)) {
    return rules.fold ? path.toLowerCase() : path;
  }
  const raw = path.slice(0, pathEnd(path));
  checkLength(raw, rules);
  const canonical = rewrite(raw, rules);
  checkLength(canonical, rules); // "\" grows to "%5C": without this the canonical form of a legal path could be illegal
  return canonical;
}

function rewrite(raw: string, rules: PathRules): string {
  let canonical = "";
  for (let start = 1; start <= raw.length; ) {
    const slash = raw.indexOf("/", start);
    const end = slash < 0 ? raw.length : slash;
    if (end > start || slash < 0 || !rules.ignoreDuplicateSlashes) {
      const text = decodeSegment(raw.slice(start, end));
      canonical += `/${encodeSegment(rules.fold ? foldCase(text) : text)}`;
    }
    start = end + 1;
  }
  let size = canonical.length;
  if (rules.ignoreTrailingSlash) while (size > 1 && canonical.charCodeAt(size - 1) === SLASH) size--;
  return canonical.slice(0, size);
}

/**
 * Tells whether a path is canonical as it stands and holds no query; may say no to a canonical non-ASCII path, and to a segment that begins with a dot. A loop
 * over the characters takes 1.5 times as long for 20 of them, three times for 60 (by script: canonicalPath, and tables that ignore slashes or case).
 */
export function isPlainPath(path: string): boolean {
  return !NOT_PLAIN.test(path);
}

/** A character that is special or not ASCII, or ends the path, and what may be a dot segment. */
const NOT_PLAIN = /[^ -"$&->@-[\]-~]|\/\./;

/** How many times longer than a path its canonical form can be: a C1 control is one unit and becomes two escapes. */
export const MAX_GROWTH = 6;

/**
 * Tells whether nothing in a path is refused: no malformed escape, no dot segment. May say no to a path that is sound,
 * above all for what its query holds.
 */
export function isSoundPath(path: string): boolean {
  if (mayHoldDotSegment(path, 1, path.length)) return false;
  for (let at = path.indexOf("%", 1); at >= 0; ) {
    const point = readEscape(path, at);
    if (point < 0 || point === DOT) return false;
    at = path.indexOf("%", at + escapeLength(point));
  }
  return true;
}

/**
 * Tells whether a path is its own canonical form but for its query: no escape, no segment that starts with a dot. What
 * fits nothing then fits nothing in canonical form. May say no to such a path, above all for what its query holds.
 */
export function isPlainMiss(path: string): boolean {
  return path.indexOf("%") < 0 && !mayHoldDotSegment(path, 1, path.length); // indexOf: V8 inlines it, and not includes
}

/**
 * Tells whether a segment between two places starts with a dot. A loop over the characters makes a miss 1.1 to 1.4 times as
 * slow, and so does a native search for "/." (bench "router", cases "misses").
 */
export function mayHoldDotSegment(path: string, from: number, length: number): boolean {
  for (let dot = path.indexOf(".", from); dot >= 0 && dot < length; dot = path.indexOf(".", dot + 1)) {
    if (path.charCodeAt(dot - 1) === SLASH) return true;
  }
  return false;
}

/** The canonical text of one decoded segment. */
export function encodeSegment(text: string): string {
  for (let i = 0; i < text.length; i++) if (isSpecial(text.charCodeAt(i))) return encodeSpecials(text, i);
  return text;
}

function encodeSpecials(text: string, from: number): string {
  let encoded = text.slice(0, from);
  for (let i = from; i < text.length; i++) {
    const unit = text.charAt(i);
    encoded += isSpecial(unit.charCodeAt(0)) ? encodeURIComponent(unit) : unit;
  }
  return encoded;
}

/** What a decoded segment cannot show as it is: "%", "/", "?", "#", "\" and control characters (C0, DEL, C1). */
export function isSpecial(code: number): boolean {
  return code < 128 ? SPECIAL[code] === 1 : code < 160;
}

/** Percent-decodes one segment and refuses `.` and `..`. */
export function decodeSegment(raw: string): string {
  const text = decodeText(raw);
  if (text === "." || text === "..") throw new CodedError("ROUTER_DOT_SEGMENT", "the path contains a dot segment");
  return text;
}

/** Percent-decodes text; what has no escape is returned as it is. */
export function decodeText(raw: string): string {
  const text = decodePercent(raw);
  if (text === undefined) throw new CodedError("ROUTER_BAD_ENCODING", "the path's percent-encoding is malformed");
  return text;
}

/**
 * Lower case, character by character, so that the length never changes: positions in the folded text are positions
 * in the text itself.
 */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let folded = "";
  for (let i = 0; i < text.length; i++) {
    const lower = text.charAt(i).toLowerCase();
    folded += lower.length === 1 ? lower : text.charAt(i);
  }
  return folded;
}

function hasIgnoredSlash(path: string, rules: PathRules): boolean {
  if (rules.ignoreTrailingSlash && path.length > 1 && path.charCodeAt(path.length - 1) === SLASH) return true;
  return rules.ignoreDuplicateSlashes && path.includes("//");
}

function checkLength(path: string, rules: PathRules): void {
  if (path.length <= rules.maxPathLength) return;
  const message = `the path has more than ${rules.maxPathLength} characters`;
  throw new CodedError("ROUTER_PATH_TOO_LONG", message, { value: path.length });
}

function pathEnd(path: string): number {
  const query = path.indexOf("?");
  const end = query < 0 ? path.length : query;
  const fragment = path.indexOf("#");
  return fragment < 0 || fragment > end ? end : fragment;
}

const ASCII = /^\p{ASCII}*$/u;

/** By code, of ASCII: a table takes no call for each character. */
const SPECIAL: Uint8Array = /* @__PURE__ */ Uint8Array.from({ length: 128 }, (_, code) =>
  code < 32 || code === 127 || "%/?#\\".includes(String.fromCharCode(code)) ? 1 : 0,
);
