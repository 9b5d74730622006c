/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";
import { computed } from "busbar/signals";

export interface Stack<T> {
  items: readonly T[];
}

export function StackPush<T>(s: Stack<T>, v: T): void {
  s.items = [...s.items, v];
}

export function StackLen<T>(s: Stack<T>): number {
  return s.items.length;
}

export interface Cart {
  readonly Notes: ReadonlyMap<string, readonly string[]>;
}

export function grid(n: number): readonly (readonly number[])[] {
  const m = Array.from({ length: n }, (): readonly number[] => []);
  for (const i of m.keys()) {
    m[i] = Array.from({ length: n }, (): number => 0);
    for (const j of at(m, i).keys()) {
      (at(m, i) as number[])[j] = i * n + j;
    }
  }
  return m;
}

export function counts(): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const m = new Map<string, ReadonlyMap<string, number>>();
  m.set("a", new Map<string, number>());
  ((m.get("a") ?? new Map()) as Map<string, number>).set("b", ((m.get("a") ?? new Map()).get("b") ?? 0) + 2);
  ((m.get("a") ?? new Map()) as Map<string, number>).delete("c");
  return m;
}

export function note(cart: Cart, key: string): void {
  const notes = cart.Notes;
  (notes as Map<string, readonly string[]>).set(key, [...(notes.get(key) ?? []), "x"]);
}

export function sorted(in_: readonly number[], extra: number): readonly number[] {
  let out = [...in_];
  out = [...out, extra];
  for (let i = 1; i < out.length; i++) {
    for (let j = i; j > 0 && at(out, j) < at(out, j - 1); j--) {
      [out[j], out[j - 1]] = [at(out, j - 1), at(out, j)];
    }
  }
  return out;
}

export function first(xs: readonly string[], keep: readonly string[]): readonly string[] {
  let words: readonly string[] = "b a".split(" ");
  words = keep;
  let own: readonly string[] = ["z"];
  own = words;
  (xs as string[])[0] = at(own, 0);
  const all: readonly string[] = xs;
  return all;
}

export interface SharedProps {
  readonly names: readonly string[];
}

export function Shared(input: SharedProps): Html {
  return component(Shared, input, (props) => {
    const list = computed(() => sorted([3, 1], 2));
    return () => {
      const stack: Stack<number> = { items: [] };
      StackPush(stack, 3);
      const copied = [...props.names];
      const kept = first(copied, props.names);
      const seen = new Map<string, number>();
      for (const name of props.names) {
        seen.set(name, (seen.get(name) ?? 0) + 1);
      }
      seen.delete("gone");
      const most = seen.get("Ada") ?? 0;
      return (
        <p>
          {StackLen(stack)} {at(at(grid(2), 1), 0)} {(counts().get("a") ?? new Map()).get("b") ?? 0} {at(list.get(), 0)}{at(list.get(), 1)}{at(list.get(), 2)} {kept.join("-")} {seen.size} {most}
        </p>
      );
    };
  });
}

/** The element at an index, which must be there, as in Go. */
function at<T>(list: readonly T[], index: number): T {
  if (!(index in list)) throw new RangeError(`index out of range [${index}] with length ${list.length}`);
  return list[index] as T;
}
