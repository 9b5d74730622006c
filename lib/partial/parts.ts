import { type Html, html, isHtml } from "../html/index.ts";
import { selectorOf } from "./header-values.ts";
import type { Place } from "./place.ts";
import type { Dialect } from "./request.ts";
import { styleFor, swapValue } from "./swap.ts";
import type { Swap, SwapModifiers, SwapStyle } from "./swap-types.ts";
import type { Parts, Renders } from "./types.ts";
import { wrapperFor } from "./wrapper.ts";

/** What a verb that takes content was given: content, or a fragment and its props (none for one without). */
export type Given = readonly [content: Html | Renders<unknown>, ...props: unknown[]];

const NOTHING: SwapModifiers = Object.freeze({});

/** The verbs that send something to a place of its own. Undefined: nobody would understand it, so nothing is gathered. */
export class PartList implements Parts {
  readonly parts: Html[] = [];
  readonly #dialect: Dialect | undefined;

  constructor(dialect: Dialect | undefined) {
    this.#dialect = dialect;
  }

  oob(fragment: Renders<unknown>, ...props: unknown[]): this {
    const { idOf } = fragment as Renders<object>; // cast: the interface has checked the props
    const id = idOf(...(props as [object])); // cast: as above
    return this.#add({ id }, "outerHTML", [fragment, ...props]);
  }

  append(place: Place, ...given: Given): this {
    return this.#add(place, "beforeend", given);
  }

  prepend(place: Place, ...given: Given): this {
    return this.#add(place, "afterbegin", given);
  }

  before(place: Place, ...given: Given): this {
    return this.#add(place, "beforebegin", given);
  }

  after(place: Place, ...given: Given): this {
    return this.#add(place, "afterend", given);
  }

  inner(place: Place, ...given: Given): this {
    return this.#add(place, "innerHTML", given);
  }

  swap(place: Place, how: Swap, ...given: Given): this {
    return typeof how === "string" ? this.#add(place, how, given) : this.#add(place, how[0], given, how[1]);
  }

  remove(place: Place | { at(key: string | number): Place }, key?: string | number): this {
    return this.#add("id" in place ? place : place.at(key ?? ""), "delete", [html``]);
  }

  #add(place: Place, style: SwapStyle, given: Given, modifiers = NOTHING): this {
    const dialect = this.#dialect;
    if (dialect === undefined) return this;
    this.parts.push(partFor(dialect, selectorOf(place), style, modifiers, contentOf(given)));
    return this;
  }
}

/** The content a verb was given. */
export function contentOf([content, ...props]: Given): Html {
  if (isHtml(content)) return content;
  return (content as Renders<object>).render(...(props as [object])); // cast: the interface has checked the props
}

function partFor(dialect: Dialect, target: string, style: SwapStyle, modifiers: SwapModifiers, content: Html): Html {
  if (dialect === "hx2") return partOfTwo(target, styleFor(style, dialect), content);
  const how = swapValue(style, modifiers, dialect);
  return dialect === "bus"
    ? html`<bus-partial bus-target=${target} bus-swap=${how}>${content}</bus-partial>`
    : html`<hx-partial hx-target=${target} hx-swap=${how}>${content}</hx-partial>`;
}

/**
 * htmx 2 puts what is inside of a wrapper into a place; in outerHTML alone it puts the wrapper itself there. So the new element goes behind the
 * old one, and then the one that has none of its id in front is taken away. No modifiers: it has none here.
 */
function partOfTwo(target: string, style: SwapStyle, content: Html): Html {
  if (style !== "outerHTML") return wrapped(`${style}:${target}`, content);
  return html`${wrapped(`afterend:${target}`, content)}${wrapped(`delete:${target}:not(${target} ~ ${target})`, html``)}`;
}

function wrapped(where: string, content: Html): Html {
  switch (wrapperFor(content)) {
    case "table":
      return html`<template><table hx-swap-oob=${where}>${content}</table></template>`;
    case "tbody":
      return html`<template><tbody hx-swap-oob=${where}>${content}</tbody></template>`;
    case "tr":
      return html`<template><tr hx-swap-oob=${where}>${content}</tr></template>`;
    case "colgroup":
      return html`<template><colgroup hx-swap-oob=${where}>${content}</colgroup></template>`;
    default:
      return html`<template><div hx-swap-oob=${where}>${content}</div></template>`;
  }
}
