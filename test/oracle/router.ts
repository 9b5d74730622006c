import { joinPath, lowerCase, type SplitOptions, splitPath } from "./split-path.ts";

/** The part of a router that the oracle can stand in for. */
export interface SlowRouter {
  add(method: string | readonly string[], pattern: string, value: string): void;
  remove(method: string, pattern: string): boolean;
  find(method: string, path: string): { readonly value: string; readonly params: Record<string, string> } | undefined;
  allowed(path: string): readonly string[];
}

interface SlowSegment {
  readonly text: string;
  readonly kind: "static" | "constrained" | "affixed" | "param" | "wildcard";
  readonly regExp: RegExp;
  readonly names: readonly string[];
  readonly literals: readonly string[];
}

interface SlowRoute {
  readonly methods: Set<string>;
  readonly pattern: string;
  readonly value: string;
  readonly segments: readonly SlowSegment[];
  readonly wildcardName: string | undefined;
}

const KINDS = ["static", "constrained", "affixed", "param", "wildcard"];
const COMMON = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/**
 * A router that keeps a list of routes, finds all that match with plain regular expressions, and takes the best by
 * the rule of precedence, word for word. It refuses nothing and is as slow as it looks.
 * @param universe - Texts by which one constraint is judged narrower than another.
 */
export function createSlowRouter(options: SplitOptions = {}, universe: readonly string[] = []): SlowRouter {
  const fold = options.caseSensitive === false;
  let routes: readonly SlowRoute[] = [];

  function candidates(method: string, segments: readonly string[]): SlowRoute[] {
    return routes.filter((route) => methodRank(route, method) > 0 && matches(route, segments) !== undefined);
  }

  function matches(route: SlowRoute, segments: readonly string[]): Record<string, string> | undefined {
    const params: Record<string, string> = Object.create(null);
    for (const [i, segment] of route.segments.entries()) {
      if (segment.kind === "wildcard") {
        const bare = options.ignoreTrailingSlash === true && segments.length === i && i > 0;
        if (segments.length <= i && !bare) return undefined;
        params[route.wildcardName ?? "*"] = bare ? "" : joinPath(segments.slice(i)).slice(1);
        return params;
      }
      const given = segments[i];
      if (given === undefined) return undefined;
      const found = segment.regExp.exec(given);
      if (found === null) return undefined;
      for (const [k, name] of segment.names.entries()) params[name] = found[k + 1] ?? "";
    }
    return segments.length === route.segments.length ? params : undefined;
  }

  function compare(a: SlowRoute, b: SlowRoute, method: string): number {
    for (let i = 0; i < Math.max(a.segments.length, b.segments.length); i++) {
      const left = a.segments[i];
      const right = b.segments[i];
      if (left === undefined || right === undefined) return left === undefined ? -1 : 1; // only beside a bare wildcard
      const order = compareKinds(left, right) || compareMixed(left, right);
      if (order !== 0) return order;
    }
    return methodRank(b, method) - methodRank(a, method);
  }

  function compareMixed(a: SlowSegment, b: SlowSegment): number {
    if (a.kind === "affixed") {
      const [left, right] = [a, b].map(({ literals }) => [
        literals.join("").length,
        literals[0]?.length ?? 0,
        literals.at(-1)?.length ?? 0,
      ]);
      for (const [i, size] of (left ?? []).entries()) if (size !== right?.[i]) return (right?.[i] ?? 0) - size;
    }
    if (a.kind !== "constrained" && a.kind !== "affixed") return 0;
    return (
      universe.filter((text) => a.regExp.test(text)).length - universe.filter((text) => b.regExp.test(text)).length
    );
  }

  return {
    add(method, pattern, value) {
      const methods = typeof method === "string" ? [method] : method;
      const optional = pattern.endsWith("?");
      const written = optional ? pattern.slice(0, -1) : pattern;
      const whole = options.ignoreDuplicateSlashes ? written.replace(/\/+/g, "/") : written;
      const patterns = optional ? [whole.slice(0, whole.lastIndexOf("/:")) || "/", whole] : [whole];
      for (const text of patterns) {
        const segments = parse(text, options, fold);
        const wildcardName = segments.at(-1)?.kind === "wildcard" ? segments.at(-1)?.names[0] : undefined;
        routes = [...routes, { methods: new Set(methods), pattern, value, segments, wildcardName }];
      }
    },
    remove(method, pattern) {
      const hit = routes.filter((route) => route.pattern === pattern && route.methods.delete(method));
      routes = routes.filter((route) => route.methods.size > 0);
      return hit.length > 0;
    },
    find(method, path) {
      const segments = splitPath(path, options);
      if ("code" in segments) {
        if (segments.code === "ROUTER_BAD_PATH") return undefined;
        throw Object.assign(new Error(segments.code), { code: segments.code });
      }
      const [best] = candidates(method, segments).sort((a, b) => compare(a, b, method));
      return best && { value: best.value, params: matches(best, segments) ?? {} };
    },
    allowed(path) {
      const segments = splitPath(path, options);
      if ("code" in segments) {
        if (segments.code === "ROUTER_BAD_PATH") return [];
        throw Object.assign(new Error(segments.code), { code: segments.code });
      }
      const known = routes.flatMap((route) => [...route.methods]).concat(COMMON);
      return [...new Set(known)].filter((method) => method !== "*" && candidates(method, segments).length > 0).sort();
    },
  };
}

