import { op, table } from "arquero";
import { leastPrice, sortedGroups } from "../cases.mjs";

export const subject = () => ({
  convert: ({ price, qty, city }) => table({ price, qty, city }),
  ask: {
    "filter, sum of products": (sales, number) => [
      sales
        .params({ least: leastPrice(number) })
        .filter((d, $) => d.price >= $.least)
        .rollup({ sum: (d) => op.sum(d.price * d.qty) })
        .get("sum", 0),
    ],
    "group by, two sums": (sales) =>
      sortedGroups(
        sales
          .groupby("city")
          .rollup({ price: (d) => op.sum(d.price), qty: (d) => op.sum(d.qty) })
          .objects()
          .map(({ city, price, qty }) => [city, price, qty]),
      ),
    "min, max, mean"(sales) {
      const [{ min, max, mean }] = sales
        .rollup({ min: (d) => op.min(d.price), max: (d) => op.max(d.price), mean: (d) => op.mean(d.price) })
        .objects();
      return [min, max, mean];
    },
  },
});
