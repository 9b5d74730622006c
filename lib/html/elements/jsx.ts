import { makeComponent } from "../brand.ts";
import { failAt } from "../contexts.ts";
import type { Template } from "../program/template-types.ts";
import type { Html, HtmlValue } from "../types.ts";
import type { Component } from "./jsx-types.ts";
import { type Cache, createCache } from "./shape.ts";
import { siteOf } from "./shape-names.ts";
import { makeContent, makeElement } from "./shapes.ts";

type Props = Readonly<Record<string, unknown>>;

const cache = /* @__PURE__ */ createCache("");

/**
 * Makes an element with at most one child; compilers write the calls. A component is called when it is rendered, not here.
 * @throws CodedError `HTML_*` as `html` does, naming the element; the development runtime names the place in the source.
 * @remarks Each combination of tag and attribute names becomes one template, parsed once; 2,000 of them are kept.
 * @public
 */
export function jsx(type: string | Component, props: object | null, _key?: unknown): Html {
  return makeNode(cache, type, props as Props | null, false); // cast: its properties are checked where they are written
}

/**
 * Makes an element with several children; compilers write the calls.
 * @throws CodedError as `jsx` does.
 * @public
 */
export function jsxs(type: string | Component, props: object | null, _key?: unknown): Html {
  return makeNode(cache, type, props as Props | null, true); // cast: as above
}

/**
 * Several nodes without an element around them: `<>...</>`.
 * @public
 */
export function Fragment(props: { readonly children?: HtmlValue }): Html {
  return makeContent(cache, [props.children]);
}

/** One JSX expression. With `listed`, the children are an array that the source spells out, so each gets its own hole. */
export function makeNode(cache: Cache, type: unknown, props: Props | null, listed: boolean): Html {
  if (typeof type === "string") {
    const children = listed ? props?.["children"] : undefined;
    return makeElement(cache, type, props, Array.isArray(children) ? children : undefined);
  }
  if (type === Fragment) {
    const children = props?.["children"];
    return makeContent(cache, listed && Array.isArray(children) ? children : [children]);
  }
  if (typeof type !== "function") {
    const message = "a tag that is neither a name nor a component: is its import right?";
    throw failAt("HTML_BAD_NAME", message, siteOf(cache.origin));
  }
  const component = type as (props: object) => HtmlValue; // cast: what it returns is checked where it is written
  return makeComponent(slotOf(cache), component, props ?? {});
}

/** The template of one hole and nothing else. */
function slotOf(cache: Cache): Template {
  return cache.contents[1] ?? makeContent(cache, NO_CONTENT).template;
}

const NO_CONTENT: readonly HtmlValue[] = [null];
