import { compareNeeds, fitsRequest, type SlowNeeds, type SlowRequest } from "./route-needs.ts";
import { joinPath, lowerCase, type SplitOptions, splitPath, withoutIgnored } from "./split-path.ts";

/** The part of a router that the oracle can stand in for. */
export interface SlowRouter {
  add(
    method: string | readonly string[],
    pattern: string,
    value: string,
    options?: { readonly constraints?: SlowNeeds },
  ): void;
  remove(method: string, pattern: string, constraints?: SlowNeeds): boolean;
  find(method: string, path: string, request?: SlowRequest): SlowMatch | undefined;
  allowed(path: string, request?: SlowRequest): readonly string[];
}

export interface SlowMatch {
  readonly value: string;
  readonly params: Readonly<Record<string, string>>;
}

interface SlowSegment {
  readonly kind: "static" | "constrained" | "affixed" | "param" | "wildcard";
  /** The text before, between and after the parameters: one more than there are names. */
  readonly literals: readonly string[];
  readonly names: readonly string[];
  /** What each parameter's whole value must fit. */
  readonly tests: readonly RegExp[];
}

interface SlowRoute {
  readonly methods: Set<string>;
  readonly pattern: string;
  readonly value: string;
  readonly needs: SlowNeeds;
  readonly segments: readonly SlowSegment[];
}

const KINDS = ["static", "constrained", "affixed", "param", "wildcard"];
const COMMON = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/**
 * A router that keeps a list of routes, tries every one of them, and takes the best by the rule of precedence, word
 * for word. It refuses nothing and is as slow as it looks.
 * @param universe - Texts by which one constraint is judged narrower than another.
 */
export function createSlowRouter(options: SplitOptions = {}, universe: readonly string[] = []): SlowRouter {
  const compareRoutes = routeOrder(universe);
  let routes: readonly SlowRoute[] = [];

  function candidates(method: string, segments: readonly string[], request: SlowRequest): SlowRoute[] {
    return routes.filter(
      (route) =>
        methodRank(route, method) > 0 &&
        fitsRequest(route.needs, request) &&
        matchRoute(route, segments, options) !== undefined,
    );
  }

  function read(path: string): readonly string[] | undefined {
    const segments = splitPath(path, options);
    if (!("code" in segments)) return segments;
    if (segments.code === "ROUTER_BAD_PATH") return undefined;
    throw withCode(segments.code);
  }

  return {
    add(method, pattern, value, { constraints = {} } = {}) {
      const whole = withoutIgnored(splitPattern(pattern.endsWith("?") ? pattern.slice(0, -1) : pattern), options);
      const forms = [whole];
      if (pattern.endsWith("?")) {
        forms.push(whole.length === 1 ? [""] : withoutIgnored(whole.slice(0, -1), options));
      }
      const methods = new Set(typeof method === "string" ? [method] : method);
      for (const form of forms) {
        const segments = form.map((text) => parseSegment(text, options.caseSensitive === false));
        routes = [...routes, { methods, pattern, value, needs: constraints, segments }];
      }
    },
    remove(method, pattern, constraints) {
      const concerned = routes.filter(
        (route) => route.pattern === pattern && (constraints === undefined || isSame(route.needs, constraints)),
      );
      const removed = concerned.map((route) => route.methods.delete(method));
      routes = routes.filter((route) => route.methods.size > 0);
      return removed.includes(true);
    },
    find(method, path, request = {}) {
      if (!routes.some((route) => methodRank(route, method) > 0)) return undefined;
      const segments = read(path);
      if (segments === undefined) return undefined;
      const [best] = candidates(method, segments, request).sort((a, b) => compareRoutes(a, b, method));
      if (best === undefined) return undefined;
      const params = matchRoute(best, segments, options) ?? {};
      checkLengths(best, params, options);
      return { value: best.value, params };
    },
    allowed(path, request = {}) {
      const segments = read(path);
      if (segments === undefined) return [];
      const known = routes.flatMap((route) => [...route.methods]).concat(COMMON);
      const fits = (method: string): boolean => candidates(method, segments, request).length > 0;
      return [...new Set(known)].filter((method) => method !== "*" && fits(method)).sort();
    },
  };
}

/** The parameters of a path that a route matches. */
function matchRoute(
  route: SlowRoute,
  segments: readonly string[],
  options: SplitOptions,
): Record<string, string> | undefined {
  const params: Record<string, string> = Object.create(null);
  for (const [i, segment] of route.segments.entries()) {
    if (segment.kind === "wildcard") {
      const bare = options.ignoreTrailingSlash === true && segments.length === i && i > 0;
      if (segments.length <= i && !bare) return undefined;
      params[segment.names[0] ?? "*"] = bare ? "" : joinPath(segments.slice(i)).slice(1);
      return params;
    }
    const given = segments[i];
    if (given === undefined) return undefined;
    const values = readSegment(segment, given, options.caseSensitive === false);
    if (values === undefined) return undefined;
    for (const [k, name] of segment.names.entries()) params[name] = values[k] ?? "";
  }
  return segments.length === route.segments.length ? params : undefined;
}

