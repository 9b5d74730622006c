import { BareObject } from "./bare-object.ts";
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
export const PARAMS_PROTOTYPE: object = BareObject.prototype;

/** The class of every params object. */
export const ParamsObject: new () => Record<string, string> = BareObject as new () => Record<string, string>; // cast: it starts empty

/** The parameters of every route that has none. */
export const EMPTY_PARAMS: Params = /* @__PURE__ */ Object.freeze(new ParamsObject());
