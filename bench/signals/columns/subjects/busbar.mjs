import { col, dictionary, f64, i32, table } from "busbar/signals/columns";
import { leastPrice, sortedGroups } from "../cases.mjs";

/** `backend` undefined: the library chooses. */
export function subject({ backend }) {
  return {
    convert({ price, qty, city }) {
      const options = backend === undefined ? {} : { backend };
      return table({ price: f64(price), qty: i32(qty), city: dictionary(city) }, options);
    },
    ask: {
      "filter, sum of products": (sales, number) => [
        sales
          .filter(col("price").ge(leastPrice(number)))
          .select(col("price").mul(col("qty")).sum())
          .get(),
      ],
      "group by, two sums": (sales) =>
        sortedGroups(
          sales
            .groupBy("city")
            .agg({ price: col("price").sum(), qty: col("qty").sum() })
            .get()
            .map(({ city, price, qty }) => [city, price, qty]),
        ),
      "min, max, mean"(sales) {
        const price = col("price");
        const { min, max, mean } = sales.select({ min: price.min(), max: price.max(), mean: price.mean() }).get();
        return [min, max, mean];
      },
    },
    /** The first question again and again, a cell being changed in between. */
    watch(sales) {
      const least = leastPrice(0);
      const sum = sales.filter(col("price").ge(least)).select(col("price").mul(col("qty")).sum());
      return (row, price) => {
        sales.set("price", row, price);
        return sum.get();
      };
    },
  };
}
