/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";
import { computed, signal } from "busbar/signals";

export interface Item {
  ID: number;
  Done: boolean;
  Tags: readonly string[];
}

export function ItemToggle(i: Item): void {
  i.Done = !i.Done;
}

export interface List {
  readonly Head: Cell | null;
}

export interface Cell {
  Value: number;
  Next: Cell | null;
}

export function CellSum(c: Cell | null): number {
  if (c === null) {
    return 0;
  }
  return c.Value + CellSum(c.Next);
}

export function parts(xs: readonly number[]): readonly [ReadonlyMap<number, boolean>, (value: number) => boolean, Error | null] {
  const out = new Map<number, boolean>();
  for (const x of xs) {
    out.set(x, true);
  }
  return [out, (n: number): boolean => out.get(n) ?? false, null];
}

export function apply(value1: (value: number) => number, value2: readonly number[]): void {}

export interface ShelfProps {
  readonly items: readonly Item[];
}

export function Shelf(input: ShelfProps): Html {
  return component(Shelf, input, (props, { effect, on }) => {
    const list = signal<readonly Item[]>(props.items);
    const toggle = (i: number): void => {
      const next = [...list.get()];
      ItemToggle(next[i] = { ...at(next, i) });
      list.set(next);
    };
    const cells: Cell = { Value: 1, Next: { Value: 2, Next: null } };
    const seenAndHasAndErr = computed(() => parts([1]));
    const openAndLabel = computed(() => {
      let open = 0;
      for (const it of list.get()) {
        if (!it.Done) {
          open++;
        }
      }
      let label = "none";
      if (open > 0) {
        label = "some";
      }
      return { open, label };
    });
    effect(() => {
      console.log(openAndLabel.get().label, openAndLabel.get().open);
      return (): void => console.log("end", openAndLabel.get().open);
    }, () => [openAndLabel.get().open, openAndLabel.get().label]);
    return () => {
      const errNow = seenAndHasAndErr.get()[2];
      return (
        <p title={openAndLabel.get().label}>
          {openAndLabel.get().open} of {list.get().length} {CellSum(cells)} {seenAndHasAndErr.get()[0].size} {seenAndHasAndErr.get()[1](1)} {errNow === null} <button {...on.click(() => toggle(0))}>Toggle</button>
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
