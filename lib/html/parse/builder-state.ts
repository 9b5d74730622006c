import type { ErrorCode } from "../../errors/index.ts";
import type { Site } from "../contexts.ts";
import type { Operation, Part, TagMark } from "../program/operation.ts";
import type { Slot } from "../program/template-types.ts";
import type { Key, Mutable } from "./attribute-plan.ts";
import type { CodeScanner } from "./code-scan.ts";
import { domName } from "./foreign-names.ts";

/** What the statics of a template come to. */
export interface Built {
  readonly parts: readonly Part[];
  readonly slots: readonly Slot[];
  readonly sources: readonly Operation[];
  readonly obstacle: { readonly code: ErrorCode; readonly message: string; readonly hole?: number } | undefined;
}

/** The namespace when it is not HTML. */
type Foreign = "svg" | "math" | false;

/** An open element. */
export interface Element {
  readonly tag: string;
  readonly foreign: Foreign;
  /** An element of SVG or MathML whose content is HTML again. */
  holdsHtml: boolean;
  /** Its index among the elements of its parent. */
  readonly index: number;
  readonly mark: TagMark;
  elements: number;
  /** Texts, comments, elements and holes in it. */
  contents: number;
  lastSlot: number;
  /** Of a title or textarea: the statics around its holes. */
  texts: string[];
  /** Of a script: what has been read of its code, and whether that would start a tag where it is read as markup. */
  code: CodeScanner | undefined;
  tagLike: boolean;
}

/** What the steps of `buildParts` share. */
export interface Builder {
  readonly site: Site;
  readonly parts: Part[];
  readonly slots: Mutable<Slot>[];
  readonly sources: Mutable<Operation>[];
  readonly root: Element;
  readonly open: Element[];
  /** The start tag being read. */
  current: Element;
  attributes: Map<string, string | undefined>;
  /** What prints its attributes with holes, in order, spreads too. */
  operations: Mutable<Operation>[];
  key: Key;
  obstacle: Built["obstacle"];
}

/** An element without anything in it. */
export function makeElement(tag: string, foreign: Foreign, index: number): Element {
  const mark = { nonce: false, beside: undefined, slots: [] };
  return {
    tag,
    foreign,
    holdsHtml: false,
    index,
    mark,
    elements: 0,
    contents: 0,
    lastSlot: -1,
    texts: [],
    code: undefined,
    tagLike: false,
  };
}

/** The innermost open element. */
export function parentOf(b: Builder): Element {
  return b.open[b.open.length - 1] ?? b.root;
}

/** Whether what stands in the element is SVG or MathML. */
export function isForeign(parent: Element): boolean {
  return parent.foreign !== false && !parent.holdsHtml;
}

/** Notes the first thing that live views cannot do with this template. */
export function hinder(b: Builder, code: ErrorCode, message: string, hole?: number): void {
  b.obstacle ??= hole === undefined ? { code, message } : { code, message, hole };
}

/** A place that live views may update. */
export function addSlot(b: Builder, kind: Slot["kind"], operation: Mutable<Operation>, path: readonly number[]): void {
  operation.slot = b.slots.length;
  b.slots.push({
    kind,
    name: domName(operation.lower),
    first: operation.hole,
    count: operation.count,
    path,
    alone: false,
  });
  b.sources.push(operation);
  const outside = b.open.find((element) => element.tag === "noscript" || element.tag === "template");
  if (outside !== undefined) hinder(b, "HTML_NOT_LIVE", `a hole inside <${outside.tag}>`, operation.hole);
}

/** The way from the top of the template to the innermost open element. */
export function pathOf(b: Builder): number[] {
  return b.open.map((element) => element.index);
}
