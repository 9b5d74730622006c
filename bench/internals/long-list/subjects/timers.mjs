// Starts and clears a timer. Ways: plain, checked (under checkLeaks of busbar/node: what its stack traces cost).
import { checkLeaks } from "busbar/node";
import { wayOf } from "./data.mjs";

export function setUp() {
  const some = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const timer = setTimeout(() => {}, 1000);
      sum += timer.hasRef() ? 1 : 0;
      clearTimeout(timer);
    }
    return sum;
  };
  const run = wayOf(import.meta.url) === "plain" ? some : (count) => checkLeaks(() => some(count));
  return { answer: async () => String(await run(10)), run };
}
