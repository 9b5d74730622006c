/**
 * Where neighbouring rows are alike, what they share is written once: the length of what is typed unit by unit all over a text, and the reference of what is
 * typed backwards too. Rows that share both have to show, so that none takes less than a byte: from a few of them a stranger never gets thousands of rows.
 */

import { WRITE } from "../model.ts";
import { MIN_LIKE, STRETCH_ALIKE, STRETCH_EVEN } from "./format.ts";
import type { Operation } from "./rows.ts";

/** Rows up to, not including, `end`: of one kind, and of one form. */
export interface Part {
  readonly end: number;
  readonly form: number;
}

/**
 * Parts rows into stretches, in time in proportion to their number. `codes` are their references; below 2 for one that is nobody else's. Whether rows show is
 * asked only where enough of them share one.
 */
export function partsOf(
  rows: readonly Operation[],
  codes: readonly number[],
  shows: (row: Operation) => boolean,
): Part[] {
  const count = rows.length;
  const even = new Int32Array(count + 1); // how many from here on have one length
  const alike = new Int32Array(count + 1); // and one reference
  for (let i = count - 1; i >= 0; i--) {
    const row = rows[i] as Operation; // casts: within the lists, here and below
    const next = rows[i + 1];
    const isSame = row.kind < WRITE && next !== undefined && next.kind === row.kind && next.length === row.length;
    even[i] = isSame ? (even[i + 1] as number) + 1 : 1;
    if ((codes[i] as number) >= 2) alike[i] = isSame && codes[i] === codes[i + 1] ? (alike[i + 1] as number) + 1 : 1;
  }
  for (let i = 0, end = 0; i < count; i = end) {
    end = i + Math.max(1, alike[i] as number);
    if (end - i >= MIN_LIKE)
      for (let n = end - 1, left = 0; n >= i; n--) alike[n] = left = shows(rows[n] as Operation) ? left + 1 : 0;
  }
  const parts: Part[] = [];
  for (let i = 0, end = 0; i < count; i = end) {
    const form = (alike[i] as number) >= MIN_LIKE ? STRETCH_ALIKE : (even[i] as number) >= MIN_LIKE ? STRETCH_EVEN : 0;
    end = i + (form === STRETCH_ALIKE ? (alike[i] as number) : 1);
    if (form === STRETCH_EVEN) while (end < i + (even[i] as number) && (alike[end] as number) < MIN_LIKE) end++;
    if (form === 0)
      while (
        end < count &&
        (rows[end] as Operation).kind === (rows[i] as Operation).kind &&
        (even[end] as number) < MIN_LIKE
      )
        end++;
    parts.push({ end, form });
  }
  return parts;
}
