/**
 * The dispatch and the types of a route table, made when the app is built: a plugin for Rollup and Vite, and the
 * functions behind `npx busbar routes build`.
 * @packageDocumentation
 */
export { type BuildRoutesOptions, type BuiltRoutes, buildRoutes, type RoutesOptions } from "./build-routes.ts";
export type { HookContext, ViteConfig } from "./host.ts";
export { busbarRoutes, type RoutesPlugin } from "./plugin.ts";
export { readProfile } from "./profile.ts";
export { type ReadTableOptions, readTable } from "./read-table.ts";
export type {
  Conditions,
  DescribedRoute,
  DescribedTable,
  JsonSchema,
  ModuleHost,
  Parse,
  Profile,
} from "./types.ts";
