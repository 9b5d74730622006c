/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component, rows } from "busbar/live";
import { signal } from "busbar/signals";

/** Text that is written piece by piece. */
class TextBuilder {
  text = "";
  write(text: string): void {
    this.text += text;
  }
}

export type Level = number;

export const log: TextBuilder = new TextBuilder();

export const Low: Level = 0;

export const High: Level = 2;

export interface Added {
  readonly Name: string;
  readonly Count: number;
}

export interface Cleared {}

export interface Basket {
  readonly Names: readonly string[];
  readonly Count: number;
}

export function apply(b: Basket, message: unknown): Basket {
  {
    const m = message;
    if (m === null) {
      return b;
    } else if (hasFields<Added>(m, "Name", "Count")) {
      b = { ...b, Count: b.Count + m.Count };
      b = { ...b, Names: [...b.Names, m.Name] };
    } else if (hasFields<object>(m)) {
      return { Names: [], Count: 0 };
    } else if (typeof m === "number" && !isWhole(m)) {
      b = { ...b, Count: b.Count + Math.trunc(m) };
    } else if (isWhole(m)) {
      b = { ...b, Count: b.Count + 1 };
    } else if (Array.isArray(m)) {
      b = { ...b, Names: [...b.Names, ...m] };
    } else if (m instanceof Error) {
      b = { ...b, Names: [...b.Names, m.message] };
    } else {
      {
        const [name, ok] = tested<string>(message, (value) => typeof value === "string", "");
        if (ok) {
          b = { ...b, Names: [...b.Names, name] };
        }
      }
    }
  }
  return b;
}

export function word(l: Level): string {
  let text = "";
  switch (l) {
    case High:
      text += "very ";
      text += "quiet";
      break;
    case Low:
      text += "quiet";
      break;
  }
  return text;
}

export function initials(text: string): string {
  const out: TextBuilder = new TextBuilder();
  for (const r of Array.from(text, (char) => char.codePointAt(0) ?? 0)) {
    if (/\p{Lu}/u.test(String.fromCodePoint(r))) {
      out.write(String.fromCodePoint(r));
      out.write(".");
    }
  }
  return out.text;
}

export function writeList(out: TextBuilder | null, names: readonly string[]): void {
  log.write("list ");
  for (const [i, name] of names.entries()) {
    if (i > 0) {
      deref(out).write(", ");
    }
    deref(out).write(`${zeroPad(String(i), 2)} ${trimSet(name, "!", true, true)}`);
  }
}

export function fill(seen: ReadonlyMap<string, number>, names: readonly string[]): void {
  for (const name of names) {
    (seen as Map<string, number>).set(name, (seen.get(name) ?? 0) + 1);
  }
}

export interface ReportProps {
  readonly names: readonly string[];
}

export function Report(input: ReportProps): Html {
  return component(Report, input, (props, { on }) => {
    const picked = signal<string | null>(null);
    const pick = (name: string): void => picked.set(name);
    return () => {
      const pickedNow = picked.get();
      const sorted = [...props.names];
      sortSlice(sorted, (i: number, j: number): boolean => at(sorted, i).length < at(sorted, j).length);
      const reversed = [...props.names];
      reversed.sort((a: string, b: string): number => compare(a, b));
      reversed.reverse();
      const out: TextBuilder = new TextBuilder();
      writeList(out, sorted);
      const seen = new Map<string, number>();
      fill(seen, props.names);
      let basket: Basket = { Names: [], Count: 0 };
      for (const message of [{ Name: "pear", Count: 2 }, 1, 2.5, ["a", "b"], "c", null]) {
        basket = apply(basket, message);
      }
      return (
        <div title={out.text}>
          <p>{basket.Count} {basket.Names.join("")} {seen.size} {word(High)} {word(Low)}</p>
          <ul>
            {rows(
              reversed,
              (name) => name,
              (name) => <li {...on.click(() => pick(name))}>{initials(name)}</li>,
            )}
          </ul>
          {pickedNow !== null && <b>{pickedNow}</b>}
        </div>
      );
    };
  });
}

/** Whether a value is a struct with just these fields. */
function hasFields<T>(value: unknown, ...names: readonly string[]): value is T {
  if (typeof value !== "object" || value === null) return false;
  return Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));
}

/** Whether a value is what Go calls an int. */
function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}

/** A value and whether it is of a type; else the type's zero. */
function tested<T>(value: unknown, test: (value: unknown) => boolean, zero: T): readonly [T, boolean] {
  return test(value) ? [value as T, true] : [zero, false];
}

/** What a pointer points at, which must not be nil, as in Go. */
function deref<T>(pointer: T | null): T {
  if (pointer === null) throw new TypeError("nil pointer dereference");
  return pointer;
}

/** Takes characters of a set off the ends of a text. */
function trimSet(text: string, set: string, atStart: boolean, atEnd: boolean): string {
  const chars = [...text];
  let start = 0;
  let end = chars.length;
  while (atStart && start < end && set.includes(chars[start] as string)) start++;
  while (atEnd && end > start && set.includes(chars[end - 1] as string)) end--;
  return chars.slice(start, end).join("");
}

/** Zeros up to a width, behind the sign. */
function zeroPad(text: string, width: number): string {
  return text.startsWith("-") ? `-${text.slice(1).padStart(width - 1, "0")}` : text.padStart(width, "0");
}

/** Sorts in place; `less` compares by index, as in Go, and sees the order before. */
function sortSlice<T>(list: T[], less: (i: number, j: number) => boolean): void {
  const order = [...list.keys()].sort((i, j) => (less(i, j) ? -1 : less(j, i) ? 1 : 0));
  const before = [...list];
  order.forEach((from, to) => {
    list[to] = before[from] as T;
  });
}

/** The element at an index, which must be there, as in Go. */
function at<T>(list: readonly T[], index: number): T {
  if (!(index in list)) throw new RangeError(`index out of range [${index}] with length ${list.length}`);
  return list[index] as T;
}

/** -1, 0 or 1: how two values stand to each other. */
function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
