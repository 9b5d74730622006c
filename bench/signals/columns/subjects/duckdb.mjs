import { createRequire } from "node:module";
import { leastPrice, sortedGroups } from "../cases.mjs";

const { DOUBLE, DuckDBDataChunk, DuckDBInstance, INTEGER, VARCHAR } = createRequire(
  new URL("../../peers/duckdb/package.json", import.meta.url),
)("@duckdb/node-api");
const CHUNK_ROWS = 2048; // what a chunk holds at most

const instance = await DuckDBInstance.create(":memory:");

export const subject = () => ({
  /** By its appender in chunks, the fastest way in that its documentation has. */
  async convert({ price, qty, city }) {
    const connection = await instance.connect();
    await connection.run("create or replace table sales (price double, qty integer, city varchar)");
    const appender = await connection.createAppender("sales");
    for (let from = 0; from < price.length; from += CHUNK_ROWS) {
      const to = Math.min(price.length, from + CHUNK_ROWS);
      const chunk = DuckDBDataChunk.create([DOUBLE, INTEGER, VARCHAR], to - from);
      chunk.setColumnValues(0, price.subarray(from, to));
      chunk.setColumnValues(1, qty.subarray(from, to));
      chunk.setColumnValues(2, city.slice(from, to));
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    return connection;
  },
  ask: {
    async "filter, sum of products"(connection, number) {
      return rowOf(await rows(connection, `select sum(price * qty) from sales where price >= ${leastPrice(number)}`));
    },
    async "group by, two sums"(connection) {
      const groups = await rows(connection, "select city, sum(price), sum(qty) from sales group by city");
      return sortedGroups(groups.map(([city, price, qty]) => [city, price, Number(qty)]));
    },
    async "min, max, mean"(connection) {
      return rowOf(await rows(connection, "select min(price), max(price), avg(price) from sales"));
    },
  },
});

async function rows(connection, sql) {
  return (await connection.runAndReadAll(sql)).getRows();
}

const rowOf = ([row]) => row;
