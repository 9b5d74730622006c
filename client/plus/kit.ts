import type { Extension, Kit, RequestContext } from "../core/types.ts";

// This folder is written to be small once minified, as client/core is, and hooks stand in one piece for that: every function costs 15 bytes.
// What a feature notes down at a request has no underscore: names that begin with one are shortened, by every bundle in its own way.

export const doc: Document = globalThis.document;

/** The settings of the page, which core makes the kit. */
interface Shared extends Kit {
  extensions?: Extension[];
  /** Whether this script is here already. */
  plus?: unknown;
  /** The same for `busbar/client/page`, which shares this file with plus, but nothing at run time. */
  page?: unknown;
}

/** What core lends; complete before anything is called. Undefined, and never used, where there is no page. */
// cast: where a page puts its settings, and where core looks for extensions
export const kit: Shared = (doc && ((globalThis as { busbarConfig?: object }).busbarConfig ??= {})) as Shared;

/** What the features of this bundle note down at a request. */
export interface PlusContext extends RequestContext {
  /** All that makes a reply what it is. */
  wish?: string | number;
  /** Elements that the reply adds. */
  added?: Element[];
  /** Takes back what was shown before the reply came. */
  undo?: () => void;
}

/** An attribute that counts for the element that asks. */
export const read = (ctx: Pick<RequestContext, "source">, name: string): string | null | undefined =>
  kit.attribute(ctx.source, name);

export const fragmentOf = (...nodes: readonly (Node | string)[]): DocumentFragment => {
  const fragment = new DocumentFragment();
  fragment.append(...nodes);
  return fragment;
};

/** Requests under way. */
export const running: Set<PlusContext> = new Set();
