import type { HoleContext } from "./types.ts";

export const CHILD = 0;
export const ATTRIBUTE = 1;
export const TEXT = 2;
export const SCRIPT = 3;
export const SPREAD = 4;
export const NONCE = 5;

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
  /** `name="` or `name='`. */
  readonly open: string;
  readonly quote: string;
  /** The statics around the holes as they are printed: one more than holes. */
  readonly parts: readonly string[];
  /** The same statics as the parser will decode them. */
  readonly raw: readonly string[];
  /** False when `raw` holds U+FFFD for a reference we do not know. */
  readonly exact: boolean;
  /** The attribute is this one hole and nothing else. */
  readonly whole: boolean;
  /** The static start of a URL already makes it safe. */
  readonly settled: boolean;
  /** For each hole of a style attribute: it stands in a value, not in place of declarations. */
  readonly inValue: readonly boolean[];
  /** For a spread: the tag is a refreshing `<meta>`, so `content` is refused too. */
  refresh: boolean;
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
    open: "",
    quote: "",
    parts: [],
    raw: [],
    exact: true,
    whole: false,
    settled: false,
    inValue: [],
    refresh: false,
    slot: -1,
    ...fields,
  };
}

/** The place right after a tag's name: where a nonce goes and, in live markup, the numbers of the element's slots. */
export interface TagMark {
  nonce: boolean;
  readonly slots: number[];
}

/** What a template consists of, in order. */
export type Part = string | Operation | TagMark;

/** Tells the marks apart from the operations. */
export function isTagMark(part: Operation | TagMark): part is TagMark {
  return "slots" in part;
}
