import type { Extension, Kit } from "../core/extension-types.ts";
import { settings } from "../core/settings.ts";
import type { RequestContext } from "../core/types.ts";

// This folder is written to be small once minified, as client/core is, and hooks stand in one piece for that: every function costs 15 bytes.

/** The settings of the page, which core makes the kit. */
interface Shared extends Kit {
  extensions?: Extension[];
  /** Whether this script is here already. */
  plus?: unknown;
}

/** What core lends. cast: complete before anything is called */
export const kit: Shared = settings as Shared;

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
