import { createRequire } from "node:module";
import { leastPrice, sortedGroups } from "../cases.mjs";

const pl = createRequire(new URL("../../peers/polars/package.json", import.meta.url))("nodejs-polars");
const col = (name) => pl.col(name);

export const subject = () => ({
  convert: ({ price, qty, city }) => pl.DataFrame({ price, qty, city }),
  ask: {
    "filter, sum of products": (sales, number) =>
      sales
        .filter(col("price").gtEq(leastPrice(number)))
        .select(col("price").mul(col("qty")).sum())
        .row(0),
    "group by, two sums": (sales) =>
      sortedGroups(
        sales
          .groupBy("city")
          .agg(col("price").sum(), col("qty").sum())
          .toRecords()
          .map(({ city, price, qty }) => [city, price, Number(qty)]),
      ),
    "min, max, mean": (sales) =>
      sales
        .select(col("price").min().alias("min"), col("price").max().alias("max"), col("price").mean().alias("mean"))
        .row(0),
  },
});
