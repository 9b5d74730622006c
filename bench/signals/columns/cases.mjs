// What is asked of the columns price (64-bit floats), qty (32-bit integers) and city (strings, 40 of them); and the answers, by loops over the
// arrays. `at` differs each time, so that nothing can be kept from the time before. `isVector`: the library chooses WebAssembly for it.
export const SIZES = [100_000, 1_000_000];
const CITIES = 40;
const STRIDE = 21; // has no divisor in common with 50

export function makeData(rows) {
  let state = 11;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const price = Float64Array.from({ length: rows }, () => Math.round(random() * 10_000) / 100);
  const qty = Int32Array.from({ length: rows }, () => 1 + Math.floor(random() * 20));
  const city = Array.from({ length: rows }, () => `city ${Math.floor(random() * CITIES)}`);
  return { price, qty, city };
}

/** The least price of the `number`-th question: from 20 to 69, and any few in a row lie all over that. */
export const leastPrice = (number) => 20 + ((number * STRIDE) % 50);

export const CASES = [
  {
    name: "filter, sum of products",
    isVector: true,
    answer({ price, qty }, number) {
      const least = leastPrice(number);
      let sum = 0;
      for (let i = 0; i < price.length; i++) if (price[i] >= least) sum += price[i] * qty[i];
      return [sum];
    },
  },
  {
    name: "group by, two sums",
    answer({ price, qty, city }) {
      const groups = new Map();
      for (let i = 0; i < price.length; i++) {
        let group = groups.get(city[i]);
        if (group === undefined) {
          group = [0, 0];
          groups.set(city[i], group);
        }
        group[0] += price[i];
        group[1] += qty[i];
      }
      return sortedGroups([...groups].map(([name, [first, second]]) => [name, first, second]));
    },
  },
  {
    name: "min, max, mean",
    answer({ price }) {
      let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
      for (const value of price) {
        if (value < min) min = value;
        if (value > max) max = value;
        sum += value;
      }
      return [min, max, sum / price.length];
    },
  },
];

/** Groups as one flat list, by name. */
export function sortedGroups(groups) {
  return groups.sort(([a], [b]) => (a < b ? -1 : 1)).flat();
}

/** Whether two answers agree; sums of floats in another order may differ in their last digits. */
export function isSame(answer, expected) {
  return (
    answer.length === expected.length &&
    answer.every((value, i) => {
      const wanted = expected[i];
      return typeof wanted === "string" ? value === wanted : Math.abs(value - wanted) <= 1e-9 * Math.abs(wanted);
    })
  );
}
