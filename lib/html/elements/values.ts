import type { Call, Classes, Css, Json, Readable, Styles } from "../types.ts";

/**
 * An attribute's value: at once, or as something that yields it. `null` and `undefined` leave the attribute out.
 * @public
 */
export type Attribute<T> =
  | T
  | null
  | undefined
  | Readable<Attribute<T>>
  | (() => Attribute<T>)
  | PromiseLike<T | null | undefined>;

/**
 * Open text.
 * @public
 */
export type TextAttribute = Attribute<string | number | bigint | Json>;

/**
 * A number, or its digits.
 * @public
 */
export type NumberAttribute = Attribute<number | bigint | `${number}`>;

/**
 * An attribute that stands or does not.
 * @public
 */
export type BooleanAttribute = Attribute<boolean>;

/**
 * A URL, a list of them or a `srcset`. Schemes that run code are replaced when it is written.
 * @public
 */
export type UrlAttribute = Attribute<string>;

/**
 * Class names, or the outcome of `classes`.
 * @public
 */
export type ClassAttribute = Attribute<string | Classes>;

/**
 * The outcome of `styles`; text is refused.
 * @public
 */
export type StyleAttribute = Attribute<Styles>;

/**
 * An event handler: `call("fn", ...)`, or `json`. Text and functions are refused: they would be code.
 * @public
 */
export type HandlerAttribute = Call | Json | null | undefined;

/**
 * Attributes that libraries and pages name themselves: text, data or a switch.
 * @public
 */
export type OpenAttribute = Attribute<string | number | bigint | boolean | Json | Classes>;

/**
 * A scoped style, or several, as the attribute `css` takes them.
 * @public
 */
export type CssAttribute = Css | false | null | undefined | readonly (Css | false | null | undefined)[];
