import { is } from "./dom.ts";
import type { Marked, RequestContext } from "./types.ts";

/**
 * Sets a mark (the request class, or an attribute) on elements until the request is over. Marks are counted, as several requests may share
 * an element; one that the page itself has set is left alone.
 */
export const hold = (ctx: RequestContext, elements: readonly Marked[], mark: string): void => {
  elements.forEach((el) => {
    const isClass = mark === "bus-request";
    const counts = (el._marks ??= {});
    // cast: none is false
    const add = (n: number, sum = (counts[mark] = ~~(counts[mark] as number) + n)): unknown =>
      isClass
        ? el.classList.toggle(mark, sum as unknown as boolean)
        : el[sum ? "setAttribute" : "removeAttribute"](mark, "true");
    if (counts[mark] || !is(el, isClass ? `.${mark}` : `[${mark}]`)) {
      add(1);
      ctx.ends.push(() => add(-1));
    }
  });
};
