/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";
import { computed, signal } from "busbar/signals";

export function slowSum(a: number, b: number): number {
  return a + b;
}

export interface SumProps {
  readonly a: number;
  readonly b: number;
}

export function Sum(input: SumProps): Html {
  return component(Sum, input, (props, { on }) => {
    const total = signal(0);
    const expensive = computed((): number => slowSum(props.a, props.b));
    const handleClick = (): void => total.set(total.get() + expensive.get());
    return () => <button {...on.click(handleClick)}>{total.get()} of {expensive.get()}</button>;
  });
}
