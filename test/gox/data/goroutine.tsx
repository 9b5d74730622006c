/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";

export function Timer(): Html {
  return component(Timer, {}, (_props, { effect }) => {
    const count: { current: number } = { current: 0 };
    effect(() => {
      // go func() {
      //   for range time.Tick(time.Second) {
      //     count.Current++
      //     fmt.Println(count.Current)
      //   }
      // }()
      notPorted("13:3 goroutines are not ported: use a promise, a timer or an effect");
    }, () => []);
    return () => <p>Timer</p>;
  });
}

/** Stands where Go could not be ported. */
function notPorted(what: string): never {
  throw new Error(`not ported: ${what}`);
}
