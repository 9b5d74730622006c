/**
 * JSX for busbar/html: the automatic runtime and the exports of the precompiling transform.
 * @packageDocumentation
 */
import type { Component, Content, ContentElements, Keyed, VoidElements } from "../elements/jsx-types.ts";
import type { CustomAttributes } from "../elements/types.ts";
import type { Html } from "../types.ts";

export { Fragment, jsx, jsxs } from "../elements/jsx.ts";
export type { AttributeMark, NoContent } from "../elements/jsx-types.ts";
export { jsxAttr, jsxEscape, jsxTemplate } from "../elements/precompiled.ts";
export type { Component, Content, ContentElements, Keyed, VoidElements };

// Declared here and not re-exported: only the module that declares a namespace can be augmented.
/**
 * What TypeScript asks of a JSX runtime.
 * @public
 */
export declare namespace JSX {
  /** What a JSX expression yields. */
  type Element = Html;
  /** What may stand as a tag. */
  type ElementType = keyof IntrinsicElements | Component;
  /** Names the property that holds what stands between the tags. */
  interface ElementChildrenAttribute {
    children: unknown;
  }
  /** What every component takes beside its own properties. */
  interface IntrinsicAttributes extends Keyed {}
  /** Every element of HTML, SVG and MathML, and custom elements. */
  interface IntrinsicElements extends VoidElements, ContentElements {
    [customElement: `${string}-${string}`]: (CustomAttributes & Content) | ContentElements["annotation-xml"];
  }
}
