import type { Html, HtmlValue, Spread } from "../types.ts";
import type { GlobalAttributes } from "./attributes-global.ts";
import type { HtmlElementAttributes } from "./attributes-html.ts";
import type { MathElementAttributes } from "./attributes-mathml.ts";
import type { SvgElementAttributes } from "./attributes-svg.ts";
import type { CssAttribute } from "./values.ts";

/**
 * The attributes of every element of HTML, SVG and MathML, by tag name.
 * @public
 */
export interface ElementAttributes extends HtmlElementAttributes, SvgElementAttributes, MathElementAttributes {}

/**
 * The elements that have no content.
 * @public
 */
export type VoidTag =
  | "area"
  | "base"
  | "br"
  | "col"
  | "embed"
  | "hr"
  | "img"
  | "input"
  | "link"
  | "meta"
  | "source"
  | "track"
  | "wbr";

/**
 * What elements take beside their attributes.
 * @public
 */
export interface ElementExtras {
  /** A scoped style, made by the `css` tag. */
  readonly css?: CssAttribute;
}

/**
 * The attributes of an element whose tag name is not in the tables: a custom element, say.
 * @public
 */
export interface CustomAttributes extends GlobalAttributes, ElementExtras {
  /** Any attribute; its value is checked when it is written. */
  readonly [name: string]: unknown;
}

/**
 * One function per element: `el.a({ href: "/" }, "Home")`.
 * @public
 */
export type Elements = {
  /** Makes an element that has no content. */
  readonly [Tag in VoidTag]: (attributes?: (ElementAttributes[Tag] & ElementExtras) | null) => Html;
} & {
  /** Makes an element with these children. */
  readonly [Tag in Exclude<keyof ElementAttributes, VoidTag>]: (
    attributes?: (ElementAttributes[Tag] & ElementExtras) | null,
    ...children: readonly HtmlValue[]
  ) => Html;
};

/**
 * One function per element: its attributes for a hole of `html`.
 * @public
 */
export type ElementSpreads = {
  /** Takes the attributes of one element. */
  readonly [Tag in keyof ElementAttributes]: (attributes: ElementAttributes[Tag]) => Spread;
};
