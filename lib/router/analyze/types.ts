import type { RouteConstraints, RouterOptions } from "../types.ts";

/**
 * How a host chooses between routes that fit one path. `specificity`: this router, find-my-way, Fastify. `first-match`:
 * Express, Koa, Hono.
 * @public
 */
export type RoutePolicy = "specificity" | "first-match";

/**
 * What the analysis reads of a route; a `Route` of this router fits.
 * @public
 */
export interface TableRoute {
  /** Method tokens; `"*"` is any. GET answers HEAD. */
  readonly methods: readonly string[];
  /** The pattern as it is written. */
  readonly pattern: string;
  /** As in `RouteOptions`. */
  readonly constraints?: RouteConstraints | undefined;
  /** As in `RouteOptions`. */
  readonly when?: string | undefined;
  /**
   * For tables of another host: the route takes exactly the paths that one of these fits, compared as they came. With
   * this, `pattern` is read for precedence only, and only when it is a pattern of this router.
   */
  readonly paths?: readonly RegExp[] | undefined;
  /** It may hand a request on to a later route: then it hides nothing. */
  readonly passes?: boolean | undefined;
  /** Why nobody can say which paths it takes: it is then listed in `notAnalysed`, and hides nothing. */
  readonly unknown?: string | undefined;
}

/**
 * A table to analyse: a router, or a list of routes with the options that hold for all of them.
 * @public
 */
export interface RouteTable<Route extends TableRoute = TableRoute> {
  /** In the order in which they were added. */
  readonly routes: readonly Route[] | (() => readonly Route[]);
  /** How paths are compared; of no effect on routes with `paths`. */
  readonly options?: RouterOptions | undefined;
  /** How the host chooses. @defaultValue "specificity" */
  readonly policy?: RoutePolicy | undefined;
}

/**
 * Options of `analyzeRoutes`.
 * @public
 */
export interface AnalyzeOptions {
  /** How the host chooses. @defaultValue the policy of the table */
  readonly policy?: RoutePolicy;
  /** Requests counted by `"METHOD pattern"`, for the hot order in the statistics. */
  readonly profile?: Readonly<Record<string, number>>;
}

/**
 * What `analyzeRoutes` says of a table.
 * @public
 */
export interface RouteAnalysis<Route extends TableRoute = TableRoute> {
  /** Pairs of routes that claim the same paths: `duplicate`, `ambiguous` and `shadowed`. */
  readonly conflicts: readonly RouteFinding<Route>[];
  /** Routes that no path reaches, those apart that are the loser of a `duplicate` or `ambiguous` pair. */
  readonly unreachable: readonly RouteFinding<Route>[];
  /** Routes whose paths are not known. They hide nothing here, though they may in the host, and nothing is said of them. */
  readonly notAnalysed: readonly { readonly route: RouteEntry<Route>; readonly reason: string }[];
  /** Figures about the table. */
  readonly statistics: RouteStatistics;
}

/**
 * What is wrong with a route, for some of its methods.
 *
 * - `duplicate`: another route has the same shape, method and constraints, and the same names of parameters. Shapes are
 *   compared as the policy does: by `specificity` the position in the tree, by `first-match` the set of paths.
 * - `ambiguous`: as `duplicate`, with other names (`/posts/:id` and `/posts/:slug`). By `specificity` also: both take the
 *   witness, and of their constraints neither is the narrower (nor of their hosts).
 * - `unreachable`: no path is answered by the route, since stronger ones (earlier ones, by `first-match`) take them all.
 * - `shadowed`, by `first-match` only: the route is reached, but a path that it would answer by specificity is answered
 *   by an earlier route.
 * @public
 */
export type RouteFindingKind = "duplicate" | "ambiguous" | "unreachable" | "shadowed";

/**
 * One finding, with a path that shows it and a change that removes it.
 * @public
 */
export interface RouteFinding<Route extends TableRoute = TableRoute> {
  readonly kind: RouteFindingKind;
  /** The route that loses. */
  readonly route: RouteEntry<Route>;
  /**
   * The routes that win. Of `unreachable` and `shadowed`: together they take the paths in question, and the first of them
   * answers the witness. Empty when no path of a request can fit the route at all.
   */
  readonly by: readonly RouteEntry<Route>[];
  /** The methods of the route that the finding is about. */
  readonly methods: readonly string[];
  /** A path of a request that shows it. */
  readonly witness: string;
  readonly fix: RouteFix;
}

/**
 * A route and its place in the table.
 * @public
 */
export interface RouteEntry<Route extends TableRoute = TableRoute> {
  readonly index: number;
  readonly route: Route;
}

/**
 * A change of the table that removes a finding; `applyFix` makes it. `move` puts the route before the one at `before`.
 * @public
 */
export type RouteFix =
  | { readonly kind: "remove"; readonly index: number; readonly methods: readonly string[]; readonly text: string }
  | { readonly kind: "move"; readonly index: number; readonly before: number; readonly text: string };

/**
 * Figures about a table.
 * @public
 */
export interface RouteStatistics {
  readonly routes: number;
  /** Routes by method token, sorted by name. */
  readonly methods: Readonly<Record<string, number>>;
  /** Segments of a pattern; `/` has none. */
  readonly depth: { readonly max: number; readonly mean: number };
  /** The part of the routes that have no parameter, from 0 to 1. */
  readonly staticShare: number;
  /** Different segments that follow one segment, over the segments that any follow. */
  readonly fanOut: { readonly max: number; readonly mean: number };
  /** Roughly what a `createRouter` table of these routes takes in memory, without the values. */
  readonly estimatedBytes: number;
  /** With a profile: the routes that it counts, the busiest first. */
  readonly hot: readonly { readonly key: string; readonly count: number }[];
}
