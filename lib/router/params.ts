import type { Match } from "./types.ts";

/**
 * The parameters of a match.
 * @public
 */
export type Params = Match<unknown>["params"];

/**
 * Makes the params object of a certain list of names, from as many values.
 * @public
 */
export type ParamsFactory = (...values: string[]) => Params;

/** What the params objects of some routes have in common. */
export interface ParamsShape {
  /** Parameter names in the order of their captures. */
  readonly names: readonly string[];
  /** The last name is a wildcard's. */
  readonly wildcard: boolean;
  /** A wildcard reached without its slash, when slashes at the end are ignored: its value is empty. */
  readonly bare: boolean;
  /** Makes the object at once, where code may be generated. */
  readonly factory: ParamsFactory | undefined;
}

/** What every params object inherits from: frozen, and inheriting nothing. */
export const PARAMS_PROTOTYPE: object = /* @__PURE__ */ Object.freeze(Object.create(null));

/**
 * The class of every params object. Its prototype is frozen and inherits nothing, so `__proto__` and `constructor`
 * are ordinary names.
 */
export const ParamsObject: new () => Record<string, string> = /* @__PURE__ */ createParamsClass();

/** The parameters of every route that has none. */
export const EMPTY_PARAMS: Params = /* @__PURE__ */ Object.freeze(new ParamsObject());

function createParamsClass(): new () => Record<string, string> {
  function Params(): void {}
  Params.prototype = PARAMS_PROTOTYPE;
  return Params as unknown as new () => Record<string, string>; // cast: an old-style constructor has no class type
}
