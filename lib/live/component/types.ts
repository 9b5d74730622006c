import type { WireMap, WireValue } from "../../wire/index.ts";
import type { LiveContext } from "../view/context-types.ts";

/** What a handler of a component gets. @public */
export interface ComponentEvent {
  /** Value of the control, for "input" and "change"; "" where there is none. */
  readonly value: string;
  /** Whether the control is checked. */
  readonly checked: boolean;
  /** Everything the browser sent: fields of a form, for "submit". Treat it as a stranger's. */
  readonly fields: WireMap;
}

/** A handler of a component; "call" runs it on the server. @public */
export type ComponentHandler = (event: ComponentEvent) => unknown;

/**
 * Attributes that bind a handler to an element. Opaque: spread them, `<button {...on.click(save)}>`.
 * @public
 */
export interface HandlerAttributes {
  /** Not there: it only makes the type one that elements take. */
  readonly id?: never;
}

/**
 * Binds handlers by the events live views hear.
 * @param name - Tells handlers apart that look alike and are not in rows; made by one function, say.
 * @public
 */
export type ComponentHandlers = {
  readonly [Event in "click" | "submit" | "input" | "change"]: (
    handler: ComponentHandler | null | undefined,
    name?: string,
  ) => HandlerAttributes;
};

/** An element of the page, by its id. @public */
export interface ElementRef {
  /** The id the element must have. */
  readonly id: string;
  /** Whether there is nothing to call: before the component was rendered for the first time. */
  isNull(): boolean;
  /**
   * Asks the page to call a method of the element: it fires `bus:live:command` with the name "call" and the arguments id, method and these. Outside of an
   * event's handler it waits for the next one.
   */
  call(method: string, ...args: readonly WireValue[]): void;
}

/** What the setup of a component gets besides its props. @public */
export interface ComponentOwn {
  /** Binds handlers. */
  readonly on: ComponentHandlers;
  /**
   * Runs `run` once the setup is through, and again when one of the dependencies is another value; without dependencies when what it read has
   * changed. What it returns is its cleanup. Not run where the component is no part of a live view.
   */
  effect(run: () => unknown, dependencies?: () => readonly unknown[]): void;
  /** Runs `run` with the value before and the new one, whenever what `read` gives has become another. */
  watch<T>(read: () => T, run: (before: T, now: T) => unknown): void;
  /** The session's timers, tasks, commands and messages: `live?.task("load", f)`. Not there outside of a live view. They end with the session, not with the component. */
  readonly live: LiveContext | undefined;
  /** Runs `f` when the component is gone from the page. */
  onCleanup(f: () => void): void;
  /** An id for an element: unique in the page, and the same each time the page is rendered. */
  id(): string;
  /** A handle for an element of the page. */
  elementRef(): ElementRef;
}
