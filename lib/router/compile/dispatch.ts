import type { Params, ParamsFactory } from "../params.ts";
import type { Match, Route } from "../types.ts";

/**
 * What `generateDispatch` writes and `bindDispatch` reads: generated code, and what it was generated for.
 * @public
 */
export interface Dispatch {
  /** The layout of this object. */
  readonly version: 1;
  /** Of the routes and options it was generated for. */
  readonly hash: string;
  /** The conditions it was generated under: routes that are dead under them are not in it. */
  readonly conditions: Readonly<Record<string, boolean>>;
  /** Makes one finder for each method, in the order of `methods`; absent for a table too large for code. */
  readonly create?: (kit: DispatchKit) => readonly DispatchFinder[];
  /** The methods that have routes of their own. */
  readonly methods: readonly string[];
  /** Makes params objects, by the names they have, joined with commas. */
  readonly factories: (prototype: object) => readonly (readonly [names: string, factory: ParamsFactory])[];
}

/**
 * Finds a route by a path as received; `null` when only the canonical form can tell.
 * @public
 */
export type DispatchFinder = (path: string, length: number) => Match<unknown> | undefined | null;

/**
 * What generated code is given.
 * @public
 */
export interface DispatchKit {
  /** The routes that are alive, in the order of the table. */
  readonly routes: readonly Route<unknown>[];
  /** What params objects inherit from. */
  readonly prototype: object;
  /** The params of a route that has none. */
  readonly empty: Params;
  /** Percent-decodes a value, or throws. */
  readonly decode: (text: string) => string;
  /** Matches the text between two places with the mixed segment of a number, and notes the captures from an index on. */
  readonly mixed: (
    segment: number,
    path: string,
    from: number,
    to: number,
    starts: number[],
    ends: number[],
    first: number,
  ) => boolean;
}
