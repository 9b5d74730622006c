import { doc, lookUp } from "./dom.ts";

/** Finds elements as seen from one. */
export type Selector = (el: Element, css: string, owner: EventTarget) => EventTarget | readonly EventTarget[];

/** The words of the extended grammar, before a CSS selector or alone. What starts with none of them is CSS for the whole page. */
export const selectors: Record<string, Selector> = {
  this: (_el, _css, owner) => owner,
  closest: (el, css) => el.closest(css) ?? [],
  find: (el, css) => [...el.querySelectorAll(css)],
  document: () => doc,
  window: () => window,
};

/** The elements that selectors, separated by commas, find; `this` is where they are written. */
export const find = (el: Element, text: string, owner: EventTarget = el): Element[] =>
  // cast: the two targets of events that are no element are only asked for by `from:`
  split(text).flatMap((part) => {
    const [, word = "", css = ""] = /^(\w+)(?: |$)(.*)/s.exec(part) ?? [];
    return selectors[word]?.(el, css, owner) ?? [...doc.querySelectorAll(part)];
  }) as Element[];

/** The elements that the selectors in an attribute find. Undefined when there is no such attribute. */
export const named = (el: Element, name: string): Element[] | undefined => {
  const [text, owner] = lookUp(el, name);
  return text ? find(el, text, owner) : undefined;
};

/** Splits at commas outside of brackets, two levels deep. */
export const split = (text: string): string[] =>
  // cast: never empty, as only attributes with text get here
  (text.match(/(\((\([^)]*\)|[^()])*\)|[^,])+/g) as string[]).map((part) => part.trim());

/**
 * `name key:value key` as a name and what modifies it, the last first: so the first one is the outermost when they are put around each
 * other in this order. Brackets and quotes hold a value with spaces together.
 */
export const words = (text: string): [name: string, modifiers: Record<string, string>] => {
  // cast: as above
  const [name, ...rest] = text.match(/(:(closest|find|next|previous) |[[("'].*?[)"'\]]|\S)+/g) as [string, ...string[]];
  let modifiers: Record<string, string> = {};
  for (const word of rest) {
    // cast: it matches anything
    const [, key, value] = /([^:]*):?(.*)/s.exec(word) as unknown as [string, string, string];
    modifiers = { [key]: value.replace(/^[("'](.*).$/s, "$1"), ...modifiers };
  }
  return [name, modifiers];
};

/** `2s`, `100ms`, `1m` or a number of milliseconds. */
export const milliseconds = (text: string): number =>
  parseFloat(text) * (/\ds$/.test(text) ? 1000 : /m$/.test(text) ? 60_000 : 1);
