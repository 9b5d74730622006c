import { CodedError, isCodedError } from "../errors/index.ts";
import type { PathRules } from "./canonical-path.ts";
import { type Condition, parseCondition } from "./conditions.ts";
import { type Packed, pack, type Weight } from "./packed.ts";
import { EMPTY_PARAMS, type ParamsFactory, type ParamsShape } from "./params.ts";
import { type Pattern, type Segment, segmentNames, withoutIgnored } from "./pattern.ts";
import { ANY_METHOD, type SearchIndex } from "./search.ts";
import { type Claim, checkInsert, createNode, insert, type TreeNode } from "./tree.ts";
import type { Route } from "./types.ts";

/** A route as the table keeps it; `methods` shrinks when some of them are removed. */
export interface Registration<Value> {
  readonly route: Route<Value>;
  readonly pattern: Pattern;
  readonly methods: Set<string>;
}

/** The routes that answer one method. */
export interface Tree<Value> {
  readonly root: TreeNode<Value>;
  /** The form that is searched; made before the first search after a change. */
  packed: Packed<Value> | undefined;
}

const MAX_MADE = 3; // a search hands over so many values one by one; more are stored by name
const OWN = 2;
const FROM_GET = 1;
const FROM_ANY = 0;
const EXACT = 4; // added to the above; the bare form of a wildcard lacks it, so that an exact route comes first

/**
 * The trees, one for each method that has routes of its own. Routes for any method are in every tree, and GET routes
 * in the tree of HEAD, so that precedence is one walk: by path first, then by how exactly the method was named.
 */
export class Table<Value> implements SearchIndex<Value> {
  readonly rules: PathRules;
  trees: Map<string, Tree<Value>> = new Map();
  registrations: Registration<Value>[] = [];
  /** Some route asks for a host or a version. */
  conditional = false;
  /** The kinds of params objects of its routes. */
  readonly shapes: Map<string, ParamsShape> = new Map();
  /** What answers GET: one comparison in place of a look-up (bench "router"). */
  private getTree: Tree<Value> | undefined;
  private readonly weight: Weight | undefined;
  private readonly factoryFor: (names: readonly string[]) => ParamsFactory | undefined;

  /**
   * @param factoryFor - Makes params objects of certain names, where code may be generated.
   * @param weight - How often routes are asked for, where that is known.
   */
  constructor(
    rules: PathRules,
    factoryFor: (names: readonly string[]) => ParamsFactory | undefined = noFactory,
    weight?: Weight,
  ) {
    this.rules = rules;
    this.weight = weight;
    this.factoryFor = factoryFor;
  }

  /** Adds a registration, or throws and leaves everything as it was. */
  add(registration: Registration<Value>): void {
    const { fold } = this.rules;
    const places = this.placements(registration);
    const fresh = new Map<string, Tree<Value>>();
    for (const method of registration.methods) {
      if (!this.trees.has(method)) fresh.set(method, this.build(method, this.registrations));
    }
    const claims = [...this.trees, ...fresh].flatMap(([key, tree]) => claimsOn(key, tree, registration, places));
    try {
      for (const { tree, segments, claim } of claims) checkInsert(tree.root, segments, claim, fold);
    } catch (error) {
      throw isCodedError(error) ? inContext(error, registration) : error;
    }
    for (const claim of claims) make(claim, fold);
    for (const [key, tree] of fresh) this.trees.set(key, tree);
    this.getTree = this.treeFor("GET");
    this.registrations.push(registration);
    this.conditional ||= registration.route.constraints !== undefined;
  }

  /** Puts back an earlier list of registrations, or a part of it. */
  reset(registrations: readonly Registration<Value>[]): void {
    this.registrations = [...registrations];
    this.conditional = registrations.some(({ route }) => route.constraints !== undefined);
    const methods = new Set(registrations.flatMap((registration) => [...registration.methods]));
    this.trees = new Map([...methods].map((method) => [method, this.build(method, registrations)]));
    this.getTree = this.treeFor("GET");
  }

  packedFor(method: string): Packed<Value> | undefined {
    const tree = method === "GET" ? this.getTree : this.treeFor(method);
    if (tree === undefined) return undefined;
    tree.packed ??= pack(tree.root, this.weight);
    return tree.packed;
  }

  methods(): Iterable<string> {
    return this.trees.keys();
  }

