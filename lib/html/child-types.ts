import type { Css, Html } from "./types.ts";

/**
 * What was provided around a place, innermost first.
 * @public
 */
export interface Scope {
  /** The key it was provided for. */
  readonly key: unknown;
  /** The value. */
  readonly value: unknown;
  /** What was provided around. */
  readonly outer: Scope | undefined;
}

/**
 * What a child slot holds, with readables and functions unwrapped.
 * @public
 */
export type Child = ChildContent & {
  /** Inside a boundary: what stands there instead when reading the content throws. See `readChild`. */
  readonly recover?: (error: unknown) => Child;
};

/**
 * The kinds of what a child slot holds.
 * @public
 */
export type ChildContent =
  /** `css`: a stylesheet stands there, which shows nothing in its place. */
  | { readonly kind: "empty"; readonly css?: Css }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "html"; readonly html: Html; readonly scope: Scope | undefined }
  | {
      readonly kind: "list";
      readonly keys: readonly (string | number)[];
      readonly items: readonly Html[];
      readonly scope: Scope | undefined;
    }
  | { readonly kind: "raw"; readonly html: string };

/**
 * A part with state of its own, not read.
 * @public
 */
export interface ChildPart {
  readonly kind: "part";
  readonly part: object;
  readonly scope: Scope | undefined;
}
