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

/** Makes the factory for some names; `undefined` where code may not be generated. */
export type FactoryMaker = (names: readonly string[]) => ParamsFactory | undefined;

// More than three values a search hands over as a list, in 0.9 of the time they take stored by name (bench "router", "params" of deep tables). The longer the
// list, the more code for one route.
const MAX_MADE = 16;
// Code costs as much as some hundred objects stored by name, and stays; most routes of most processes are asked less.
const BY_NAME = 256;

/** What the params objects of some routes have in common. */
export class ParamsShape {
  /** Parameter names in the order of their captures. */
  readonly names: readonly string[];
  /** The last name is a wildcard's. */
  readonly wildcard: boolean;
  /** A wildcard reached without its slash, when slashes at the end are ignored: its value is empty. */
  readonly bare: boolean;
  /** Makes the object at once; there when the shape is asked for often and code may be generated. */
  factory: ParamsFactory | undefined = undefined;
  private left = BY_NAME;
  private readonly make: FactoryMaker | undefined;

  constructor(names: readonly string[], wildcard: boolean, bare: boolean, make: FactoryMaker | undefined) {
    this.names = names;
    this.wildcard = wildcard;
    this.bare = bare;
    this.make = names.length > MAX_MADE || bare ? undefined : make;
  }

  /** Counts an object that was made by name. */
  madeByName(): void {
    this.left--;
    if (this.left === 0) this.factory = this.make?.(this.names);
  }
}

/** What every params object inherits from: frozen, and inheriting nothing. */
export const PARAMS_PROTOTYPE: object = BareObject.prototype;

/** The class of every params object. */
export const ParamsObject: new () => Record<string, string> = BareObject as new () => Record<string, string>; // cast: it starts empty

/** The parameters of every route that has none. */
export const EMPTY_PARAMS: Params = /* @__PURE__ */ Object.freeze(new ParamsObject());
