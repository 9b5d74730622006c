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
  /** Elements that the reply adds. */
  _added?: Element[];
  /** What of the present head is not in the new one. */
  _gone?: Iterable<Element>;
  /** Takes back what was shown before the reply came. */
  _undo?: () => void;
}

/** An attribute that counts for the element that asks. */
export const read = (ctx: Pick<RequestContext, "source">, name: string): string | null | undefined =>
  kit.attribute(ctx.source, name);

export const fragmentOf = (nodes: Iterable<Node | string>): DocumentFragment => {
  const fragment = new DocumentFragment();
  fragment.append(...nodes);
  return fragment;
};

/** Requests under way, by what their replies depend on. */
export const running: Record<string, PlusContext> = {};

/** Replies that were asked for ahead of time, by the same. */
export const loading: Record<string, Promise<Response | undefined>> = {};

interface Known extends Element {
  /** The first order that was seen for it as a target. */
  _first?: number;
}

/**
 * All that makes the reply to a GET what it is, and what becomes of it; who asks does not count. The target is known by the first order that
 * was seen for it. Other methods: nothing is like it.
 */
export const wishOf = (ctx: PlusContext): string =>
  JSON.stringify([
    ctx.method === "GET" || ctx.order,
    ((ctx.target as Known)._first ??= ctx.order), // cast: a name nobody else has
    ctx.url,
    ctx.swap,
    ctx.select,
    ctx.push,
    ctx.replace,
    { ...ctx.headers, "Bus-Source": 0 },
  ]);
