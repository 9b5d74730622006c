import { CodedError } from "../errors/index.ts";
import { DELTAS, READ } from "../pool/index.ts";
import { CALL, CLASSES, EACH, JSON_DATA, kindOf, makeMarked, RAW, SPREAD } from "./brand.ts";
import { encodeStyles } from "./encode/css.ts";
import { isFunctionName } from "./encode/script.ts";
import type {
  Call,
  Classes,
  Each,
  HtmlValue,
  Json,
  KeyedSource,
  RawHtml,
  Readable,
  Spread,
  SpreadAttributes,
  Styles,
} from "./types.ts";
import { unwrap } from "./unwrap.ts";

/**
 * The rows of a keyed collection: its keys are theirs.
 * @param row - Makes the node of one row; without it, the values are nodes themselves. Rows that the collection has made (`rows = todos.map(row)`,
 * once) are the same objects as long as nothing in them changes, so a live view passes over them; those made here are made at each render.
 * @example
 * ```ts
 * html`<ul>${each(todos, (todo) => html`<li>${todo.text}</li>`)}</ul>`;
 * ```
 * @public
 */
export function each<K extends string | number, T>(
  source: KeyedSource<K, T>,
  row: (item: T, index: number) => HtmlValue,
): Each;
/**
 * The same with values that are nodes.
 * @public
 */
export function each<K extends string | number>(source: KeyedSource<K, HtmlValue>): Each;
/**
 * A list whose rows keep their identity by key in live views. Nothing runs before rendering; `key` is called by live views alone.
 * @param list - Anything iterable, or a readable or function that yields one.
 * @param row - Makes the node of one item.
 * @example
 * ```ts
 * html`<ul>${each(users, (user) => user.id, (user) => html`<li>${user.name}</li>`)}</ul>`;
 * ```
 * @public
 */
export function each<T>(
  list: Iterable<T> | Readable<Iterable<T>> | (() => Iterable<T>),
  key: (item: T, index: number) => string | number,
  row: (item: T, index: number) => HtmlValue,
): Each;
export function each(list: unknown, second: Each["row"] = itself, third?: Each["row"]): Each {
  const items = (): readonly unknown[] => listOf(unwrap(list, undefined, 0));
  if (third !== undefined)
    return makeMarked<Each>(EACH, { source: list, items, key: second as Each["key"], row: third }); // cast: it is the key then
  if (!isKeyed(list)) throw new CodedError("HTML_BAD_HOLE", "each() was given no key, and no collection that has keys");
  return makeMarked<Each>(EACH, {
    source: list,
    items: () => list[READ](), // frozen: nobody changes it while rows are made
    key: (_item, index) => list.keys()[index] ?? index,
    row: second,
    keys: () => list.keys(),
  });
}

/** The items of what `each` was given. */
export function listOf(given: unknown): readonly unknown[] {
  const source = given as Iterable<unknown>; // cast: what the parameter's type says, unwrapped
  if (Array.isArray(source)) return source.slice(); // rows may be made later, and may change the list
  if (typeof source?.[Symbol.iterator] === "function" && typeof source !== "string") return Array.from(source);
  throw new CodedError("HTML_BAD_HOLE", "each() was given something that is not iterable");
}

function itself(item: unknown): HtmlValue {
  return item as HtmlValue; // cast: the overload without `row` asks for nodes
}

function isKeyed(list: unknown): list is KeyedSource<string | number, unknown> {
  return typeof list === "object" && list !== null && DELTAS in list && READ in list;
}

/**
 * Markup that is printed as it is. Whatever a stranger wrote must never come here: this is the one way to be unsafe.
 * @example unsafeRawHtml(markdownToSafeHtml(text))
 * @public
 */
export function unsafeRawHtml(markup: string): RawHtml {
  return makeMarked<RawHtml>(RAW, { markup: String(markup) });
}

/**
 * Data for a `<script>` body, an event handler or any attribute. `undefined`, functions and symbols become `null`; in JavaScript a
 * key `__proto__` stays a plain property.
 * @example
 * ```ts
 * html`<script type="application/json" id="page">${json({ user })}</script>`;
 * ```
 * @public
 */
export function json(data: unknown): Json {
  return makeMarked<Json>(JSON_DATA, { data });
}

/**
 * A function call for an event handler or a `<script>`; every argument is written as JSON.
 * @param fn - A name, or names joined by dots. It is code: never let a stranger choose it.
 * @throws CodedError `HTML_BAD_NAME` when `fn` is anything else.
 * @example
 * ```ts
 * html`<button onclick=${call("cart.add", product.id)}>Add</button>`;
 * ```
 * @public
 */
export function call(fn: string, ...args: readonly unknown[]): Call {
  if (!isFunctionName(fn))
    throw new CodedError("HTML_BAD_NAME", "call() was given a name that is not dotted identifiers");
  return makeMarked<Call>(CALL, { fn, args });
}

/**
 * What `classes` takes: names, names switched by truth, what `classes` has made, and lists of these.
 * @public
 */
export type ClassItem =
  | string
  | false
  | null
  | undefined
  | Classes
  | readonly ClassItem[]
  | Readonly<Record<string, unknown>>;

/**
 * A class list from names and from maps of name to condition. Nothing at all drops the attribute.
 * @throws CodedError `HTML_TOO_DEEP` when lists are nested more than 100 deep.
 * @example
 * ```ts
 * html`<li class=${classes("row", { done: todo.done }, given)}>`; // `given` may be what classes has made elsewhere
 * ```
 * @public
 */
export function classes(...items: readonly ClassItem[]): Classes {
  const names: string[] = [];
  addNames(names, items, 0);
  return makeMarked<Classes>(CLASSES, { text: names.join(" ") });
}

const MAX_LISTS = 100;

function addNames(names: string[], items: readonly ClassItem[], depth: number): void {
  if (depth > MAX_LISTS) throw new CodedError("HTML_TOO_DEEP", `class lists are nested more than ${MAX_LISTS} deep`);
  for (const item of items) {
    if (typeof item === "string") {
      if (item !== "") names.push(item);
    } else if (Array.isArray(item))
      addNames(names, item as readonly ClassItem[], depth + 1); // cast: what ClassItem has of arrays
    else if (item) {
      // casts: its kind says so; else it is the map, the last of ClassItem
      if (kindOf(item) === CLASSES) addNames(names, [(item as Classes).text], depth);
      else
        for (const [name, isOn] of Object.entries(item as Readonly<Record<string, unknown>>))
          if (isOn && name !== "") names.push(name);
    }
  }
}

/**
 * Declarations for a `style` attribute. Names may be camel case or `--custom`; a value that is not plain CSS (`url()`, quotes that
 * do not close, `;`, unknown functions) is replaced by `blocked`, which no property takes. `null`, `false` and "" are left out.
 * @throws CodedError `HTML_BAD_NAME` for a key that is no property name.
 * @example
 * ```ts
 * html`<td style=${styles({ backgroundColor: user.color, width: "3em" })}>`;
 * ```
 * @public
 */
export function styles(declarations: Readonly<Record<string, string | number | boolean | null | undefined>>): Styles {
  return encodeStyles(declarations);
}

/**
 * Several attributes, each checked by its name as if it stood in the template. Refused: names that could end the tag, `srcdoc`,
 * `http-equiv`; text in `on*` and `style`, as everywhere.
 * @example
 * ```ts
 * html`<input ${spread({ type: "email", required: true, value: email })}>`;
 * ```
 * @public
 */
export function spread(attributes: SpreadAttributes): Spread {
  return makeMarked<Spread>(SPREAD, { attributes });
}
