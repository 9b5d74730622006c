/**
 * A route table for the server you have: matching by specificity, canonical paths, typed parameters and URLs.
 * @packageDocumentation
 */
export { canonicalPath } from "./canonical-path.ts";
export type {
  AfterName,
  Digit,
  Letter,
  NameCharacter,
  Names,
  OptionalNames,
  PathParams,
  RequiredNames,
  Simplify,
  SkipClass,
  SkipGroup,
  TakeName,
  UrlArguments,
  UrlParams,
  WildcardName,
} from "./path-params.ts";
export { type PrintableRoute, printRoutes } from "./print.ts";
export { createQueryParser } from "./query.ts";
export type {
  OptionalQueryKeys,
  QueryBoolean,
  QueryField,
  QueryIssue,
  QueryLimits,
  QueryList,
  QueryNumber,
  QueryOf,
  QueryOptions,
  QueryParser,
  QuerySchema,
  QuerySchemaIssue,
  QuerySchemaOptions,
  QuerySchemaResult,
  QueryShape,
  QuerySingle,
  QueryText,
  QueryValue,
  QueryValues,
} from "./query-types.ts";
export { createRouter } from "./router.ts";
export type {
  Match,
  Matcher,
  Methods,
  NamesFor,
  PathOptions,
  PrefixedPattern,
  RequestConstraints,
  Route,
  RouteConstraints,
  RouteGroup,
  RouteNames,
  RouteOptions,
  RouteParams,
  Router,
  RouterLimits,
  RouterOptions,
} from "./types.ts";
