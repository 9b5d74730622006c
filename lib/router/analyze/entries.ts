import { isCodedError } from "../../errors/index.ts";
import { type PathRules, pathRules } from "../canonical-path.ts";
import { type Condition, compareConditions, parseCondition } from "../conditions.ts";
import { compareHosts } from "../host.ts";
import { parsePattern } from "../pattern.ts";
import { compareVersions } from "../semver.ts";
import { createAutomaton, type PathAutomaton } from "./automaton.ts";
import { canonicalPaths, nodeOfSegments, type PathNode, RECEIVED_PATHS, receivedPath, requestPath } from "./nodes.ts";
import { type Outline, outlineOfNode, outlineOfSegments } from "./overlaps.ts";
import { readRegExp } from "./reg-exp.ts";
import { type Shape, shapesOf } from "./shapes.ts";
import type { RoutePolicy, RouteTable, TableRoute } from "./types.ts";

/** A route as the analysis sees it. */
export interface Entry<Route extends TableRoute = TableRoute> {
  readonly index: number;
  readonly route: Route;
  readonly condition: Condition | undefined;
  /** What the route takes is the union of these. */
  readonly ways: readonly Way<Route>[];
}

/** One set of paths of a route. */
export interface Way<Route extends TableRoute = TableRoute> {
  readonly id: number;
  readonly entry: Entry<Route>;
  /** Its place in precedence; routes of other hosts may have none. */
  readonly shape: Shape | undefined;
  readonly outline: Outline;
  /** Whether the router could refuse every path of it: only constraints and regular expressions can ask for such. */
  readonly doubtful: boolean;
  /** Made when first asked for: most routes of a table overlap with none that could take their paths. */
  automaton(): PathAutomaton;
}

/** A table made ready. */
export interface Prepared<Route extends TableRoute> {
  readonly entries: readonly Entry<Route>[];
  readonly ways: readonly Way<Route>[];
  readonly notAnalysed: {
    readonly route: { readonly index: number; readonly route: Route };
    readonly reason: string;
  }[];
  /** All paths the host reads. */
  readonly paths: PathAutomaton;
  /** A path of a request for what the search found. */
  show(word: readonly number[]): string;
}

export function listRoutes<Route extends TableRoute>(table: RouteTable<Route>): readonly Route[] {
  return typeof table.routes === "function" ? table.routes() : table.routes;
}

export function prepare<Route extends TableRoute>(table: RouteTable<Route>, policy: RoutePolicy): Prepared<Route> {
  const rules = pathRules(table.options ?? {});
  const routes = listRoutes(table);
  const foreign = routes.some((route) => route.paths !== undefined || route.unknown !== undefined);
  const entries: Entry<Route>[] = [];
  const ways: Way<Route>[] = [];
  const notAnalysed: Prepared<Route>["notAnalysed"] = [];
  for (const [index, route] of routes.entries()) {
    const drafts = foreign ? foreignDrafts(route, policy) : ownDrafts(route, rules);
    const condition = readCondition(route);
    const refused =
      "reason" in drafts ? drafts : condition !== undefined && "reason" in condition ? condition : undefined;
    if (refused !== undefined || "reason" in drafts) {
      notAnalysed.push({ route: { index, route }, reason: refused?.reason ?? "" });
      continue;
    }
    const own: Way<Route>[] = [];
    const entry: Entry<Route> = { index, route, condition: condition as Condition | undefined, ways: own }; // cast: a refusal went on
    for (const draft of drafts) own.push(createWay(draft, ways.length + own.length, entry));
    entries.push(entry);
    ways.push(...own);
  }
  return {
    entries,
    ways,
    notAnalysed,
    paths: createAutomaton(foreign ? RECEIVED_PATHS : canonicalPaths(rules)),
    show: foreign ? receivedPath : requestPath,
  };
}

