import { CodedError } from "../errors/index.ts";
import {
  decodeSegment,
  foldCase,
  isSoundPath,
  MAX_GROWTH,
  mayHoldDotSegment,
  type PathRules,
  toCanonical,
} from "./canonical-path.ts";
import { type PreparedRequest, prepareRequest } from "./conditions.ts";
import type { Packed } from "./packed.ts";
import { type Params, type ParamsFactory, ParamsObject, type ParamsShape } from "./params.ts";
import { createQuickWalk, type QuickWalk, startWalk } from "./quick-state.ts";
import { quickWalk } from "./quick-walk.ts";
import type { Answer } from "./tree.ts";
import type { Match, Matcher, RequestConstraints } from "./types.ts";
import type { UrlLimits } from "./url.ts";
import { type Found, walk } from "./walk.ts";

const SLASH = 47;
// What a route for any method stands for in Allow.
const COMMON_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/** The routes of a table, laid out for searching. */
export interface SearchIndex<Value> {
  readonly rules: PathRules;
  /** Some route asks for a host or a version. */
  readonly conditional: boolean;
  /** What answers a method: its own routes, GET's for HEAD, those for any method. */
  packedFor(method: string): Packed<Value> | undefined;
  /** Every method that has routes of its own. */
  methods(): Iterable<string>;
}

/** The key of routes for any method. */
export const ANY_METHOD = "*";

/**
 * Answers requests from a table.
 * 1. Look the whole path up among the routes without parameters.
 * 2. Walk over the path as received; most requests end here.
 * 3. Where an escape, a dot segment or a length could make a difference, bring the path into canonical form and walk
 *    over that.
 * When case or slashes are ignored, the canonical form comes first.
 */
export class Search<Value> implements Matcher<Value> {
  private readonly index: SearchIndex<Value>;
  private readonly rules: PathRules;
  private readonly limits: UrlLimits;
  private readonly quick: QuickWalk = createQuickWalk();
  /** A path as received may be searched as it is. */
  private readonly direct: boolean;
  /** Up to this length no canonical form and no parameter can be too long. */
  private readonly quickLength: number;

  constructor(index: SearchIndex<Value>, limits: UrlLimits) {
    const { rules } = index;
    this.index = index;
    this.limits = limits;
    this.rules = rules.fold ? { ...rules, fold: false } : rules; // parameters keep their case
    this.direct = !rules.fold && !rules.ignoreTrailingSlash && !rules.ignoreDuplicateSlashes;
    this.quickLength = Math.min(Math.floor(limits.maxPathLength / MAX_GROWTH), limits.maxParamLength);
  }

  find(method: string, path: string, request?: RequestConstraints): Match<Value> | undefined {
    const packed = this.index.packedFor(method);
    if (packed === undefined || path.charCodeAt(0) !== SLASH) return undefined;
    const prepared = request === undefined ? undefined : this.prepare(request);
    if (!this.direct) return this.findCanonical(packed, toCanonical(path, this.rules), prepared);
    if (path.length > this.quickLength) return this.findThoroughly(packed, path, prepared);
    if (prepared === undefined) {
      const match = packed.whole.get(path);
      if (match !== undefined) return match;
    }
    // the query alone is cut here: a path that holds "#" or "%" is not in the index, and looking for them before would
    // make a static hit with a query 1.3 times as slow (bench "router", cases "static")
    const query = path.indexOf("?");
    if (query >= 0 && prepared === undefined) {
      const match = packed.whole.getStart(path, query);
      if (match !== undefined) return match;
    }
    const { quick } = this;
    startWalk(quick, path, query < 0 ? path.length : query, prepared);
    const claim = quickWalk(quick, packed, 0, 1, 0);
    if (claim !== undefined) return this.matchCaptures(claim, path);
    return this.isKnownMiss(path) ? undefined : this.findThoroughly(packed, path, prepared);
  }

  allowed(path: string, request?: RequestConstraints): readonly string[] {
    if (path.charCodeAt(0) !== SLASH) return [];
    const canonical = toCanonical(path, this.rules);
    const prepared = prepareRequest(request);
    const methods = new Set<string>();
    for (const method of this.index.methods()) {
      const packed = this.index.packedFor(method);
      if (packed === undefined || this.walkThoroughly(packed, canonical, prepared) === undefined) continue;
      if (method === ANY_METHOD) for (const common of COMMON_METHODS) methods.add(common);
      else methods.add(method);
      if (method === "GET") methods.add("HEAD");
    }
    return [...methods].sort();
  }

