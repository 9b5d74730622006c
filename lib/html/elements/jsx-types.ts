import type { HtmlBrand, HtmlValue } from "../types.ts";
import type { ElementAttributes, ElementExtras, VoidTag } from "./types.ts";

/**
 * A component: a function from its properties to anything that may stand in a hole, or a promise of it. It is called when it is
 * rendered.
 * @public
 */
export type Component<Props = never> = (props: Props) => HtmlValue;

/**
 * Where an element was written, as transforms tell it.
 * @public
 */
export interface SourcePosition {
  readonly fileName?: string;
  readonly lineNumber?: number;
  readonly columnNumber?: number;
}

/**
 * One attribute on its way from `jsxAttr` to `jsxTemplate`.
 * @public
 */
export interface AttributeMark extends HtmlBrand<"attribute"> {
  readonly name: string;
  readonly value: unknown;
}

/**
 * What every element and component of JSX takes.
 * @public
 */
export interface Keyed {
  /** Accepted for the sake of other tools; rows of a list have the keys of `each`. */
  readonly key?: string | number | bigint | null | undefined;
}

/**
 * An element with content.
 * @public
 */
export interface Content extends Keyed {
  /** What stands between its tags. */
  readonly children?: HtmlValue;
}

/**
 * An element without content.
 * @public
 */
export interface NoContent extends Keyed {
  /** Nothing. */
  readonly children?: undefined;
}

/**
 * The properties of the elements that have no content.
 * @public
 */
export type VoidElements = {
  /** One element. */
  readonly [Tag in VoidTag]: ElementAttributes[Tag] & ElementExtras & NoContent;
};

/**
 * The properties of all other elements.
 * @public
 */
export type ContentElements = {
  /** One element. */
  readonly [Tag in Exclude<keyof ElementAttributes, VoidTag>]: ElementAttributes[Tag] & ElementExtras & Content;
};
