import type { Operation, Path } from "../wire/index.ts";
import { OP_EDIT, OP_REMOVE, OP_TEXT } from "../wire/index.ts";
import { integerBytes } from "./integer-bytes.ts";
import { shownText } from "./shown-text.ts";

/** Shorter texts travel whole: an edit spends some 4 bytes on where it is. */
const MIN_LENGTH = 8;

/** Where a change may have left something in the middle. */
const LEAST_MIDDLE = 32;
/** What is looked for there: long enough to be found once in most texts. */
const PROBE = 12;
/** How much shorter than what is gone from the beginning what has come there may be, beyond what all of the text has lost. */
const SLACK = 64;
/** Places in which the middle is looked at, each in time linear in the texts. */
const MAX_TRIES = 8;

/** A part of a text, and what takes its place. */
interface Edit {
  readonly start: number;
  readonly remove: number;
  readonly text: string;
}

/** Writes down the smallest operations that make the text of a child slot another. @param before - Unless what it shows is no text. */
export function tellText(out: Operation[], path: Path, before: string | undefined, now: string): void {
  const shown = shownText(now);
  if (shown === "") out.push([OP_REMOVE, path]);
  else if (before === undefined || before.length < MIN_LENGTH || shown.length < MIN_LENGTH)
    out.push([OP_TEXT, path, shown]);
  else tellEdits(out, path, before, shown);
}

/**
 * What stands between the longest common start and end, when saying where that is takes fewer bytes than it saves; where its middle is still there, what stands before and behind that.
 * @remarks Time: linear in the texts.
 */
function tellEdits(out: Operation[], path: Path, before: string, now: string): void {
  const whole = editOf(before, now);
  const { start, remove, text } = whole;
  const saved = utf8Bytes(now, 0, start) + utf8Bytes(now, start + text.length, now.length);
  const cost = costOf(whole);
  const middle =
    remove < LEAST_MIDDLE || text.length < LEAST_MIDDLE
      ? undefined
      : middleOf(before.slice(start, start + remove), text);
  if (middle !== undefined) {
    const first = { start, remove: middle.before, text: text.slice(0, middle.now) };
    const place = start + middle.now + middle.length;
    const last = {
      start: place,
      remove: remove - middle.before - middle.length,
      text: text.slice(middle.now + middle.length),
    };
    const head = integerBytes(OP_EDIT) + 1 + pathBytes(path);
    if (costOf(first) + head + costOf(last) < Math.min(cost, textBytes(utf8Bytes(now, 0, now.length)))) {
      out.push([OP_EDIT, path, first.start, first.remove, first.text]);
      out.push([OP_EDIT, path, last.start, last.remove, last.text]);
      return;
    }
  }
  const isSmaller = cost < textBytes(utf8Bytes(text, 0, text.length) + saved);
  out.push(isSmaller ? [OP_EDIT, path, start, remove, text] : [OP_TEXT, path, now]);
}

function editOf(before: string, now: string): Edit {
  const shorter = Math.min(before.length, now.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === now.charCodeAt(start)) start++;
  if (start > 0 && isHigh(before.charCodeAt(start - 1))) start--; // half a pair is in common, and stays with its other half
  let end = 0;
  while (end < shorter - start && before.charCodeAt(before.length - 1 - end) === now.charCodeAt(now.length - 1 - end)) {
    end++;
  }
  if (end > 0 && isLow(before.charCodeAt(before.length - end))) end--;
  return { start, remove: before.length - end - start, text: now.slice(start, now.length - end) };
}

/** A run that two texts have in common: where it begins in each, and how long it is. */
interface Common {
  readonly before: number;
  readonly now: number;
  readonly length: number;
}

/** The longest run of those around the middle of the first text, which may read the same in many places: some are looked at, from where it would stand. */
function middleOf(before: string, now: string): Common | undefined {
  const probe = (before.length - PROBE) >> 1;
  const sought = before.slice(probe, probe + PROBE);
  let from = probe + Math.min(0, now.length - before.length) - SLACK;
  let longest: Common | undefined;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const found = now.indexOf(sought, from);
    if (found < 0) break;
    const common = around(before, now, probe, found);
    if (longest === undefined || common.length > longest.length) longest = common;
    if (longest.length * 2 > now.length) break;
    from = found + 1;
  }
  return longest;
}

/** What two texts have in common to both sides of two places where they read the same. Splits no pair. */
function around(before: string, now: string, probe: number, found: number): Common {
  const shift = found - probe;
  let from = probe;
  while (from > 0 && from + shift > 0 && before.charCodeAt(from - 1) === now.charCodeAt(from + shift - 1)) from--;
  let end = probe + PROBE;
  while (end < before.length && end + shift < now.length && before.charCodeAt(end) === now.charCodeAt(end + shift))
    end++;
  if (isLow(before.charCodeAt(from))) from++;
  if (isHigh(before.charCodeAt(end - 1))) end--;
  return { before: from, now: from + shift, length: end - from };
}

/** What an edit takes on the wire, without code and path. */
function costOf({ start, remove, text }: Edit): number {
  return integerBytes(start) + integerBytes(remove) + textBytes(utf8Bytes(text, 0, text.length));
}

function pathBytes(path: Path): number {
  if (typeof path === "number") return integerBytes(path);
  return path.reduce((bytes, step) => bytes + integerBytes(step), path.length < 16 ? 1 : 3);
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** Lone surrogates count as the replacement they travel as. */
function utf8Bytes(text: string, from: number, to: number): number {
  let bytes = 0;
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) bytes++;
    else if (unit < 0x800) bytes += 2;
    else if (isHigh(unit) && at + 1 < to && isLow(text.charCodeAt(at + 1))) {
      bytes += 4;
      at++;
    } else bytes += 3;
  }
  return bytes;
}

/** A text as it travels: its bytes and their number. */
function textBytes(bytes: number): number {
  if (bytes < 32) return bytes + 1;
  if (bytes < 256) return bytes + 2;
  return bytes + (bytes < 65_536 ? 3 : 5);
}