  private treeFor(method: string): Tree<Value> | undefined {
    const own = this.trees.get(method);
    if (own !== undefined) return own;
    return (method === "HEAD" ? this.trees.get("GET") : undefined) ?? this.trees.get(ANY_METHOD);
  }

  /** One object for all routes with the same names. */
  private shapeOf(names: readonly string[], wildcard: boolean, bare: boolean): ParamsShape {
    const key = `${names.join()}${wildcard ? " rest" : ""}${bare ? " bare" : ""}`; // names hold no comma and no space
    const known = this.shapes.get(key);
    if (known !== undefined) return known;
    const made = names.length > 0 && names.length <= MAX_MADE && !bare;
    const shape = { names, wildcard, bare, factory: made ? this.factoryFor(names) : undefined };
    this.shapes.set(key, shape);
    return shape;
  }

  private build(key: string, registrations: readonly Registration<Value>[]): Tree<Value> {
    const tree: Tree<Value> = { root: createNode(), packed: undefined };
    for (const registration of registrations) {
      if (![...registration.methods].some((method) => rankOn(key, method) !== undefined)) continue;
      for (const claim of claimsOn(key, tree, registration, this.placements(registration)))
        make(claim, this.rules.fold);
    }
    return tree;
  }

  /** The ways on which a registration can be reached: usually one. */
  private placements(registration: Registration<Value>): readonly Place<Value>[] {
    const { rules } = this;
    const { route, pattern } = registration;
    const { segments } = pattern;
    const condition = parseCondition(route.constraints ?? {});
    const place = (kept: readonly Segment[], rank: number, bare: boolean): Place<Value> => {
      const names = (bare ? segments : kept).flatMap(segmentNames);
      const wildcard = segments[segments.length - 1]?.kind === "wildcard";
      return { segments: kept, rank, route, condition, shape: this.shapeOf(names, wildcard, bare) };
    };
    const before = segments.slice(0, -1);
    const shorter = before.length === 0 ? [{ kind: "static", text: "" } as const] : before;
    const places = [place(segments, EXACT, false)];
    if (pattern.optional) places.push(place(withoutIgnored(shorter, rules), EXACT, false));
    const last = segments[segments.length - 1];
    if (rules.ignoreTrailingSlash && last?.kind === "wildcard" && before.length > 0)
      places.push(place(before, 0, true));
    return places;
  }
}

/** One way on which a registration can be reached. */
interface Place<Value> {
  readonly segments: readonly Segment[];
  readonly rank: number;
  readonly route: Route<Value>;
  readonly condition: Condition | undefined;
  readonly shape: ParamsShape;
}

/** A claim and where it goes. */
interface Placed<Value> {
  readonly tree: Tree<Value>;
  readonly segments: readonly Segment[];
  readonly claim: Claim<Value>;
}

/** The claims of a registration on the tree of one method. */
function claimsOn<Value>(
  key: string,
  tree: Tree<Value>,
  registration: Registration<Value>,
  places: readonly Place<Value>[],
): readonly Placed<Value>[] {
  const ranks = [...registration.methods].flatMap((method) => rankOn(key, method) ?? []);
  return ranks.flatMap((rank) =>
    places.map((place) => ({ tree, segments: place.segments, claim: claimAt(place, rank + place.rank) })),
  );
}

function claimAt<Value>(place: Place<Value>, rank: number): Claim<Value> {
  const { route, condition, shape } = place;
  const still = shape.names.length === 0;
  const match = still ? Object.freeze({ value: route.value, params: EMPTY_PARAMS, route }) : undefined;
  return { rank, condition, route, value: route.value, factory: shape.factory, shape, match };
}

function make<Value>({ tree, segments, claim }: Placed<Value>, fold: boolean): void {
  insert(tree.root, segments, claim, fold);
  tree.packed = undefined;
}

function rankOn(key: string, method: string): number | undefined {
  if (method === key) return OWN;
  if (method === ANY_METHOD) return FROM_ANY;
  return method === "GET" && key === "HEAD" ? FROM_GET : undefined;
}

function noFactory(): undefined {
  return undefined;
}

function inContext<Value>(error: CodedError, registration: Registration<Value>): CodedError {
  const text = `${[...registration.methods].join(" ")} ${registration.route.pattern}`;
  return new CodedError(error.code, `${text}: ${error.message}`, { value: registration.route.pattern, cause: error });
}
