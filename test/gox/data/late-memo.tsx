/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";
import { signal } from "busbar/signals";

export interface PriceProps {
  readonly amount: number;
}

export function Price(input: PriceProps): Html {
  return component(Price, input, (props, { on }) => {
    const count = signal(1);
    return () => {
      let rate = 2;
      if (props.amount > 3) {
        rate = 3;
      }
      const total = ((): number => props.amount * rate * count.get())();
      const add = (by: number): void => count.set(count.get() + by);
      const label = (n: number): number => n + rate;
      rate = rate * 10;
      return <p {...on.click(() => add(total))}>{total} {rate} {label(1)}</p>;
    };
  });
}
