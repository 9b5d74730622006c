import type { Place } from "./place.ts";

/**
 * How content goes into the page. The names are those of `bus-swap`. `innerMorph` and `outerMorph` need the bundle `busbar-morph`.
 * @public
 */
export type SwapStyle =
  | "innerHTML"
  | "outerHTML"
  | "innerMorph"
  | "outerMorph"
  | "textContent"
  | "beforebegin"
  | "afterbegin"
  | "beforeend"
  | "afterend"
  | "delete"
  | "none";

/**
 * Where to scroll: to an edge of the target, or of another place.
 * @public
 */
export type ScrollTo = "top" | "bottom" | { readonly place: Place; readonly edge: "top" | "bottom" };

/**
 * What to bring into view: an edge of the target, of another place, or of the window.
 * @public
 */
export type Show = ScrollTo | "window:top" | "window:bottom";

/**
 * What happens around a swap. What is left out is as the page has it.
 * @public
 */
export interface SwapModifiers {
  /** Waits before the swap, in whole milliseconds. */
  readonly delayMs?: number;
  /** Scrolls inside the target, or inside another place, to its edge. */
  readonly scroll?: ScrollTo;
  /** Brings an edge of the target, of another place or of the window into view. */
  readonly show?: Show;
  /** Whether the swap is a view transition, where the browser has them. */
  readonly transition?: boolean;
  /** Whether the page may scroll to the element that gets the focus back. */
  readonly focusScroll?: boolean;
}

/**
 * A style, or a style and its modifiers.
 * @public
 */
export type Swap = SwapStyle | readonly [style: SwapStyle, modifiers: SwapModifiers];

/**
 * How the page that `location` names goes into the present one.
 * @public
 */
export interface LocationOptions {
  /** Where it goes: a place, or what a selector finds. @defaultValue the body */
  readonly target?: Place | string;
  /** How. @defaultValue as the client is set */
  readonly swap?: Swap;
  /** A selector: only this part of it is used. */
  readonly select?: string;
  /** The address for the history, or `false` for none. @defaultValue the address itself */
  readonly push?: string | false;
}
