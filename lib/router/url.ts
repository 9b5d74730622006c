import { CodedError, isCodedError } from "../errors/index.ts";
import { foldCase, type PathRules, pathRules, toCanonical } from "./canonical-path.ts";
import { limitOf } from "./limits.ts";
import { type MixedSegment, type Pattern, type Segment, segmentNames } from "./pattern.ts";
import { type Captures, matchSegment } from "./segment-matcher.ts";
import type { PathOptions } from "./types.ts";

/** Values by parameter name, as `url` takes them. */
export type UrlValues = Readonly<Record<string, string | number | undefined>>;

export interface UrlLimits {
  readonly maxPathLength: number;
  readonly maxParamLength: number;
}

const DEFAULT_MAX_PARAM_LENGTH = 1024;

/** The limits that a router's options set. */
export function limitsOf(options: PathOptions): UrlLimits {
  const { maxPathLength } = pathRules(options);
  return {
    maxPathLength,
    maxParamLength: limitOf("maxParamLength", options.limits?.maxParamLength, DEFAULT_MAX_PARAM_LENGTH),
  };
}

/** Builds the path of a pattern, or throws `ROUTER_BAD_PARAM`, `ROUTER_PARAM_TOO_LONG` or `ROUTER_PATH_TOO_LONG`. */
export function buildUrl(pattern: Pattern, values: UrlValues, limits: UrlLimits, rules: PathRules): string {
  const names = new Set(pattern.segments.flatMap(segmentNames));
  for (const name of Object.keys(values)) if (!names.has(name)) refuse(pattern, name, "is not in the pattern");
  const last = pattern.segments[pattern.segments.length - 1];
  const absent =
    pattern.optional && last !== undefined && segmentNames(last).every((name) => read(values, name) === undefined);
  const [first] = pattern.segments;
  const segments = absent ? pattern.segments.slice(0, -1) : pattern.segments;
  const path = `/${segments.map((segment) => buildSegment(pattern, segment, values, limits, rules)).join("/")}`;
  // browsers read // as the start of a host's name, so a redirect to such a path would leave the site
  if (path.startsWith("//") && first?.kind === "wildcard") refuse(pattern, first.name, "would name another host");
  if (path.length > limits.maxPathLength) {
    const message = `the path built for ${pattern.source} has more than ${limits.maxPathLength} characters`;
    throw new CodedError("ROUTER_PATH_TOO_LONG", message, { value: path.length });
  }
  return path;
}

function buildSegment(
  pattern: Pattern,
  segment: Segment,
  values: UrlValues,
  limits: UrlLimits,
  rules: PathRules,
): string {
  switch (segment.kind) {
    case "static":
      return encodeForUrl(segment.text);
    case "param":
      return encodeParam(pattern, segment.name, required(pattern, segment.name, values, limits));
    case "mixed":
      return buildMixed(pattern, segment, values, limits);
    case "wildcard":
      return buildRest(pattern, segment.name, values, rules);
  }
}

function buildMixed(pattern: Pattern, segment: MixedSegment, values: UrlValues, limits: UrlLimits): string {
  const given = segment.params.map((param) => required(pattern, param.name, values, limits));
  const source = segment.literals.map((literal, i) => literal + (given[i] ?? "")).join("");
  const text = segment.fold ? foldCase(source) : source;
  const captures: Captures = { starts: [], ends: [] };
  const fits = matchSegment(segment, text, 0, text.length, captures, 0);
  for (const [i, param] of segment.params.entries()) {
    const back = fits ? source.slice(captures.starts[i], captures.ends[i]) : undefined;
    if (back !== given[i]) refuse(pattern, param.name, "would not come back as it was given");
  }
  return encodeParam(pattern, segment.params[0]?.name ?? "", source);
}

// The value of a wildcard is a canonical rest: what find gives can be handed back, and %2F stays one character.
function buildRest(pattern: Pattern, name: string, values: UrlValues, rules: PathRules): string {
  const value = read(values, name);
  if (value === undefined) refuse(pattern, name, "is missing");
  try {
    const canonical = toCanonical(`/${value}`, { ...rules, fold: false }); // letters keep their case in values
    if (canonical === `/${value}`) return value.split("/").map(encodeCanonical).join("/");
  } catch (cause) {
    if (!isCodedError(cause) && !(cause instanceof URIError)) throw cause;
    if (isCodedError(cause) && cause.code === "ROUTER_PATH_TOO_LONG") throw cause;
    return refuse(pattern, name, "is not a canonical path", cause);
  }
  return refuse(pattern, name, "is not a canonical path");
}

// A canonical segment is escaped where it must be; these escapes stay as they are.
function encodeCanonical(segment: string): string {
  return segment
    .split(/(%..)/)
    .map((part, i) => (i % 2 === 1 ? part : encodeForUrl(part)))
    .join("");
}

function required(pattern: Pattern, name: string, values: UrlValues, limits: UrlLimits): string {
  const value = read(values, name);
  if (value === undefined) refuse(pattern, name, "is missing");
  if (value === "") refuse(pattern, name, "is empty");
  if (value.length > limits.maxParamLength) {
    const message = `parameter ${name} of ${pattern.source} has more than ${limits.maxParamLength} characters`;
    throw new CodedError("ROUTER_PARAM_TOO_LONG", message, { value: value.length });
  }
  return value;
}

// Own properties only: a parameter named "constructor" is missing until it is given.
function read(values: UrlValues, name: string): string | undefined {
  const value: unknown = Object.hasOwn(values, name) ? values[name] : undefined;
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value : undefined;
}

function encodeParam(pattern: Pattern, name: string, text: string): string {
  if (text === "." || text === "..") refuse(pattern, name, "would make a dot segment");
  try {
    return encodeForUrl(text);
  } catch (cause) {
    return refuse(pattern, name, "is not well-formed text", cause);
  }
}

// encodeURIComponent escapes more than a path segment needs; these stay readable (RFC 3986, pchar).
function encodeForUrl(text: string): string {
  return encodeURIComponent(text).replace(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent);
}

function refuse(pattern: Pattern, name: string, reason: string, cause?: unknown): never {
  const options = cause === undefined ? { value: name } : { value: name, cause };
  throw new CodedError("ROUTER_BAD_PARAM", `parameter ${name} of ${pattern.source} ${reason}`, options);
}