  /** What the walk has to look at: nothing, when no route and not the request asks for more than a path. */
  private prepare(request: RequestConstraints): PreparedRequest | undefined {
    return this.index.conditional || request.version !== undefined ? prepareRequest(request) : undefined;
  }

  private findCanonical(
    packed: Packed<Value>,
    canonical: string,
    request: PreparedRequest | undefined,
  ): Match<Value> | undefined {
    const text = this.index.rules.fold ? foldCase(canonical) : canonical;
    const match = request === undefined ? packed.whole.get(text) : undefined;
    if (match !== undefined) return match;
    if (canonical.length <= this.limits.maxParamLength) {
      startWalk(this.quick, text, text.length, request);
      const claim = quickWalk(this.quick, packed, 0, 1, 0);
      if (claim !== undefined) return this.matchCaptures(claim, canonical);
      if (!this.quick.unsure) return undefined;
    }
    return this.matchFound(this.walkThoroughly(packed, canonical, request));
  }

  private findThoroughly(
    packed: Packed<Value>,
    path: string,
    request: PreparedRequest | undefined,
  ): Match<Value> | undefined {
    return this.matchFound(this.walkThoroughly(packed, toCanonical(path, this.rules), request));
  }

  private walkThoroughly(
    packed: Packed<Value>,
    canonical: string,
    request: PreparedRequest | undefined,
  ): Found<Value> | undefined {
    return walk(packed, canonical, this.index.rules.fold, request);
  }

  /** Whether the search that just failed says all: the path has a canonical form, which fits nothing either. */
  private isKnownMiss(path: string): boolean {
    const { unsure, escaped, length, seen } = this.quick;
    if (unsure) return false;
    return escaped ? isSoundPath(path) : !mayHoldDotSegment(path, seen, length);
  }

  /** The match for what the quick walk found; its captures are places in `source`. */
  private matchCaptures(claim: Answer<Value>, source: string): Match<Value> {
    const { match, shape, value, route } = claim;
    if (match !== undefined) return match;
    const { factory } = shape;
    if (factory !== undefined) return { value, params: this.make(factory, shape, source), route };
    shape.madeByName();
    const { names, bare } = shape;
    const params: Record<string, string> = new ParamsObject();
    const captured = bare ? names.length - 1 : names.length;
    for (let i = 0; i < captured; i++) params[names[i] as string] = this.captured(shape, source, i); // cast: i is in range
    if (bare) params[names[captured] as string] = ""; // cast: a bare wildcard has a name
    return { value, params, route };
  }

  private make(factory: ParamsFactory, shape: ParamsShape, source: string): Params {
    const count = shape.names.length;
    if (count > 3) return this.makeMany(factory, shape, source);
    const first = this.captured(shape, source, 0);
    if (count === 1) return factory(first);
    const second = this.captured(shape, source, 1);
    return count === 2 ? factory(first, second) : factory(first, second, this.captured(shape, source, 2));
  }

  /** Apart: with it inside `make`, searches that make nothing take 1.05 times as long (bench "router", "1000 routes, mixed"). */
  private makeMany(factory: ParamsFactory, shape: ParamsShape, source: string): Params {
    const values: string[] = [];
    for (let i = 0; i < shape.names.length; i++) values.push(this.captured(shape, source, i));
    return factory(...values);
  }

  private captured(shape: ParamsShape, source: string, index: number): string {
    const { starts, ends, escaped } = this.quick;
    const value = source.slice(starts[index], ends[index]);
    if (!escaped || (shape.wildcard && index === shape.names.length - 1)) return value;
    return value.indexOf("%") < 0 ? value : decodeSegment(value);
  }

  private matchFound(found: Found<Value> | undefined): Match<Value> | undefined {
    if (found === undefined) return undefined;
    const { claim, values } = found;
    const { route, match } = claim;
    const { names, wildcard } = claim.shape;
    if (match !== undefined) return match;
    const params: Record<string, string> = new ParamsObject();
    for (const [i, name] of names.entries()) {
      const value = values[i] ?? ""; // a bare wildcard captured nothing
      const rest = wildcard && i === names.length - 1;
      if (!rest && value.length > this.limits.maxParamLength) this.refuseLong(name);
      params[name] = value;
    }
    return { value: route.value, params, route };
  }

  private refuseLong(name: string): never {
    const message = `parameter ${name} has more than ${this.limits.maxParamLength} characters`;
    throw new CodedError("ROUTER_PARAM_TOO_LONG", message, { value: name });
  }
}
