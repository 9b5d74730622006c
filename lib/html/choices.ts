import { CodedError } from "../errors/index.ts";
import type { HtmlValue, Readable } from "./types.ts";
import { isReadable, markReader, unwrap } from "./unwrap.ts";

/**
 * One of two nodes. The branch not taken never runs. A readable or function as test is read at render, so live views follow it.
 * @param yes - Called with the test's value when it is truthy.
 * @param no - Called otherwise; nothing is printed without it.
 * @example when(user, (user) => html`<b>${user.name}</b>`, () => "nobody")
 * @public
 */
export function when<T>(
  test: T | Readable<T> | (() => T),
  yes: (value: NonNullable<T>) => HtmlValue,
  no?: () => HtmlValue,
): HtmlValue {
  // cast: only truthy values get to `yes`
  const choose = (value: unknown): HtmlValue => (value ? yes(value as NonNullable<T>) : no?.());
  if (!isReadable(test) && typeof test !== "function") return choose(test);
  const later = (): HtmlValue => choose(unwrap(test, undefined, 0));
  return isReadable(test) ? markReader(later) : later;
}

/**
 * What `match` tells apart: words, numbers, or objects by their `kind`.
 * @public
 */
export type Matchable = string | number | boolean | { readonly kind: string | number | boolean };

/**
 * The word by which `match` knows a value.
 * @public
 */
export type MatchWord<V extends Matchable> = V extends { readonly kind: infer K extends string | number | boolean }
  ? `${K}`
  : V extends string | number | boolean
    ? `${V}`
    : never;

/**
 * One way to write a value, per word by which `match` may know it.
 * @public
 */
export type MatchCases<V extends Matchable> = {
  readonly [W in MatchWord<V>]: (value: Matched<V, W>) => HtmlValue;
};

/**
 * The part of a union that has this word.
 * @public
 */
export type Matched<V extends Matchable, W extends string> = V extends Matchable
  ? W extends MatchWord<V>
    ? V
    : never
  : never;

/**
 * One of several nodes, by a word or by an object's `kind`. The branches not taken never run; leaving a case out does not compile.
 * @throws CodedError `HTML_NO_CASE` when a value turns up for which there is none, whatever the types said.
 * @example
 * ```ts
 * match(order, { open: (order) => html`<b>${order.due}</b>`, paid: () => "Thank you" });
 * ```
 * @public
 */
export function match<const V extends Matchable>(value: V, cases: MatchCases<V>): HtmlValue;
/**
 * The same with a node for all other values.
 * @public
 */
export function match<const V extends Matchable>(
  value: V,
  cases: Partial<MatchCases<V>>,
  otherwise: (value: V) => HtmlValue,
): HtmlValue;
export function match<const V extends Matchable>(
  value: V,
  cases: Partial<MatchCases<V>>,
  otherwise?: (value: V) => HtmlValue,
): HtmlValue {
  const word = String(typeof value === "object" ? value.kind : value);
  if (Object.hasOwn(cases, word)) {
    const chosen = (cases as Record<string, ((value: V) => HtmlValue) | undefined>)[word]; // cast: an own key of theirs
    if (chosen !== undefined) return chosen(value);
  }
  if (otherwise !== undefined) return otherwise(value);
  throw new CodedError("HTML_NO_CASE", "match() has no case for the value, and nothing otherwise");
}
