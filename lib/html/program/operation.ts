import { isWorded } from "../contexts.ts";
import type { HoleContext } from "./template-types.ts";

export const CHILD = 0;
export const ATTRIBUTE = 1;
export const TEXT = 2;
export const SCRIPT = 3;
export const SPREAD = 4;
export const NONCE = 5;
/** `srcdoc`: its value is rendered as a document, then escaped as an attribute. */
export const DOCUMENT = 6;
/** All of the text of a `<style>`. */
export const STYLE_TEXT = 7;
/** One hole of an attribute whose name, quotes and other text went into the chunks around. */
export const PART = 8;
/** The same in the value of a style's declaration. */
export const STYLE_PART = 9;
/** A whole style attribute. */
export const STYLE_ATTRIBUTE = 10;
/** A whole attribute that is a URL, whatever the attributes beside it say. */
export const URL_ATTRIBUTE = 11;
/** A part where any text is right once it is escaped. From here on, that goes for all kinds: `open`, the value, `quote`. */
export const PLAIN_PART = 12;
/** A whole attribute whose value is right, whatever text it is, once it is escaped. */
export const PLAIN_ATTRIBUTE = 13;

/** One step of a template's program. All have all fields, so that the render loop sees one object shape. */
export interface Operation {
  readonly kind: number;
  readonly context: HoleContext;
  /** Index of the first hole. */
  readonly hole: number;
  readonly count: number;
  readonly tag: string;
  /** The attribute's name as written. */
  readonly name: string;
  /** The attribute's name in lower case. */
  readonly lower: string;
  /** `true` and `false` are written as words. */
  readonly worded: boolean;
  /** `name="` or `name='`. */
  readonly open: string;
  readonly quote: string;
  /** The statics around the holes as they are printed: one more than holes. */
  readonly parts: readonly string[];
  /** The same statics as the parser will decode them. */
  readonly raw: readonly string[];
  /** False when `raw` holds U+FFFD for a reference we do not know. */
  readonly exact: boolean;
  /** The attribute, or the text of the script, is this one hole and nothing else. */
  readonly whole: boolean;
  /** The holes' values need no look at the attribute as a whole: it is no URL, or its static start makes it safe. */
  readonly settled: boolean;
  /** The tag's attribute that decides what this one means (`keyAttribute`), where the statics tell it. */
  readonly key: string | undefined;
  /** The operation that prints that attribute, where a hole is its whole value; for the text of a script, that of its `type`; for a spread, the spread before it in the tag. */
  readonly beside: Operation | undefined;
  /** For a spread: that attribute can come from this spread alone. */
  readonly ownKey: boolean;
  /** For each hole of a style attribute: it stands in a value, not in place of declarations. */
  readonly inValue: readonly boolean[];
  /** Of a child: it stands in SVG, MathML or a template, where nothing can be moved in later. */
  readonly fixed: boolean;
  /** Of a child: it stands in SVG, MathML or a frameset, where the text of a script is markup, or in HTML within; undefined where that is up to what is around the template. */
  readonly foreign: boolean | undefined;
  /** Of a hole in a script: read as markup, the text before it has what looks like a tag. */
  readonly tagLike: boolean;
  /** Of a part: the operation of the whole attribute, and which of its holes this is. */
  readonly source: Operation | undefined;
  readonly index: number;
  /** For a spread: the operations of the names it was given so far. */
  byName: Map<string, Operation> | undefined;
  slot: number;
}

/** Fills in what a kind of operation does not use. */
export function makeOperation(fields: Partial<Operation> & Pick<Operation, "kind" | "context">): Operation {
  return {
    hole: -1,
    count: 1,
    tag: "",
    name: "",
    lower: "",
    worded: fields.lower !== undefined && isWorded(fields.lower),
    open: "",
    quote: "",
    parts: [],
    raw: [],
    exact: true,
    whole: false,
    settled: false,
    key: undefined,
    beside: undefined,
    ownKey: false,
    inValue: [],
    fixed: false,
    foreign: undefined,
    tagLike: false,
    source: undefined,
    index: 0,
    byName: undefined,
    slot: -1,
    ...fields,
  };
}

/** The place right after a tag's name: where a nonce goes and, in live markup, the numbers of the element's slots. */
export interface TagMark {
  nonce: boolean;
  /** The `rel` that decides at render whether the nonce is printed; see `takesNonce`. */
  beside: Operation | undefined;
  readonly slots: number[];
}

/** What a template consists of, in order. */
export type Part = string | Operation | TagMark;

/** Tells the marks apart from the operations. */
export function isTagMark(part: Operation | TagMark): part is TagMark {
  return "slots" in part;
}