function compareKinds(a: SlowSegment, b: SlowSegment): number {
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind);
}

function methodRank(route: SlowRoute, method: string): number {
  if (route.methods.has(method)) return 3;
  if (method === "HEAD" && route.methods.has("GET")) return 2;
  return route.methods.has("*") ? 1 : 0;
}

/** Reads a pattern whose constraints hold no slash and no bracket. */
function parse(pattern: string, options: SplitOptions, fold: boolean): readonly SlowSegment[] {
  let parts = pattern.split("/").slice(1);
  if (options.ignoreDuplicateSlashes) parts = parts.filter((s, i) => s !== "" || i === parts.length - 1);
  if (options.ignoreTrailingSlash) while (parts.length > 1 && parts.at(-1) === "") parts.pop();
  return parts.map((part) => parseSegment(part, fold));
}

function parseSegment(text: string, fold: boolean): SlowSegment {
  if (text.startsWith("*")) return { text, kind: "wildcard", regExp: /^/, names: [text.slice(1) || "*"], literals: [] };
  const names: string[] = [];
  const literals: string[] = [];
  let constrained = false;
  let source = "";
  let rest = text;
  for (let found = TOKEN.exec(rest); found !== null; found = TOKEN.exec(rest)) {
    const [whole, literal = "", name = "", constraint] = found;
    literals.push(decodeURIComponent(literal));
    names.push(name);
    constrained ||= constraint !== undefined;
    source += `${quote(decodeURIComponent(literal), fold)}(${constraint === undefined ? "[^]+?" : `(?=[^])(?:${constraint})`})`;
    rest = rest.slice(whole.length);
  }
  literals.push(decodeURIComponent(rest));
  const regExp = new RegExp(`^${source}${quote(decodeURIComponent(rest), fold)}$`, fold ? "i" : "");
  const affixed = literals.join("") !== "" || names.length > 1;
  const kind = names.length === 0 ? "static" : constrained ? "constrained" : affixed ? "affixed" : "param";
  return { text, kind, regExp, names, literals };
}

const TOKEN = /^([^:]*):(\w+)(?:\(([^()]*)\))?/;

function quote(text: string, fold: boolean): string {
  const folded = (unit: string): string => {
    if (!fold) return unit.replace(/[\\^$.*+?()[\]{}|-]/, "\\$&");
    const same = new Set(
      [unit, lowerCase(unit), unit.toUpperCase()].filter((other) => lowerCase(other) === lowerCase(unit)),
    );
    return `(?:${[...same].map((other) => other.replace(/[\\^$.*+?()[\]{}|-]/, "\\$&")).join("|")})`;
  };
  return text.split("").map(folded).join("");
}
