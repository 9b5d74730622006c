import { textOf } from "./ids.ts";
import type { IdSource } from "./structure.ts";

/** A frame that is shut in: what it may do all the same, and where it comes from. */
export interface FrameSource {
  readonly sandbox: IdSource;
  /** Absent for `srcdoc`, and where it is written elsewhere. */
  readonly src: IdSource | undefined;
}

/** What is wrong with a frame that is shut in, if anything is. */
export function judgeFrame({ sandbox, src }: FrameSource, values: readonly unknown[]): string | undefined {
  const address = src === undefined ? "" : textOf(src, values);
  if (address === "" && (src?.hole ?? -1) >= 0) return undefined; // not known here
  return judgeSandbox(textOf(sandbox, values), address);
}

/** The same of plain texts. */
export function judgeSandbox(sandbox: string, address: string): string | undefined {
  const allowed = new Set(sandbox.toLowerCase().split(/[\t\n\f\r ]+/));
  if (!allowed.has("allow-scripts") || !allowed.has("allow-same-origin")) return undefined;
  if (/^(?:https?:)?\/\//i.test(address)) return undefined; // mostly another origin, which is what the two are for
  return "sandbox with both allow-scripts and allow-same-origin shuts nothing in: a page of this origin can take the attribute off; leave one of them out";
}
