import { CodedError } from "../errors/index.ts";
import { makeMarked, PROVIDE, USE } from "./brand.ts";
import type { Scope } from "./child-types.ts";
import type { HtmlPart, HtmlValue } from "./types.ts";

/**
 * What `provide` and `use` meet by. Two keys of the same name are two keys.
 * @public
 */
export interface ContextKey<T> {
  /** For messages. */
  readonly name: string;
  /** What `use` gets where nothing was provided; without it, that is an error. */
  readonly fallback?: { readonly value: T };
}

/** What `provide` makes. */
export interface Provided {
  readonly key: unknown;
  readonly value: unknown;
  readonly children: () => HtmlValue;
}

/** What `use` makes. */
export interface Used {
  readonly key: ContextKey<unknown>;
  readonly render: (value: unknown) => HtmlValue;
}

/**
 * Makes a key to hand a value down a tree of components without passing it on at each level.
 * @param fallback - What `use` gets where nothing was provided.
 * @example const theme = contextKey("theme", "light");
 * @public
 */
export function contextKey<T>(name: string, ...fallback: readonly [fallback?: T]): ContextKey<T> {
  // cast: an argument that was given is a T, even if it is undefined
  return Object.freeze(fallback.length === 0 ? { name } : { name, fallback: { value: fallback[0] as T } });
}

/**
 * Hands a value to every `use` of the key below, and nowhere else: requests and siblings never see each other's.
 * @param children - A function, so that nothing below runs before the value stands.
 * @example
 * ```ts
 * provide(theme, "dark", () => Page({ user }));
 * ```
 * @public
 */
export function provide<T>(key: ContextKey<T>, value: T, children: () => HtmlValue): HtmlPart {
  return makeMarked<HtmlPart>(PROVIDE, { key, value, children } satisfies Provided);
}

/**
 * Takes what the nearest `provide` around has handed down, at render.
 * @throws CodedError `HTML_NO_CONTEXT`, at render, when there is none and the key has no fallback.
 * @example
 * ```ts
 * const Button = (label: string) => use(theme, (name) => html`<button class=${name}>${label}</button>`);
 * ```
 * @public
 */
export function use<T>(key: ContextKey<T>, render: (value: T) => HtmlValue): HtmlPart {
  // casts: a value is only ever looked up by the key it was provided with
  return makeMarked<HtmlPart>(USE, { key: key as ContextKey<unknown>, render: render as Used["render"] });
}

/** The value for a key. */
export function lookUp(scope: Scope | undefined, key: ContextKey<unknown>): unknown {
  for (let at = scope; at !== undefined; at = at.outer) if (at.key === key) return at.value;
  if (key.fallback !== undefined) return key.fallback.value;
  throw new CodedError("HTML_NO_CONTEXT", `nothing was provided for the context "${key.name}"`, { value: key.name });
}
