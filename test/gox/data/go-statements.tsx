/** @jsxImportSource busbar/html */

export const Limit = 3;

export const Low = 0;

export const Middle = 1;

export const High = 2;

export const names = ["a", "b"];

export type Status = number;

export interface Point {
  readonly X: number;
  readonly Y: number;
}

export interface Line {
  readonly From: Point;
  readonly To: Point | null;
}

export function PointSum(p: Point): number {
  return p.X + p.Y;
}

export function Loops(n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) {
    if (i % 2 === 0) {
      continue;
    }
    total += i;
  }
  while (total > 100) {
    total -= 10;
  }
  while (true) {
    total++;
    break;
  }
  for (let i = 0; i < 3; i++) {
    total += i;
  }
  for (const [i, r] of Array.from("ab", (char) => char.codePointAt(0) ?? 0).entries()) {
    total += i * r;
  }
  for (const _ of names) {
    total--;
  }
  return Math.trunc(total / 2);
}

export function Maps(counts: ReadonlyMap<string, number>): readonly [readonly string[], Error | null] {
  const seen = new Map<string, number>();
  for (const [key, value] of counts) {
    seen.set(key, value + 1);
  }
  {
    const value = seen.get("x") ?? 0;
    const ok = seen.has("x");
    if (ok && value > 1) {
      seen.delete("x");
    }
  }
  seen.set("y", (seen.get("y") ?? 0) + 1);
  if (seen.size === 0) {
    return [[], new Error("empty")];
  }
  let keys: string[] = [];
  for (const key of seen.keys()) {
    keys = [...keys, key];
  }
  return [keys, null];
}

export function Structs(points: readonly Point[]): Line {
  const moved = [...points];
  for (const i of moved.keys()) {
    moved[i] = { ...at(moved, i), X: at(moved, i).X + 1 };
  }
  for (let p of moved) {
    p = { ...p, Y: 0 };
    console.log(PointSum(p));
  }
  let line: Line = { From: { X: 1, Y: 2 }, To: { X: 3, Y: 0 } };
  line = { ...line, From: { ...line.From, X: 9 } };
  let a = 1;
  let b = 2;
  [a, b] = [b, a];
  return line;
}

export function Texts(text: string, n: number, f: number): string {
  const parts = text.trim().split(",");
  const [number, err] = atoi(at(parts, 0));
  if (err !== null) {
    return `bad ${JSON.stringify(text)}: ${err?.message ?? "<nil>"}`;
  }
  if (number > 10 || n === Limit) {
    text = "big";
  } else if (number < 0) {
    text = "negative";
  } else {
    text = String(number);
  }
  const clock = `${zeroPad(String(Math.trunc(n / 60)), 2)}:${zeroPad(String(n % 60), 2)} ${f.toFixed(2)}% ${String(text).padStart(5)}|${String(text).padEnd(5)}|`;
  return clock + text.charAt(0) + text.slice(1) + parts.join("-");
}

export function Parse(text: string): readonly [number, Error | null] {
  const [number, err] = atoi(text);
  if (err !== null) {
    return [0, new Error(`parse: ${err?.message ?? "<nil>"}`, { cause: err })];
  }
  const [doubled, err2] = atoi(text + text);
  return [number + doubled, err2];
}

/** The element at an index, which must be there, as in Go. */
function at<T>(list: readonly T[], index: number): T {
  if (!(index in list)) throw new RangeError(`index out of range [${index}] with length ${list.length}`);
  return list[index] as T;
}

function atoi(text: string): readonly [number, Error | null] {
  return /^[+-]?\d+$/.test(text) ? [Number(text), null] : [0, new Error(`parsing ${JSON.stringify(text)}: invalid syntax`)];
}

/** Zeros up to a width, behind the sign. */
function zeroPad(text: string, width: number): string {
  return text.startsWith("-") ? `-${text.slice(1).padStart(width - 1, "0")}` : text.padStart(width, "0");
}
