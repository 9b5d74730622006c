import { READ } from "../../pool/index.ts";
import { kindOf, makeHtml } from "../brand.ts";
import { failAt } from "../contexts.ts";
import { spread } from "../helpers.ts";
import { compileTemplate } from "../program/template.ts";
import type { Html, HtmlValue, Spread, SpreadAttributes } from "../types.ts";
import { createCache } from "./shape.ts";
import { makeElement } from "./shapes.ts";
import { TAGS } from "./tags.ts";
import type { CustomAttributes, ElementSpreads, Elements } from "./types.ts";

// Templates by shape, kept like those of `html`: bounded, and the same whoever asks.
const cache = /* @__PURE__ */ createCache("");

/**
 * Every element as a function: attributes first (or `null`), then children. Values are escaped by context, as in `html`.
 * @throws CodedError `HTML_*` as `html` does, when it is called.
 * @remarks Each combination of tag and attribute names becomes one template, parsed once; 2,000 of them are kept.
 * @example
 * ```ts
 * renderToString(el.p({ class: "note" }, "Read ", el.a({ href: "/help" }, "this"))); // <p class="note">Read <a href="/help">this</a></p>
 * ```
 * @public
 */
export const el: Elements = /* @__PURE__ */ tableOf((tag) => (attributes: object | null, ...children: unknown[]) => {
  return build(tag, attributes, children);
}) as unknown as Elements; // cast: one function per name of the table

/**
 * The attributes of an element for a hole of `html`, checked by the compiler.
 * @example
 * ```ts
 * html`<input ${attrs.input({ type: "email", required: true })}>`;
 * ```
 * @public
 */
export const attrs: ElementSpreads = /* @__PURE__ */ tableOf(() => (attributes: SpreadAttributes): Spread => {
  return spread(attributes);
}) as unknown as ElementSpreads; // cast: as above

/**
 * An element whose tag name is data, or a custom element.
 * @throws CodedError `HTML_BAD_NAME` when the tag name, or the name of an attribute, is none. A `<script>` or `<style>` made this
 * way takes no text either.
 * @example
 * ```ts
 * element(`h${level}`, { id }, title);
 * ```
 * @public
 */
export function element(
  tagName: string,
  attributes?: CustomAttributes | null,
  ...children: readonly HtmlValue[]
): Html {
  return build(String(tagName), attributes ?? null, children);
}

/**
 * The doctype of a page, for front ends that have no syntax for it.
 * @example
 * ```ts
 * [doctype, el.html({ lang: "en" }, el.body(null, "Hello"))];
 * ```
 * @public
 */
export const doctype: Html = /* @__PURE__ */ makeDoctype();

function makeDoctype(): Html {
  return makeHtml(compileTemplate(["<!doctype html>"], "doctype"), []);
}

function build(tag: string, attributes: object | null | undefined, children: readonly unknown[]): Html {
  if (attributes !== null && attributes !== undefined && !isPlain(attributes)) {
    throw failAt(
      "HTML_BAD_HOLE",
      "an element was given something else where its attributes, or null, belong",
      undefined,
    );
  }
  return makeElement(cache, tag, attributes as Readonly<Record<string, unknown>> | null, children); // cast: see isPlain
}

/** A child in place of the attributes is a mistake, and one that would go unnoticed. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    kindOf(value) === undefined && !(READ in value) && (prototype === null || Object.getPrototypeOf(prototype) === null)
  );
}

function tableOf<F>(make: (tag: string) => F): Readonly<Record<string, F>> {
  const table: Record<string, F> = Object.create(null);
  for (const tag of TAGS) table[tag] = make(tag);
  return Object.freeze(table);
}
