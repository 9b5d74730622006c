/**
 * Checks route tables: routes that claim the same paths, routes that nothing reaches, figures.
 * @packageDocumentation
 */
export { analyzeRoutes, applyFix } from "./analyze.ts";
export type {
  AnalyzeOptions,
  RouteAnalysis,
  RouteEntry,
  RouteFinding,
  RouteFindingKind,
  RouteFix,
  RoutePolicy,
  RouteStatistics,
  RouteTable,
  TableRoute,
} from "./types.ts";
