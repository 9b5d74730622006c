import type { RouteConstraints, RouterOptions } from "../../lib/router/index.ts";

/**
 * One route as read from a module: everything but its value, which never leaves the process that made it.
 * @public
 */
export interface DescribedRoute {
  readonly methods: readonly string[];
  readonly pattern: string;
  readonly name?: string | undefined;
  readonly constraints?: RouteConstraints | undefined;
  readonly when?: string | undefined;
  /** The text of its handler, as `Function.prototype.toString` gives it. */
  readonly handler?: string | undefined;
  /** What its query schema yields, as JSON Schema; `{}` when the schema does not tell. Absent without a schema. */
  readonly query?: JsonSchema | undefined;
  /** Of an Express table: the expressions its paths fit. */
  readonly paths?: readonly RegExp[] | undefined;
  /** Of an Express table: it may hand a request on. */
  readonly passes?: boolean | undefined;
  /** Of an Express table: why nobody can say which paths it takes. */
  readonly unknown?: string | undefined;
}

/**
 * A route table as read from a module.
 * @public
 */
export interface DescribedTable {
  /** How its host chooses: busbar by specificity; Express takes the first that fits, and its table can only be analysed. */
  readonly policy: "specificity" | "first-match";
  readonly options: RouterOptions;
  /** In the order they were added. */
  readonly routes: readonly DescribedRoute[];
  /** The files the module was made of, those in `node_modules` left out. */
  readonly files: readonly string[];
}

/**
 * The part of JSON Schema that types are made of.
 * @public
 */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/**
 * Conditions by name: whether each holds in this build. A route's `when` names one; a condition that is not listed drops nothing.
 * @public
 */
export type Conditions = Readonly<Record<string, boolean>>;

/**
 * Requests counted by `"METHOD /pattern"`: which routes are hot.
 * @public
 */
export type Profile = Readonly<Record<string, number>>;

/**
 * Where the modules of a bundler come from, so that aliases, TypeScript and other plugins hold for the route table too.
 * @public
 */
export interface ModuleHost {
  /** The id a specifier stands for; `undefined` leaves it to Node. */
  resolve(specifier: string, importer: string): Promise<string | undefined>;
  /** The module as JavaScript; `undefined` leaves it to Node. */
  load(id: string): Promise<string | undefined>;
  /** Names that the bundler replaces by expressions. */
  readonly defines?: Readonly<Record<string, string>>;
}

/**
 * Parses JavaScript into an ESTree program, and throws on what is none.
 * @public
 */
export type Parse = (code: string) => unknown;
