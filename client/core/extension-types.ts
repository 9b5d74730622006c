import type { ClientConfig, RequestContext, RequestStart } from "./types.ts";

// What extensions are given and may add.

/**
 * A piece of a reply and where it goes.
 * @public
 */
export interface SwapPart {
  /** An element or a CSS selector; without one, what has the `id`. */
  target: string | Element | null | undefined;
  /** The id of the part's own element. */
  readonly id?: string;
  /** How: `beforeend scroll:bottom`. */
  swap: string;
  /** What goes there. */
  readonly content: DocumentFragment;
}

/**
 * A reply, taken apart.
 * @public
 */
export interface SwapPlan {
  /** The whole page that came, its head and title in it; the page itself if a piece came. */
  readonly document: Document;
  /** What goes into the page, in this order. The first is the main part. */
  readonly parts: SwapPart[];
}

/**
 * An extension: four hooks, which may wait.
 * @public
 */
export interface Extension {
  /** Called once, when the client starts, or at once if it has. */
  init?(kit: Kit): void;
  /** Before a request leaves. May set `ctx.response`: then nothing is fetched. False: nothing is sent. */
  request?(ctx: RequestContext): unknown;
  /** Status and headers are read, the body is not. May set `ctx.text`. False: nothing more is done. */
  response?(ctx: RequestContext): unknown;
  /** The reply is taken apart, nothing of it is in the page. False: nothing is put there. */
  swap?(ctx: RequestContext, plan: SwapPlan): unknown;
}

/**
 * Asks, or does not.
 * @public
 */
export type Act = (event?: Event) => void;

/**
 * One trigger of an element.
 * @public
 */
export interface Trigger {
  /** The element that asks. */
  readonly el: Element;
  /** The event, or a word such as `load`. */
  readonly name: string;
  /** What stands behind it: `delay:1s` is `{ delay: "1s" }`. */
  readonly modifiers: Readonly<Record<string, string>>;
  /** How often, as written: `2s`. Of `every` only. */
  interval: string;
  /** Over once the element has left the page. */
  readonly signal: AbortSignal;
}

/**
 * Finds elements as seen from one; `owner` is the element the selector is written on.
 * @public
 */
export type Selector = (
  el: Element,
  css: string,
  owner: EventTarget,
) => EventTarget | readonly EventTarget[] | null | undefined;

/**
 * A trigger that is no event: arranges when the act is done.
 * @public
 */
export type TriggerWord = (act: Act, trigger: Trigger) => void;

/**
 * A modifier of triggers: what it makes of the act.
 * @public
 */
export type Modifier = (act: Act, value: string, trigger: Trigger) => Act;

/**
 * Puts content into the page.
 * @public
 */
export type SwapFunction = (target: Element, content: DocumentFragment, ctx: RequestContext) => void;

/**
 * What extensions may use. The tables may be added to.
 * @public
 */
export interface Kit extends ClientConfig {
  /** Activates an element and what is in it. */
  process(root: Element): void;
  /** An attribute, named without its prefix, that counts for an element: its own, or an inherited one. */
  attribute(el: Element, name: string): string | null | undefined;
  /** What selectors of the extended grammar find, seen from an element. */
  find(el: Element, selectors: string): Element[];
  /** Splits at commas outside of brackets. */
  split(text: string): string[];
  /** `name key:value key` as a name and what modifies it. */
  words(text: string): [name: string, modifiers: Record<string, string>];
  /** `2s`, `100ms` or `1m` in milliseconds. */
  milliseconds(text: string): number;
  /** Fires an event of a request; false when it was cancelled. The prefix is added. */
  tell(name: string, ctx: Pick<RequestContext, "source">, more?: object): boolean;
  /**
   * Starts a request. A polled one gives way to what the element has asked for already. One that is meant for later (`ahead`) asks the reader
   * nothing, marks nothing and is not sent: if nobody stops it, it is returned.
   */
  start(source: Element, given?: RequestStart, event?: Event, polled?: boolean, ahead?: boolean): unknown;
  /** Sends a request as it stands, to this origin only. Rejects when there is no network, or a redirect leads elsewhere. */
  send(ctx: RequestContext): Promise<Response>;
  /** Puts HTML into the page as a reply would be: for replies that come by other ways, or in pieces. */
  swap(ctx: RequestContext, html?: string): Promise<void>;
  /** The words of the grammar: selectors, triggers, their modifiers, ways to swap. A way may be the name of a method of the target. A filter is the modifier `if[`. */
  readonly vocabulary: Record<string, Selector | TriggerWord | Modifier | SwapFunction | string>;
}

/** The settings of the page. Once the client has started, they are also the kit. */
export type ClientSettings = { -readonly [Name in keyof Kit]?: Kit[Name] } & {
  extensions?: Extension[];
  /** What makes markup, and addresses of scripts, pass under Trusted Types; the scripts of a page share it. */
  policy?: TrustingPolicy | undefined;
};

/** A policy of Trusted Types. */
export interface TrustingPolicy {
  createHTML(html: string): string;
  createScriptURL(url: string): string;
}
