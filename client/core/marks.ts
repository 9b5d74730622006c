import type { RequestContext } from "./types.ts";

const counts: WeakMap<Element, Record<string, number>> = new WeakMap();

/**
 * Sets a mark (the request class, `aria-busy`, `disabled`) on elements until the request is over. Marks are counted, as several requests
 * may share an element; one that the page itself has set is left alone.
 */
export const hold = (ctx: RequestContext, elements: readonly Element[], mark: string): void => {
  for (const el of elements) {
    const count = counts.get(el) ?? {};
    const isClass = mark === "bus-request";
    counts.set(el, count);
    if (!count[mark] && (isClass ? el.classList.contains(mark) : el.hasAttribute(mark))) continue;
    const add = (n: number): void => {
      const sum = (count[mark] ?? 0) + n;
      count[mark] = sum;
      if (isClass) el.classList.toggle(mark, !!sum);
      else el[sum ? "setAttribute" : "removeAttribute"](mark, "true");
    };
    add(1);
    ctx.ends.push(() => add(-1));
  }
};
