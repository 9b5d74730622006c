// What one thread does for a question: a loop over the chunks it gets hold of, or the library's own table of a range of rows of its own.
import { col, dictionary, f64, i32, table } from "busbar/signals/columns";
import { leastPrice } from "../cases.mjs";
import { CHUNK_ROWS } from "./control.mjs";

export const [FILTERED, GROUPED, EXTREMES, CHANGED] = [0, 1, 2, 3];

/** Where a part of the answer begins from, by question. */
function start(part, question) {
  if (question === EXTREMES) part.set([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]);
  else part.fill(0);
}

export class Loops {
  constructor({ price, qty, city }, control, part) {
    Object.assign(this, { price, qty, city, control, part });
  }

  run({ question, first }) {
    const { price, control, part } = this;
    start(part, question);
    const least = leastPrice(first);
    for (let from = control.claim() * CHUNK_ROWS; from < price.length; from = control.claim() * CHUNK_ROWS) {
      const to = Math.min(price.length, from + CHUNK_ROWS);
      if (question === FILTERED) part[0] += filtered(price, this.qty, least, from, to);
      else if (question === GROUPED) grouped(price, this.qty, this.city, part, from, to);
      else extremes(price, part, from, to);
    }
  }
}

function filtered(price, qty, least, from, to) {
  let sum = 0;
  for (let i = from; i < to; i++) if (price[i] >= least) sum += price[i] * qty[i];
  return sum;
}

function grouped(price, qty, city, part, from, to) {
  for (let i = from; i < to; i++) {
    const at = 2 * city[i];
    part[at] += price[i];
    part[at + 1] += qty[i];
  }
}

function extremes(price, part, from, to) {
  let min = part[0]; // not by a pattern: that goes through an iterator, and the loop is three times as slow for it
  let max = part[1];
  let sum = part[2];
  for (let i = from; i < to; i++) {
    const value = price[i];
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  part[0] = min;
  part[1] = max;
  part[2] = sum;
}

export class Tables {
  constructor({ price, qty, city, names }, range, part) {
    Object.assign(this, { range, part });
    const [from, to] = range;
    this.codes = new Map(names.map((name, code) => [name, code]));
    const words = Array.from(city.subarray(from, to), (code) => names[code]);
    const columns = { price: f64(price.subarray(from, to)), qty: i32(qty.subarray(from, to)), city: dictionary(words) };
    this.table = table(columns);
    this.watched = this.filtered(0);
  }

  filtered(number) {
    const rows = this.table.filter(col("price").ge(leastPrice(number)));
    return rows.select(col("price").mul(col("qty")).sum());
  }

  run({ question, first, second }) {
    const { part, range } = this;
    if (question !== CHANGED) start(part, question);
    if (question === FILTERED) part[0] = this.filtered(first).get() ?? 0;
    else if (question === CHANGED) {
      if (first >= range[0] && first < range[1]) this.table.set("price", first - range[0], second);
      part[0] = this.watched.get() ?? 0;
    } else if (question === GROUPED) {
      const groups = this.table.groupBy("city").agg({ price: col("price").sum(), qty: col("qty").sum() });
      for (const { city, price, qty } of groups.get()) part.set([price, qty], 2 * this.codes.get(city));
    } else {
      const price = col("price");
      const { min, max, sum } = this.table.select({ min: price.min(), max: price.max(), sum: price.sum() }).get();
      part.set([min, max, sum]);
    }
  }
}

export function makeWork(kind, columns, control, thread) {
  if (kind === "loops") return new Loops(columns, control, control.part(thread));
  return new Tables(columns, rangeOf(columns.price.length, control.threads, thread), control.part(thread));
}

/** The rows of one thread, whole blocks of the library's but at the end. */
function rangeOf(rows, threads, thread) {
  const at = (share) => Math.min(rows, Math.ceil((rows * share) / threads / 1024) * 1024);
  return [at(thread), at(thread + 1)];
}

export function ownerOf(rows, threads, row) {
  for (let thread = 0; ; thread++) if (row < rangeOf(rows, threads, thread)[1]) return thread;
}
