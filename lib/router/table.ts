import { CodedError, isCodedError } from "../errors/index.ts";
import type { PathRules } from "./canonical-path.ts";
import { type Pattern, type Segment, segmentNames, withoutIgnored } from "./pattern.ts";
import { checkInsert, createTree, insert, type Tree } from "./tree.ts";
import type { Route } from "./types.ts";

/** What a leaf of the tree holds. */
export interface Item<Value> {
  readonly value: Value;
  readonly route: Route<Value>;
  /** Parameter names in the order of their captures. */
  readonly names: readonly string[];
  /** The last name is a wildcard's. */
  readonly wildcard: boolean;
  /** A wildcard reached without its slash, when slashes at the end are ignored: its value is empty. */
  readonly bare: boolean;
}

/** A route as the table keeps it; `methods` shrinks when some of them are removed. */
export interface Registration<Value> {
  readonly route: Route<Value>;
  readonly pattern: Pattern;
  readonly methods: Set<string>;
}

/** The key of routes for any method. */
export const ANY_METHOD = "*";

const OWN = 2;
const FROM_GET = 1;
const FROM_ANY = 0;
const EXACT = 4; // added to the above; the bare form of a wildcard lacks it, so that an exact route comes first

/**
 * The trees, one for each method that has routes of its own. Routes for any method are in every tree, and GET routes
 * in the tree of HEAD, so that precedence is one walk: by path first, then by how exactly the method was named.
 */
export class Table<Value> {
  readonly rules: PathRules;
  trees: Map<string, Tree<Item<Value>>> = new Map();
  registrations: Registration<Value>[] = [];

  constructor(rules: PathRules) {
    this.rules = rules;
  }

  /** Adds a registration, or throws and leaves everything as it was. */
  add(registration: Registration<Value>): void {
    const { rules } = this;
    const fresh = new Map<string, Tree<Item<Value>>>();
    for (const method of registration.methods) {
      if (!this.trees.has(method)) fresh.set(method, this.build(method, this.registrations));
    }
    const claims = [...this.trees, ...fresh].flatMap(([key, tree]) => claimsOn(key, tree, registration, rules));
    try {
      for (const { tree, place, rank } of claims) checkInsert(tree, place.segments, rank, rules.fold);
    } catch (error) {
      throw isCodedError(error) ? inContext(error, registration) : error;
    }
    for (const claim of claims) make(claim, rules);
    for (const [key, tree] of fresh) this.trees.set(key, tree);
    this.registrations.push(registration);
  }

  /** Puts back an earlier list of registrations, or a part of it. */
  reset(registrations: readonly Registration<Value>[]): void {
    this.registrations = [...registrations];
    const methods = new Set(registrations.flatMap((registration) => [...registration.methods]));
    this.trees = new Map([...methods].map((method) => [method, this.build(method, registrations)]));
  }

  /** The tree that answers for a method. */
  treeFor(method: string): Tree<Item<Value>> | undefined {
    const own = this.trees.get(method);
    if (own !== undefined) return own;
    return (method === "HEAD" ? this.trees.get("GET") : undefined) ?? this.trees.get(ANY_METHOD);
  }

  private build(key: string, registrations: readonly Registration<Value>[]): Tree<Item<Value>> {
    const tree = createTree<Item<Value>>();
    for (const registration of registrations) {
      for (const claim of claimsOn(key, tree, registration, this.rules)) make(claim, this.rules);
    }
    return tree;
  }
}

/** One way on which a registration can be reached. */
interface Place<Value> {
  readonly segments: readonly Segment[];
  readonly rank: number;
  readonly item: Item<Value>;
}

/** A place in one tree, with its rank there. */
interface TreeClaim<Value> {
  readonly tree: Tree<Item<Value>>;
  readonly place: Place<Value>;
  readonly rank: number;
}

/** The claims of a registration on the tree of one method. */
function claimsOn<Value>(
  key: string,
  tree: Tree<Item<Value>>,
  registration: Registration<Value>,
  rules: PathRules,
): readonly TreeClaim<Value>[] {
  const ranks = [...registration.methods].flatMap((method) => rankOn(key, method));
  if (ranks.length === 0) return [];
  const places = placements(registration, rules);
  return ranks.flatMap((rank) => places.map((place) => ({ tree, place, rank: rank + place.rank })));
}

function make<Value>({ tree, place, rank }: TreeClaim<Value>, rules: PathRules): void {
  insert(tree, place.segments, { rank, item: place.item }, rules.fold);
}

function rankOn(key: string, method: string): readonly number[] {
  if (method === key) return [OWN];
  if (method === ANY_METHOD) return [FROM_ANY];
  return method === "GET" && key === "HEAD" ? [FROM_GET] : [];
}

function placements<Value>(registration: Registration<Value>, rules: PathRules): readonly Place<Value>[] {
  const { route, pattern } = registration;
  const { segments } = pattern;
  const place = (kept: readonly Segment[], rank: number, bare: boolean): Place<Value> => {
    const names = (bare ? segments : kept).flatMap(segmentNames);
    const wildcard = segments[segments.length - 1]?.kind === "wildcard";
    return { segments: kept, rank, item: { value: route.value, route, names, wildcard, bare } };
  };
  const before = segments.slice(0, -1);
  const shorter = before.length === 0 ? [{ kind: "static", text: "" } as const] : before;
  const places = [place(segments, EXACT, false)];
  if (pattern.optional) places.push(place(withoutIgnored(shorter, rules), EXACT, false));
  const last = segments[segments.length - 1];
  if (rules.ignoreTrailingSlash && last?.kind === "wildcard" && before.length > 0) places.push(place(before, 0, true));
  return places;
}

function inContext<Value>(error: CodedError, registration: Registration<Value>): CodedError {
  const text = `${[...registration.methods].join(" ")} ${registration.route.pattern}`;
  return new CodedError(error.code, `${text}: ${error.message}`, { value: registration.route.pattern, cause: error });
}