/** Whether every request that fits `narrow` fits `wide`: then a route that asks for `wide` can take all it could get. */
export function isInside(narrow: Entry, wide: Entry): boolean {
  if (wide.route.when !== undefined && wide.route.when !== narrow.route.when) return false;
  const inner = narrow.condition;
  const outer = wide.condition;
  // a request that accepts the one version need not accept the other, and one that asks for none reaches neither
  if (inner?.version === undefined || outer?.version === undefined) {
    if (inner?.version !== outer?.version) return false;
  } else if (compareVersions(inner.version, outer.version) !== 0) return false;
  if (outer?.host === undefined) return true;
  if (inner?.host === undefined) return false;
  if (outer.host.port >= 0 && outer.host.port !== inner.host.port) return false;
  const names = compareHosts(inner.host, outer.host);
  return names === "equal" || names === "narrower";
}

/** Whether a request may fit the hosts of both, and neither host is the narrower: the router refuses the pair. */
export function areHostsLevel(left: Entry, right: Entry): boolean {
  if (left.route.when !== right.route.when) return false;
  try {
    compareConditions(left.condition, right.condition);
    return false;
  } catch (error) {
    if (isCodedError(error)) return true;
    throw error;
  }
}

/** Whether a route answers a method: GET answers HEAD, and `*` every method. */
export function serves(route: TableRoute, method: string): boolean {
  if (route.methods.includes(method) || route.methods.includes("*")) return true;
  return method === "HEAD" && route.methods.includes("GET");
}

interface Draft {
  readonly node: () => PathNode;
  readonly shape: Shape | undefined;
  readonly outline: Outline;
  readonly doubtful: boolean;
}

interface Refusal {
  readonly reason: string;
}

function createWay<Route extends TableRoute>(draft: Draft, id: number, entry: Entry<Route>): Way<Route> {
  const { shape, outline, doubtful } = draft;
  let made: PathAutomaton | undefined;
  return {
    id,
    entry,
    shape,
    outline,
    doubtful,
    automaton() {
      made ??= createAutomaton(draft.node());
      return made;
    },
  };
}

function ownDrafts(route: TableRoute, rules: PathRules): readonly Draft[] | Refusal {
  try {
    return shapesOf(parsePattern(route.pattern, rules), rules).map((shape) => ({
      node: () => nodeOfSegments(shape.segments, rules.fold),
      shape,
      outline: outlineOfSegments(shape.segments),
      doubtful: shape.segments.some((segment) => segment.kind === "mixed" && segment.constrained),
    }));
  } catch (error) {
    return refusalOf(error);
  }
}

function foreignDrafts(route: TableRoute, policy: RoutePolicy): readonly Draft[] | Refusal {
  if (route.unknown !== undefined) return { reason: route.unknown };
  const { paths } = route;
  if (paths === undefined) return { reason: "other routes of the table say which paths they take, this one does not" };
  if (policy === "specificity") return { reason: "only patterns of this router have a specificity" };
  const drafts: Draft[] = [];
  for (const regExp of paths) {
    const node = readRegExp(regExp);
    if ("reason" in node) return node;
    const shape = paths.length === 1 ? foreignShape(route.pattern, regExp.ignoreCase) : undefined;
    drafts.push({ node: () => node, shape, outline: outlineOfNode(node), doubtful: true });
  }
  return drafts;
}

/** The place in precedence of a pattern that this router could have, too. */
function foreignShape(pattern: string, fold: boolean): Shape | undefined {
  const rules = pathRules({ caseSensitive: !fold });
  try {
    const [shape, ...more] = shapesOf(parsePattern(pattern, rules), rules);
    return more.length === 0 ? shape : undefined;
  } catch (error) {
    if (isCodedError(error)) return undefined;
    throw error;
  }
}

function readCondition(route: TableRoute): Condition | undefined | Refusal {
  try {
    return route.constraints && parseCondition(route.constraints);
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): Refusal {
  if (isCodedError(error)) return { reason: error.message };
  throw error;
}
