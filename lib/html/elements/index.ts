/**
 * Elements as functions, with the attribute types of HTML, SVG and MathML.
 * @packageDocumentation
 */
export type { AriaAttributes, GlobalAttributes, HandlerAttributes } from "./attributes-global.ts";
export type { HtmlElementAttributes } from "./attributes-html.ts";
export type { MathAttributes, MathElementAttributes } from "./attributes-mathml.ts";
export type { SvgAttributes, SvgElementAttributes } from "./attributes-svg.ts";
export { attrs, doctype, el, element } from "./el.ts";
export type {
  CustomAttributes,
  ElementAttributes,
  ElementExtras,
  ElementSpreads,
  Elements,
  VoidTag,
} from "./types.ts";
export type {
  Attribute,
  BooleanAttribute,
  ClassAttribute,
  CssAttribute,
  HandlerAttribute,
  NumberAttribute,
  OpenAttribute,
  StyleAttribute,
  TextAttribute,
  UrlAttribute,
} from "./values.ts";
