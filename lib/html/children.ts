import { PART } from "../pool/index.ts";
import type { Bounded } from "./boundary.ts";
import { BOUNDARY, CSS, EACH, HEAD_STYLES, HTML, JSON_DATA, kindOf, MEMO, PROVIDE, RAW, USE } from "./brand.ts";
import type { Child, ChildPart, Scope } from "./child-types.ts";
import { failAt, type Site } from "./contexts.ts";
import { encodeJson } from "./encode/script.ts";
import { html } from "./html.ts";
import type { Memoized } from "./memo.ts";
import { isAsyncHole } from "./render/parts.ts";
import { badChild } from "./render/print.ts";
import { lookUp, type Provided, type Used } from "./scope.ts";
import type { Css, Each, Html, HtmlValue, Json, RawHtml } from "./types.ts";
import { unwrap } from "./unwrap.ts";

const EMPTY: Child = Object.freeze({ kind: "empty" });

/**
 * What a child slot holds: functions called, readables read, arrays as lists keyed by index, list items always `Html`.
 * @throws CodedError `HTML_BAD_HOLE`, `HTML_ASYNC_HOLE`; `HTML_DUPLICATE_KEY` when two rows of one list have the same key.
 * @param scope - What `provide` has handed down to this place: the `scope` of the child around.
 * @remarks Calls `row` of `each` for every item.
 * @public
 */
export function childOf(value: HtmlValue, scope?: Scope): Child {
  return childAt(value, undefined, 0, scope);
}

/**
 * As {@link childOf}, but a part with state of its own, which carries `Symbol.for("busbar.part")`, is not read: whoever asks evaluates it by itself.
 * @public
 */
export function childOrPart(value: HtmlValue, scope?: Scope): Child | ChildPart {
  return childAt(value, undefined, 0, scope, true);
}

export function childAt(given: unknown, site: Site | undefined, hole: number, scope: Scope | undefined): Child;
export function childAt(
  given: unknown,
  site: Site | undefined,
  hole: number,
  scope: Scope | undefined,
  sparesParts: boolean,
): Child | ChildPart;
/** The same, with the place for errors. */
export function childAt(
  given: unknown,
  site: Site | undefined,
  hole: number,
  scope: Scope | undefined,
  sparesParts = false,
): Child | ChildPart {
  if (sparesParts && typeof given === "object" && given !== null && PART in given) {
    return { kind: "part", part: given, scope };
  }
  const value = unwrap(given, site, hole);
  switch (typeof value) {
    case "string":
      return value === "" ? EMPTY : { kind: "text", text: value };
    case "number":
    case "bigint":
      return { kind: "text", text: String(value) };
    case "boolean":
    case "undefined":
      return EMPTY;
  }
  if (value === null) return EMPTY;
  if (typeof value === "object") {
    // The casts below: each kind has one shape.
    switch (kindOf(value)) {
      case HTML:
        return { kind: "html", html: value as Html, scope };
      case EACH:
        return listOf(value as Each, site, hole, scope);
      case PROVIDE: {
        const { key, value: own, children } = value as Provided;
        return childAt(children(), site, hole, { key, value: own, outer: scope }, sparesParts);
      }
      case USE:
        return childAt((value as Used).render(lookUp(scope, (value as Used).key)), site, hole, scope, sparesParts);
      case MEMO:
        return childAt((value as Memoized).children(), site, hole, scope, sparesParts);
      case BOUNDARY:
        return boundedChild(value as Bounded, site, hole, scope);
      case CSS:
        return { kind: "empty", css: value as Css };
      case HEAD_STYLES:
        return EMPTY;
      case RAW:
        return { kind: "raw", html: (value as RawHtml).markup };
      case JSON_DATA:
        return { kind: "text", text: encodeJson((value as Json).data) };
    }
    if (Array.isArray(value)) return { kind: "list", keys: value.map((_, i) => i), items: value.map(itemOf), scope };
  }
  throw badChild(value, site, hole);
}

/** What is thrown while the content is made is caught here; what its own holes throw, by whoever reads them with `readChild`. */
function boundedChild(
  { children, failed }: Bounded,
  site: Site | undefined,
  hole: number,
  scope: Scope | undefined,
): Child {
  if (failed === undefined) return childAt(children(), site, hole, scope);
  const recover = (error: unknown): Child => {
    if (isAsyncHole(error)) throw error;
    return childAt(failed(error), site, hole, scope);
  };
  try {
    return bounded(childAt(children(), site, hole, scope), recover);
  } catch (error) {
    // Marked as a boundary's all the same: made once more, the content might not fail.
    return bounded(recover(error), rethrow);
  }
}

function rethrow(error: unknown): never {
  throw error;
}

/** A child of a boundary. One inside may be of a boundary itself, which has the first word, also about what it shows instead. */
function bounded(child: Child, recover: (error: unknown) => Child): Child {
  const { recover: inner } = child;
  if (inner === undefined) return { ...child, recover };
  const both = (error: unknown): Child => {
    let other: Child;
    try {
      other = inner(error);
    } catch (failure) {
      return recover(failure);
    }
    return bounded(other, recover);
  };
  return { ...child, recover: both };
}

/**
 * Reads what a child slot holds. When that throws and the child is inside a boundary, what the boundary shows instead is read.
 * @param read - Reads all of the child; it is called again with another child when it throws.
 * @throws what `read` throws where no boundary is around, and what `failed` throws.
 * @public
 */
export function readChild<T>(child: Child, read: (child: Child) => T): T {
  for (let current = child; ; ) {
    try {
      return read(current);
    } catch (error) {
      if (current.recover === undefined) throw error;
      current = current.recover(error);
    }
  }
}

function listOf(each: Each, site: Site | undefined, hole: number, scope: Scope | undefined): Child {
  const source = each.items();
  const keys = keysOf(each, source, site, hole);
  return { kind: "list", keys, items: source.map((item, i) => itemOf(each.row(item, i))), scope };
}

/** Keys that no stranger gave are taken over as they are, the list itself too: by that alone a live view sees that they are the same. */
export function keysOf(
  each: Each,
  source: readonly unknown[],
  site: Site | undefined,
  hole: number,
): readonly (string | number)[] {
  const known = each.keys?.();
  if (known !== undefined) {
    const wrong = known.findIndex((key) => typeof key !== "string" && typeof key !== "number");
    if (wrong >= 0) throw badKey(wrong, site, hole);
    return known;
  }
  const keys: (string | number)[] = [];
  const seen = new Set<string | number>();
  for (let i = 0; i < source.length; i++) {
    const key = each.key(source[i], i);
    if ((typeof key !== "string" && typeof key !== "number") || seen.size === seen.add(key).size)
      throw badKey(i, site, hole);
    keys.push(key);
  }
  return keys;
}

function badKey(row: number, site: Site | undefined, hole: number): Error {
  return failAt(
    "HTML_DUPLICATE_KEY",
    `the key of row ${row} is no text or number, or is taken by an earlier row`,
    site,
    hole,
  );
}

/** A row that is not the outcome of `html` gets a template of one hole around it. */
export function itemOf(value: HtmlValue): Html {
  const row = typeof value === "function" ? unwrap(value, undefined, 0) : value;
  return typeof row === "object" && row !== null && kindOf(row) === HTML ? (row as Html) : html`${value}`; // cast: its kind says so
}
