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
 * What a frame that is shut in may do all the same: no token, or the standard's own. The first two are compared letter by letter; of a
 * longer list the compiler reads no more.
 * @public
 */
export type SandboxAttribute = Attribute<boolean | "" | TokenList<SandboxToken>>;

/**
 * One thing that a frame with `sandbox` may do.
 * @public
 */
export type SandboxToken =
  | "allow-downloads"
  | "allow-forms"
  | "allow-modals"
  | "allow-orientation-lock"
  | "allow-pointer-lock"
  | "allow-popups"
  | "allow-popups-to-escape-sandbox"
  | "allow-presentation"
  | "allow-same-origin"
  | "allow-scripts"
  | "allow-storage-access-by-user-activation"
  | "allow-top-navigation"
  | "allow-top-navigation-by-user-activation"
  | "allow-top-navigation-to-custom-protocols";

/**
 * One token, two, or a longer list that starts with two.
 * @public
 */
export type TokenList<T extends string> = T | `${T} ${T}` | `${T} ${T} ${string}`;

/**
 * What a field is to be filled in with: `off`, `on`, or a list that ends with the name of a field, as `section-a billing street-address`.
 * @public
 */
export type AutofillAttribute = Attribute<"" | "off" | "on" | AutofillField | `${string} ${AutofillField}`>;

/**
 * The names of fields that browsers fill in.
 * @public
 */
export type AutofillField =
  | "additional-name"
  | `address-${"level1" | "level2" | "level3" | "level4" | "line1" | "line2" | "line3"}`
  | `bday${"" | "-day" | "-month" | "-year"}`
  | `cc-${"additional-name" | "csc" | "exp" | "exp-month" | "exp-year" | "family-name" | "given-name" | "name" | "number" | "type"}`
  | "country"
  | "country-name"
  | "current-password"
  | "email"
  | "family-name"
  | "given-name"
  | "honorific-prefix"
  | "honorific-suffix"
  | "impp"
  | "language"
  | "name"
  | "new-password"
  | "nickname"
  | "one-time-code"
  | "organization"
  | "organization-title"
  | "photo"
  | "postal-code"
  | "sex"
  | "street-address"
  | `tel${"" | "-area-code" | "-country-code" | "-extension" | "-local" | "-local-prefix" | "-local-suffix" | "-national"}`
  | "transaction-amount"
  | "transaction-currency"
  | "url"
  | "username"
  | "webauthn";

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
