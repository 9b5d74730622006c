import { kindOf, makeMarked, SPREAD } from "../brand.ts";
import type { Site } from "../contexts.ts";
import { listOf } from "../helpers.ts";
import { NONCE, type Operation } from "../program/operation.ts";
import type { CompiledTemplate } from "../program/template.ts";
import type { Each, Spread, SpreadAttributes } from "../types.ts";
import { unwrap } from "../unwrap.ts";
import { inMemo } from "./sink.ts";

// What differs from request to request must not get into the cache of `memo`: where a template or value would bring it, it is refused.

/** The values of an operation inside `memo`, with functions called, so that what is judged is what is printed. */
export function sealedValues(
  operation: Operation,
  values: readonly unknown[],
  template: CompiledTemplate,
): readonly unknown[] {
  const { kind, lower, hole, count, tagLike } = operation;
  if (kind === NONCE || lower === "nonce") throw inMemo("a nonce", template, hole);
  if (tagLike) throw inMemo("a script with what looks like a tag before a hole", template, hole);
  const known = values.slice();
  for (let at = hole; at < hole + count; at++) known[at] = sealedValue(values[at], template, at);
  return known;
}

function sealedValue(given: unknown, site: Site, hole: number): unknown {
  const value = unwrap(given, site, hole, true);
  if (typeof value !== "object" || value === null || kindOf(value) !== SPREAD) return value;
  const attributes: Record<string, unknown> = Object.create(null);
  for (const [name, one] of Object.entries((value as Spread).attributes)) {
    attributes[name] = unwrap(one, site, hole, true);
  }
  return makeMarked<Spread>(SPREAD, { attributes: attributes as SpreadAttributes }); // casts: its kind says so; checked when it is printed
}

/** The items of `each` inside `memo`. */
export function sealedItems({ source }: Each, site: Site | undefined, hole: number): readonly unknown[] {
  return listOf(unwrap(source, site, hole, true));
}
