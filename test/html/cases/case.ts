import type { ErrorCode } from "../../../lib/errors/index.ts";
import type { RenderOptions } from "../../../lib/html/index.ts";
import type { Tree } from "../../oracle/html.ts";

/** What a case must come to, judged by a parser. */
export type Expectation =
  /** Every value stays in its place, whatever it looks like: the tree is that of the statics with the values filled in. */
  | { readonly kind: "kept" }
  /** Exactly this tree. */
  | { readonly kind: "tree"; readonly tree: readonly Tree[] }
  /** The first element with this tag has this value in this attribute; `null` for none. */
  | { readonly kind: "attribute"; readonly tag: string; readonly name: string; readonly value: string | null }
  /** The text of the first element with this tag. */
  | { readonly kind: "text"; readonly tag: string; readonly text: string }
  /** The text of the first script is JSON of this data. */
  | { readonly kind: "data"; readonly data: unknown }
  /** In a browser that runs scripts and clicks everything, `take` is called with exactly these values, `pwned` never. */
  | { readonly kind: "runs"; readonly taken: readonly unknown[] }
  | { readonly kind: "refused"; readonly code: ErrorCode };

export interface Case {
  readonly name: string;
  readonly statics: readonly string[];
  readonly values: readonly unknown[];
  readonly options: RenderOptions;
  readonly expect: Expectation;
}

export const BLOCKED = "about:invalid#blocked";

/** A list of cases, without what is the same in most. */
export interface CaseList {
  readonly context: string;
  readonly cases: readonly Case[];
}

function make(statics: string | readonly string[], values: readonly unknown[], expect: Expectation): Case {
  const parts = typeof statics === "string" ? statics.split("§") : statics;
  const shown = values.map((value) => (typeof value === "string" ? JSON.stringify(value) : typeof value)).join(", ");
  return { name: `${parts.join("§")} with ${shown}`, statics: parts, values, options: {}, expect };
}

/** In the sources below `§` stands for a hole. */
export function kept(source: string, ...values: readonly string[]): Case {
  return make(source, values, { kind: "kept" });
}

export function tree(source: string, values: readonly unknown[], ...nodes: readonly Tree[]): Case {
  return make(source, values, { kind: "tree", tree: nodes });
}

export function attribute(source: string, values: readonly unknown[], place: string, value: string | null): Case {
  const [tag = "", name = ""] = place.split(" ");
  return make(source, values, { kind: "attribute", tag, name, value });
}

export function blocked(source: string, values: readonly unknown[], place: string): Case {
  return attribute(source, values, place, BLOCKED);
}

export function text(source: string, values: readonly unknown[], tag: string, content: string): Case {
  return make(source, values, { kind: "text", tag, text: content });
}

export function data(source: string, values: readonly unknown[], content: unknown): Case {
  return make(source, values, { kind: "data", data: content });
}

export function runs(source: string, values: readonly unknown[], ...taken: readonly unknown[]): Case {
  return make(source, values, { kind: "runs", taken });
}

export function refused(code: ErrorCode, source: string, ...values: readonly unknown[]): Case {
  return make(source, values, { kind: "refused", code });
}

/** The same case with options of the render. */
export function given(options: RenderOptions, own: Case): Case {
  return { ...own, options, name: `${own.name} and options ${JSON.stringify(options)}` };
}
