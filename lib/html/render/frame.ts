import type { Scope } from "../child-types.ts";
import type { Site } from "../contexts.ts";
import type { CompiledTemplate } from "../program/template.ts";
import type { Each } from "../types.ts";

export const TEMPLATE = 0;
export const LIST = 1;
/** Puts back the scope and depth that were before a part. */
export const RESTORE = 2;

/** One open node. Frames are used again and again: only what `kind` names counts. */
export interface Frame {
  kind: number;
  template: CompiledTemplate | undefined;
  values: readonly unknown[];
  each: Each | undefined;
  /** The next operation or item. */
  at: number;
  site: Site | undefined;
  hole: number;
  scope: Scope | undefined;
  depth: number;
}

export const NO_VALUES: readonly unknown[] = Object.freeze([]);

/** A frame that holds nothing. */
export function makeFrame(): Frame {
  const none = undefined;
  return {
    kind: TEMPLATE,
    template: none,
    values: NO_VALUES,
    each: none,
    at: 0,
    site: none,
    hole: 0,
    scope: none,
    depth: 0,
  };
}
