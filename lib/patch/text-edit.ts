import type { Operation, Path } from "../wire/index.ts";
import { OP_EDIT, OP_REMOVE, OP_TEXT } from "../wire/index.ts";
import { integerBytes } from "./integer-bytes.ts";

/** Shorter texts travel whole: an edit spends some 4 bytes on where it is. */
const MIN_LENGTH = 8;

/** The smallest operation that makes the text of a child slot another. @param before - Unless what it shows is no text. */
export function textOperation(path: Path, before: string | undefined, now: string): Operation {
  if (now === "") return [OP_REMOVE, path];
  if (before === undefined || before.length < MIN_LENGTH || now.length < MIN_LENGTH) return [OP_TEXT, path, now];
  return editOperation(path, before, now) ?? [OP_TEXT, path, now];
}

/**
 * What stands between the longest common start and end, when saying where that is takes fewer bytes than it saves.
 * @remarks Time: linear in the texts.
 */
function editOperation(path: Path, before: string, now: string): Operation | undefined {
  const shorter = Math.min(before.length, now.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === now.charCodeAt(start)) start++;
  if (start > 0 && isHigh(before.charCodeAt(start - 1))) start--; // half a pair is in common, and stays with its other half
  let end = 0;
  while (end < shorter - start && before.charCodeAt(before.length - 1 - end) === now.charCodeAt(now.length - 1 - end)) {
    end++;
  }
  if (end > 0 && isLow(before.charCodeAt(before.length - end))) end--;
  const remove = before.length - end - start;
  const text = now.slice(start, now.length - end);
  const saved = utf8Bytes(now, 0, start) + utf8Bytes(now, now.length - end, now.length);
  const kept = textBytes(utf8Bytes(text, 0, text.length));
  const whole = textBytes(utf8Bytes(text, 0, text.length) + saved);
  return integerBytes(start) + integerBytes(remove) + kept < whole ? [OP_EDIT, path, start, remove, text] : undefined;
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