/** The values of a segment's parameters, the left ones as short as lets the rest fit. */
function readSegment(segment: SlowSegment, given: string, fold: boolean): readonly string[] | undefined {
  const text = fold ? lowerCase(given) : given;
  const { literals, tests } = segment;

  function readFrom(k: number, from: number): readonly string[] | undefined {
    if (k === tests.length) return from === text.length ? [] : undefined;
    const literal = literals[k + 1] ?? "";
    const last = k === tests.length - 1;
    for (let to = last ? text.length - literal.length : from + 1; to > from && to <= text.length; to++) {
      if (!text.startsWith(literal, to) || tests[k]?.test(text.slice(from, to)) !== true) continue;
      const rest = readFrom(k + 1, to + literal.length);
      if (rest !== undefined) return [given.slice(from, to), ...rest];
    }
    return undefined;
  }

  return text.startsWith(literals[0] ?? "") ? readFrom(0, (literals[0] ?? "").length) : undefined;
}

function checkLengths(route: SlowRoute, params: Readonly<Record<string, string>>, options: SplitOptions): void {
  const max = options.limits?.maxParamLength ?? 1024;
  const names = route.segments.flatMap((segment) => (segment.kind === "wildcard" ? [] : segment.names));
  if (names.some((name) => (params[name] ?? "").length > max)) throw withCode("ROUTER_PARAM_TOO_LONG");
}

/** The rule of precedence: by path, segment by segment; then by method; then by host and version. */
function routeOrder(universe: readonly string[]): (a: SlowRoute, b: SlowRoute, method: string) => number {
  const widths = new Map<SlowSegment, number>();

  function widthOf(segment: SlowSegment): number {
    const known = widths.get(segment);
    if (known !== undefined) return known;
    const width = universe.filter((text) => readSegment(segment, text, false) !== undefined).length;
    widths.set(segment, width);
    return width;
  }

  function compareSegments(a: SlowSegment, b: SlowSegment): number {
    if (a.kind !== b.kind) return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind);
    if (a.kind === "affixed") {
      const left = staticSizes(a);
      const right = staticSizes(b);
      for (const [i, size] of left.entries()) if (size !== right[i]) return (right[i] ?? 0) - size;
    }
    return a.kind === "constrained" || a.kind === "affixed" ? widthOf(a) - widthOf(b) : 0;
  }

  return (a, b, method) => {
    for (let i = 0; i < Math.max(a.segments.length, b.segments.length); i++) {
      const left = a.segments[i];
      const right = b.segments[i];
      if (left === undefined || right === undefined) return left === undefined ? -1 : 1; // only beside a bare wildcard
      const order = compareSegments(left, right);
      if (order !== 0) return order;
    }
    return methodRank(b, method) - methodRank(a, method) || compareNeeds(a.needs, b.needs);
  };
}

function staticSizes({ literals }: SlowSegment): readonly number[] {
  return [literals.join("").length, literals[0]?.length ?? 0, literals.at(-1)?.length ?? 0];
}

function methodRank(route: SlowRoute, method: string): number {
  if (route.methods.has(method)) return 3;
  if (method === "HEAD" && route.methods.has("GET")) return 2;
  return route.methods.has("*") ? 1 : 0;
}

function isSame(a: SlowNeeds, b: SlowNeeds): boolean {
  return a.host === b.host && a.version === b.version;
}

/** The written segments of a pattern; a slash inside a constraint ends none. */
function splitPattern(pattern: string): readonly string[] {
  const segments: string[] = [];
  let rest = pattern;
  while (rest !== "") {
    const [whole = "", text = ""] = SEGMENT.exec(rest) ?? [];
    if (whole === "") throw new Error(`the oracle cannot read ${pattern}`);
    segments.push(text);
    rest = rest.slice(whole.length);
  }
  return segments;
}

// Constraints nest three groups deep here; a class may hold brackets, and anything may be escaped.
const ATOM = String.raw`\\[^]|\[(?:\\[^]|[^\]\\])*\]|[^()\\[]`;
const nested = (inner: string): string => String.raw`\((?:${ATOM}${inner === "" ? "" : `|${inner}`})*\)`;
const CONSTRAINT = nested(nested(nested(nested(""))));
const SEGMENT = new RegExp(`^/((?:${CONSTRAINT}|[^/(])*)`);
const TOKEN = new RegExp(`^([^:]*):(\\w+)(${CONSTRAINT})?`);

function parseSegment(text: string, fold: boolean): SlowSegment {
  if (text.startsWith("*")) return { kind: "wildcard", literals: [], names: [text.slice(1) || "*"], tests: [] };
  const decode = (raw: string): string => (fold ? lowerCase(decodeURIComponent(raw)) : decodeURIComponent(raw));
  const names: string[] = [];
  const literals: string[] = [];
  const tests: RegExp[] = [];
  let rest = text;
  for (let found = TOKEN.exec(rest); found !== null; found = TOKEN.exec(rest)) {
    const [whole, literal = "", name = "", constraint] = found;
    literals.push(decode(literal));
    names.push(name);
    tests.push(constraint === undefined ? ANYTHING : new RegExp(`^${constraint}$`, fold ? "i" : ""));
    rest = rest.slice(whole.length);
  }
  literals.push(decode(rest));
  const affixed = literals.join("") !== "" || names.length > 1;
  const constrained = tests.some((one) => one !== ANYTHING);
  const kind = names.length === 0 ? "static" : constrained ? "constrained" : affixed ? "affixed" : "param";
  return { kind, literals, names, tests };
}

const ANYTHING = /^/;

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}
