import { lookUp } from "./dom.ts";
import type { Selector } from "./extension-types.ts";
import { within } from "./members.ts";
import { doc } from "./settings.ts";
import { vocabulary } from "./vocabulary.ts";

/** The elements that selectors, separated by commas, find; `this` is where they are written. */
export const find = (el: Element, text: string, owner: EventTarget = el): Element[] =>
  // cast: the two targets of events that are no element are only asked for by `from:`
  split(text).flatMap((part) => {
    const [word, css] = part.split(/ (.*)/s) as [string, string]; // cast: what needs no more is not given any
    return (vocabulary as Record<string, Selector | undefined>)[word]?.(el, css, owner) ?? within(doc, part);
  }) as Element[];

/** The elements that the selectors in an attribute find, or others when there is no such attribute. */
export const named = (el: Element, name: string, others: Element[] = []): Element[] => {
  const [text, owner] = lookUp(el, name);
  return text ? find(el, text, owner) : others;
};

// In both expressions what opens and never closes reaches to the end: a text full of it is still read once.

/** Splits at commas outside of quotes and of round brackets, these two levels deep. In square ones a comma is always quoted. */
export const split = (text: string): string[] =>
  // cast: never empty, as only attributes with text get here
  text.match(/(?!\s)(\((\([^()]*(\)|$)|[^()])*(\)|$)|(["']).*?\5|[^,])+/g) as string[];

/**
 * `name key:value key` as a name and what modifies it, the last first: so the first one is the outermost when they are put around each
 * other in this order. Brackets and quotes hold a value with spaces together.
 */
export const words = (text: string): [name: string, modifiers: Record<string, string>] => {
  // cast: as above
  const [name, ...rest] = text.match(/(:(closest|find|next|previous) |\[.*?(]|$)|[("'].*?([)"']|$)|\S)+/gs) as string[];
  const modifiers: Record<string, string> = { __proto__: null } as never; // cast: that is no modifier. Here even one of this name is none but itself
  let key!: string;
  let said!: string;
  // cast: it matches anything
  rest
    .reverse()
    .map(
      (word) =>
        ([, key, said, modifiers[key] = said] = /([^:]*):?([("'](.*).|.*)/s.exec(word) as unknown as [
          string,
          string,
          string,
        ]),
    );
  return [name as string, modifiers]; // cast: as above
};
