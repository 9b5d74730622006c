import { is, removeAttribute, setAttribute } from "./members.ts";
import type { Marked, RequestContext } from "./types.ts";

/**
 * Sets a mark (the request class, or an attribute) on elements until the request is over. Marks are counted, as several requests may share
 * an element; one that the page itself has set is left alone.
 */
export const hold = (ctx: RequestContext, elements: readonly Marked[], mark: string): void => {
  elements.forEach((el) => {
    const isClass = mark === "bus-request";
    const counts = (el._marks ??= {});
    const add = (n: number): unknown => {
      const sum = (counts[mark] = ~~(counts[mark] as number) + n);
      // cast: none is false
      return isClass
        ? el.classList.toggle(mark, sum as unknown as boolean)
        : (sum ? setAttribute : removeAttribute)(el, mark, "true");
    };
    if (counts[mark] || !is(el, isClass ? `.${mark}` : `[${mark}]`)) {
      add(1);
      ctx.ends.push(() => add(-1));
    }
  });
};
