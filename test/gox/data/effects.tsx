/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";
import { signal } from "busbar/signals";

export interface LoggerProps {
  readonly label: string;
}

export function Logger(input: LoggerProps): Html {
  return component(Logger, input, (props, { effect, on }) => {
    const count = signal(0);
    // Once, when it appears.
    effect(() => {
      console.log("appeared");
      return (): void => console.log("gone");
    }, () => []);
    // When one of these changes.
    effect(() => console.log(`${props.label} is now ${count.get()}`), () => [props.label, count.get()]);
    effect(() => {
      if (count.get() > 10) {
        count.set(10);
      }
    }, () => [count.get()]);
    effect(() => console.log(count.get()));
    return () => <button {...on.click(() => count.set(count.get() + 1))}>{count.get()}</button>;
  });
}
