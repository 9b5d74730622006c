/**
 * Where neighbouring rows are alike, what they share is written once: the length of what is typed unit by unit all over a text, and the reference of what is
 * typed backwards too. Rows that share both have to show, so that none takes less than a byte: from a few of them a stranger never gets thousands of rows.
 */

import { WRITE } from "../model.ts";
import { MIN_LIKE, STRETCH_ALIKE, STRETCH_EVEN } from "./format.ts";
import type { Operation } from "./rows.ts";

/** Rows up to, not including, `end`: of one kind, and of one form. */
export interface Part {
  end: number;
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
  const parts: Part[] = [];
  // Up to where the rows from this one on have one length; one reference, too; and show, all of them.
  let even = 0;
  let shared = 0;
  let alike = 0;
  // Of the last part, and how far that may go. It ends before a row that could begin one of a form that saves more.
  let form = 0;
  let until = 0;
  for (let i = 0; i < rows.length; i++) {
    if (i === even) while (even === i || isEven(rows, even)) even++;
    if (i === shared) while (shared === i || (shared < even && isShared(codes, shared))) shared++;
    if (i >= alike && shared - i >= MIN_LIKE)
      for (alike = i; alike < shared && shows(rows[alike] as Operation); ) alike++; // cast: within the list
    const own = alike - i >= MIN_LIKE ? STRETCH_ALIKE : even - i >= MIN_LIKE ? STRETCH_EVEN : 0;
    const last = parts.at(-1);
    if (last !== undefined && i < until && own <= form && rows[i]?.kind === rows[i - 1]?.kind) last.end++;
    else {
      parts.push({ end: i + 1, form: own });
      form = own;
      until = own === STRETCH_ALIKE ? alike : own === STRETCH_EVEN ? even : rows.length;
    }
  }
  return parts;
}

/** Whether a row is an insert as long as the one before. */
function isEven(rows: readonly Operation[], i: number): boolean {
  const before = rows[i - 1];
  const row = rows[i];
  return row !== undefined && row.kind < WRITE && row.kind === before?.kind && row.length === before.length;
}

function isShared(codes: readonly number[], i: number): boolean {
  return (codes[i] as number) >= 2 && codes[i] === codes[i - 1]; // cast: each row has one
}
