import { ByMethod } from "../by-method.ts";
import { decodeSegment, isPlainMiss, MAX_GROWTH, type PathRules } from "../canonical-path.ts";
import type { Weight } from "../pack.ts";
import type { Packed } from "../packed.ts";
import { EMPTY_PARAMS, type FactoryMaker, PARAMS_PROTOTYPE } from "../params.ts";
import type { MixedSegment } from "../pattern.ts";
import { parsePattern } from "../pattern.ts";
import { ANY_METHOD, Search, type SearchIndex } from "../search.ts";
import { matchSegment } from "../segment-matcher.ts";
import { Table } from "../table.ts";
import type { Match, Matcher, RequestConstraints, Route } from "../types.ts";
import type { UrlLimits } from "../url.ts";
import type { DispatchFinder, DispatchKit } from "./dispatch.ts";

const SLASH = 47;

/** A table of exactly these routes. */
export function tableOf<Value>(
  routes: readonly Route<Value>[],
  rules: PathRules,
  makeFactory?: FactoryMaker,
  weight?: Weight,
): Table<Value> {
  const table = new Table<Value>(rules, makeFactory, weight);
  for (const route of routes) table.add(route, parsePattern(route.pattern, rules));
  return table;
}

/** What a search needs of a table, and nothing else; the table gives its trees up for it. */
export function freezeTable<Value>(table: Table<Value>): SearchIndex<Value> {
  const { rules, conditional } = table;
  const packed = new Map<string, Packed<Value>>();
  for (const method of table.methods()) {
    const one = table.packedFor(method);
    if (one !== undefined) packed.set(method, one);
  }
  return new FrozenIndex(rules, conditional, packed);
}

class FrozenIndex<Value> implements SearchIndex<Value> {
  readonly rules: PathRules;
  readonly conditional: boolean;
  private readonly packed: ReadonlyMap<string, Packed<Value>>;
  private readonly byMethod: ByMethod<Packed<Value>>;
  private readonly any: Packed<Value> | undefined;
  private readonly get: Packed<Value> | undefined;

  constructor(rules: PathRules, conditional: boolean, packed: ReadonlyMap<string, Packed<Value>>) {
    this.rules = rules;
    this.conditional = conditional;
    this.packed = packed;
    this.byMethod = new ByMethod(packed);
    this.any = packed.get(ANY_METHOD);
    this.get = packed.get("GET") ?? this.any;
  }

  packedFor(method: string): Packed<Value> | undefined {
    if (method === "GET") return this.get;
    return this.byMethod.get(method) ?? (method === "HEAD" ? this.get : this.any);
  }

  methods(): Iterable<string> {
    return this.packed.keys();
  }
}

/** What generated code is given. */
export function kitFor(routes: readonly Route<unknown>[], segments: readonly MixedSegment[]): DispatchKit {
  return {
    routes,
    prototype: PARAMS_PROTOTYPE,
    empty: EMPTY_PARAMS,
    decode: decodeSegment,
    mixed: (segment, path, from, to, starts, ends, first) =>
      matchSegment(segments[segment] as MixedSegment, path, from, to, { starts, ends }, first), // cast: the code numbers them
  };
}

/**
 * A matcher of generated functions, with the packed search behind it for what they leave open: paths that only the
 * canonical form can tell, requests with constraints, and `allowed`.
 */
export class GeneratedMatcher<Value> implements Matcher<Value> {
  private readonly search: Search<Value>;
  private readonly conditional: boolean;
  private readonly finders: ByMethod<DispatchFinder>;
  private readonly get: DispatchFinder | undefined;
  private readonly any: DispatchFinder | undefined;
  private readonly quickLength: number;

  constructor(index: SearchIndex<Value>, limits: UrlLimits, finders: ReadonlyMap<string, DispatchFinder>) {
    this.search = new Search(index, limits);
    this.conditional = index.conditional;
    this.finders = new ByMethod(finders);
    this.any = finders.get(ANY_METHOD);
    this.get = finders.get("GET") ?? this.any;
    this.quickLength = Math.min(Math.floor(limits.maxPathLength / MAX_GROWTH), limits.maxParamLength);
  }

  find(method: string, path: string, request?: RequestConstraints): Match<Value> | undefined {
    // most requests: one comparison in place of a look-up (bench "router", "12 routes, static")
    const finder = method === "GET" ? this.get : this.finderFor(method);
    if (finder === undefined) return undefined;
    const length = path.length;
    if (length > this.quickLength || path.charCodeAt(0) !== SLASH) return this.search.find(method, path, request);
    if (request !== undefined && (this.conditional || request.version !== undefined)) {
      return this.search.find(method, path, request);
    }
    const found = finder(path, length);
    if (found === null) return this.search.find(method, path);
    if (found !== undefined) return found as Match<Value>; // cast: the code hands out the routes it was given
    return isPlainMiss(path) ? undefined : this.search.find(method, path);
  }

  allowed(path: string, request?: RequestConstraints): readonly string[] {
    return this.search.allowed(path, request);
  }

  private finderFor(method: string): DispatchFinder | undefined {
    return this.finders.get(method) ?? (method === "HEAD" ? this.get : this.any);
  }
}
