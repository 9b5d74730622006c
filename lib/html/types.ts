import type { DELTAS, READ } from "../pool/index.ts";
import type { Finding } from "./checks/finding.ts";
import type { UrlPolicy } from "./encode/url-policy.ts";
import type { Template } from "./program/template-types.ts";

/**
 * Anything with a current value: signals, computeds, or an object of your own. Read once per render.
 * @public
 */
export interface Readable<T> {
  /** The value right now. */
  [READ](): T;
}

declare const brand: unique symbol;

/**
 * Marks the values only this library makes. Exists in types alone.
 * @public
 */
export interface HtmlBrand<Name extends string> {
  /** Cannot be written outside the library. */
  readonly [brand]: Name;
}

/**
 * Trusted markup, made by `unsafeRawHtml`.
 * @public
 */
export interface RawHtml extends HtmlBrand<"raw"> {
  /** The markup, printed as it is. */
  readonly markup: string;
}

/**
 * A collection whose rows have keys of their own and that tells of their changes, as those of `busbar/signals/collections` do.
 * @public
 */
export interface KeyedSource<K extends string | number, T> {
  /** The values in order. */
  [READ](): readonly T[];
  /** Their keys, in the same order: the same list as long as no row comes, goes or moves. */
  keys(): readonly K[];
  /** What tells it from anything else that can be read. */
  [DELTAS](sink: (deltas: readonly unknown[]) => void): () => void;
}

/**
 * A keyed list, made by `each`.
 * @public
 */
export interface Each extends HtmlBrand<"each"> {
  /** What it was made of: an iterable, a readable or function that yields one, or a keyed source. */
  readonly source: unknown;
  /** The items right now, in order. */
  items(): readonly unknown[];
  /** The key of an item. */
  key(item: unknown, index: number): string | number;
  /** The row of an item. */
  row(item: unknown, index: number): HtmlValue;
  /** The keys of what `items` gave just now, if they are known without asking for each. */
  keys?(): readonly (string | number)[];
}

/**
 * Data for a script or an attribute, made by `json`.
 * @public
 */
export interface Json extends HtmlBrand<"json"> {
  /** What will be written as JSON. */
  readonly data: unknown;
}

/**
 * One function call for an event handler or a script, made by `call`.
 * @public
 */
export interface Call extends HtmlBrand<"call"> {
  /** The function's name, dots allowed. */
  readonly fn: string;
  /** Its arguments; each is written as JSON. */
  readonly args: readonly unknown[];
}

/**
 * A class list, made by `classes`.
 * @public
 */
export interface Classes extends HtmlBrand<"classes"> {
  /** The names, joined by spaces. */
  readonly text: string;
}

/**
 * Checked declarations for a style attribute, made by `styles`.
 * @public
 */
export interface Styles extends HtmlBrand<"styles"> {
  /** The declarations, each value checked. */
  readonly text: string;
}

/**
 * What `spread` takes: attribute values by name.
 * @public
 */
export type SpreadAttributes = Readonly<Record<string, SpreadValue>>;

/**
 * One attribute's value in `spread`.
 * @public
 */
export type SpreadValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Json
  | Call
  | Classes
  | Styles
  | Readable<SpreadValue>
  | (() => SpreadValue);

/**
 * Several attributes at once, made by `spread`.
 * @public
 */
export interface Spread extends HtmlBrand<"spread"> {
  /** The attributes; each is checked when it is written. */
  readonly attributes: SpreadAttributes;
}

/**
 * A stylesheet, made by `css`. Among the attributes of a tag it scopes its rules to that element; anywhere it asks for the styles.
 * @public
 */
export interface Css extends HtmlBrand<"css"> {
  /** The style element's text. */
  readonly text: string;
  /** The attribute that marks the element its rules apply to; none for `css.global`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * A node that is decided while rendering: made by `provide`, `use`, `boundary`, `memo` and `headStyles`.
 * @public
 */
export type HtmlPart = HtmlBrand<"part">;

/**
 * What may stand in a hole. `null`, `undefined`, `true` and `false` print nothing between tags; arrays print one after the other;
 * functions are called without arguments; readables are read; promises are awaited, where the render may wait. A plain object is no
 * hole and does not compile.
 * @public
 */
export type HtmlValue = HtmlSettled | PromiseLike<HtmlSettled>;

/**
 * The same without promises: what a promise in a hole settles with.
 * @public
 */
export type HtmlSettled =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Html
  | RawHtml
  | Each
  | Json
  | Call
  | Classes
  | Styles
  | Spread
  | Css
  | HtmlPart
  | Readable<HtmlValue>
  | (() => HtmlValue)
  | readonly HtmlValue[];

/**
 * One evaluation of a template: what stays the same, and what this time stands in its holes. Nothing is rendered yet.
 * Only `html` makes these: they carry a private mark that JSON, and any other data, cannot imitate.
 * @public
 */
export interface Html extends HtmlBrand<"html"> {
  /** The parsed template, one per place in the source. */
  readonly template: Template;
  /** One value per hole, in order. */
  readonly values: readonly HtmlValue[];
}

/**
 * How to render to a string.
 * @public
 */
export interface StringOptions extends RenderOptions {
  /** Numbers the templates, and so asks for the markers of a live view around child slots. */
  readonly live?: (template: Template) => number;
}

/**
 * How to render, whatever comes out.
 * @public
 */
export interface RenderOptions {
  /** Set as `nonce` on script and style tags that have none, and on stylesheet and preload links. */
  readonly nonce?: string;
  /** Which URLs pass besides those that always do. @defaultValue no other origin's scripts, frames and styles; no `data:` */
  readonly urls?: UrlPolicy;
  /**
   * Told what the checks of development find; `false` asks for none. Never called when `NODE_ENV` is `production`.
   * @defaultValue prints with `console.warn`
   */
  readonly report?: ((finding: Finding) => void) | false;
}
