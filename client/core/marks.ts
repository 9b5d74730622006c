import { PREFIX } from "./constants.ts";

/** Set on indicators while a request runs. */
export const REQUEST_CLASS: string = `${PREFIX}request`;

const counts: WeakMap<Element, Record<string, number>> = new WeakMap();

/**
 * Sets a mark (the request class, `aria-busy`, `disabled`) on elements, until the releases are called. Marks are counted,
 * as several requests may share an element; one that the page itself has set is left alone.
 */
export const hold = (elements: readonly Element[], mark: string): (() => void)[] =>
  elements.flatMap((el) => {
    const count = counts.get(el) ?? {};
    const isClass = mark === REQUEST_CLASS;
    counts.set(el, count);
    if (!count[mark] && (isClass ? el.classList.contains(mark) : el.hasAttribute(mark))) return [];
    const add = (n: number): void => {
      const sum = (count[mark] ?? 0) + n;
      count[mark] = sum;
      if (isClass) el.classList.toggle(mark, !!sum);
      else el[sum ? "setAttribute" : "removeAttribute"](mark, "true");
    };
    add(1);
    return () => add(-1);
  });
