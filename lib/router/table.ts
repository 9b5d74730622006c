import { CodedError, isCodedError } from "../errors/index.ts";
import { ByMethod } from "./by-method.ts";
import type { PathRules } from "./canonical-path.ts";
import { type Condition, parseCondition } from "./conditions.ts";
import { pack, type Weight } from "./pack.ts";
import type { Packed } from "./packed.ts";
import { EMPTY_PARAMS, type FactoryMaker, ParamsShape } from "./params.ts";
import { type Pattern, parsePattern, type Segment, segmentNames, withoutIgnored } from "./pattern.ts";
import { ANY_METHOD, type SearchIndex } from "./search.ts";
import { type Claim, checkInsert, createNode, insert, type TreeNode } from "./tree.ts";
import type { Route } from "./types.ts";

/** The routes that answer one method: at least one of the two forms is there. */
interface Tree<Value> {
  /**
   * The form that changes; given up once it is packed, and built anew for the next change. Both together take four to
   * five times as much (bench "router", heap per table).
   */
  root: TreeNode<Value> | undefined;
  /** The form that is searched; made before the first search after a change. */
  packed: Packed<Value> | undefined;
}

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
  /** In the order they were added. */
  routes: Route<Value>[] = [];
  /** Some route asks for a host or a version. */
  conditional = false;
  /** The kinds of params objects of its routes. */
  readonly shapes: Map<string, ParamsShape> = new Map();
  private trees: Map<string, Tree<Value>> = new Map();
  /** What answers GET: one comparison in place of a look-up (bench "router"). */
  private getTree: Tree<Value> | undefined;
  private anyTree: Tree<Value> | undefined;
  private byMethod: ByMethod<Tree<Value>> = new ByMethod(new Map());
  private readonly weight: Weight | undefined;
  private readonly makeFactory: FactoryMaker | undefined;

  /**
   * @param makeFactory - For params that are asked for often.
   * @param weight - How often routes are asked for, where that is known.
   */
  constructor(rules: PathRules, makeFactory?: FactoryMaker, weight?: Weight) {
    this.rules = rules;
    this.weight = weight;
    this.makeFactory = makeFactory;
  }

  /** Adds a route, or throws and leaves everything as it was. */
  add(route: Route<Value>, pattern: Pattern): void {
    const { fold } = this.rules;
    const places = this.placements(route, pattern);
    const fresh = new Map<string, Tree<Value>>();
    for (const method of route.methods) {
      if (!this.trees.has(method)) fresh.set(method, { root: this.build(method), packed: undefined });
    }
    const changes = [...this.trees, ...fresh].flatMap(([key, tree]) => this.changeOf(key, tree, route.methods));
    const claims = changes.flatMap((change) => claimsOn(change, places));
    try {
      for (const { root, segments, claim } of claims) checkInsert(root, segments, claim, fold);
    } catch (error) {
      for (const { tree } of changes) if (tree.packed !== undefined) tree.root = undefined;
      throw isCodedError(error) ? inContext(error, route) : error;
    }
    for (const { root, segments, claim } of claims) insert(root, segments, claim, fold);
    for (const { tree } of changes) tree.packed = undefined;
    for (const [key, tree] of fresh) this.trees.set(key, tree);
    this.noteTrees();
    this.routes.push(route);
    this.conditional ||= route.constraints !== undefined;
  }

  /** Puts back an earlier list of routes, or a part of it. */
  reset(routes: readonly Route<Value>[]): void {
    this.routes = [...routes];
    this.conditional = routes.some(({ constraints }) => constraints !== undefined);
    const methods = new Set(routes.flatMap((route) => route.methods));
    this.trees = new Map([...methods].map((method) => [method, { root: this.build(method), packed: undefined }]));
    this.noteTrees();
  }

  packedFor(method: string): Packed<Value> | undefined {
    const tree = method === "GET" ? this.getTree : this.treeFor(method);
    if (tree === undefined) return undefined;
    return tree.packed ?? this.packTree(method, tree);
  }

  /** The trees, in the order of `methods`. */
  roots(): readonly TreeNode<Value>[] {
    return [...this.trees].map(([key, tree]) => this.rootOf(key, tree));
  }

  methods(): Iterable<string> {
    return this.trees.keys();
  }

  private noteTrees(): void {
    this.byMethod = new ByMethod(this.trees);
    this.anyTree = this.trees.get(ANY_METHOD);
    this.getTree = this.trees.get("GET") ?? this.anyTree;
  }

  private packTree(method: string, tree: Tree<Value>): Packed<Value> {
    const packed = pack(this.rootOf(method, tree), this.weight);
    tree.packed = packed;
    tree.root = undefined;
    return packed;
  }

  /** @param key - The method that the tree is for. */
  private rootOf(key: string, tree: Tree<Value>): TreeNode<Value> {
    tree.root ??= this.build(key);
    return tree.root;
  }

  /** What a route of some methods changes in the tree of one. */
  private changeOf(key: string, tree: Tree<Value>, methods: readonly string[]): readonly Change<Value>[] {
    const ranks = ranksOn(key, methods);
    return ranks.length === 0 ? [] : [{ tree, root: this.rootOf(key, tree), ranks }];
  }

  private treeFor(method: string): Tree<Value> | undefined {
    const own = this.byMethod.get(method);
    if (own !== undefined) return own;
    return (method === "HEAD" ? this.getTree : undefined) ?? this.anyTree;
  }

  /** One object for all routes with the same names. */
  private shapeOf(names: readonly string[], wildcard: boolean, bare: boolean): ParamsShape {
    const key = `${names.join()}${wildcard ? " rest" : ""}${bare ? " bare" : ""}`; // names hold no comma and no space
    const known = this.shapes.get(key);
    if (known !== undefined) return known;
    const shape = new ParamsShape([...names], wildcard, bare, this.makeFactory); // a copy has no room to grow
    this.shapes.set(key, shape);
    return shape;
  }

  private build(key: string): TreeNode<Value> {
    const { rules } = this;
    const root = createNode<Value>();
    for (const route of this.routes) {
      const ranks = ranksOn(key, route.methods);
      if (ranks.length === 0) continue;
      const places = this.placements(route, parsePattern(route.pattern, rules));
      for (const { segments, claim } of claimsOn({ root, ranks }, places)) insert(root, segments, claim, rules.fold);
    }
    return root;
  }

  /** The ways on which a route can be reached: usually one. */
  private placements(route: Route<Value>, pattern: Pattern): readonly Place<Value>[] {
    const { rules } = this;
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

/** One way on which a route can be reached. */
interface Place<Value> {
  readonly segments: readonly Segment[];
  readonly rank: number;
  readonly route: Route<Value>;
  readonly condition: Condition | undefined;
  readonly shape: ParamsShape;
}

/** A tree that is to change, and how exactly the route names the tree's method: once for each way of naming it. */
interface Change<Value> {
  readonly tree: Tree<Value>;
  readonly root: TreeNode<Value>;
  readonly ranks: readonly number[];
}

/** A claim and where it goes. */
interface Placed<Value> {
  readonly root: TreeNode<Value>;
  readonly segments: readonly Segment[];
  readonly claim: Claim<Value>;
}

/** The claims of a route on the tree of one method. */
function claimsOn<Value>(
  { root, ranks }: Pick<Change<Value>, "root" | "ranks">,
  places: readonly Place<Value>[],
): readonly Placed<Value>[] {
  return ranks.flatMap((rank) =>
    places.map((place) => ({ root, segments: place.segments, claim: claimAt(place, rank + place.rank) })),
  );
}

function claimAt<Value>(place: Place<Value>, rank: number): Claim<Value> {
  const { route, condition, shape } = place;
  const still = shape.names.length === 0;
  const match = still ? Object.freeze({ value: route.value, params: EMPTY_PARAMS, route }) : undefined;
  return { match, shape, value: route.value, route, rank, condition };
}

function ranksOn(key: string, methods: readonly string[]): readonly number[] {
  return methods.flatMap((method) => {
    if (method === key) return OWN;
    if (method === ANY_METHOD) return FROM_ANY;
    return method === "GET" && key === "HEAD" ? FROM_GET : [];
  });
}

function inContext(error: CodedError, { methods, pattern }: Route<unknown>): CodedError {
  const message = `${methods.join(" ")} ${pattern}: ${error.message}`;
  return new CodedError(error.code, message, { value: pattern, cause: error });
}
