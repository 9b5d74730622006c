// By hand: loops over the arrays, with a code for each city.
import { leastPrice, sortedGroups } from "../cases.mjs";

export const subject = () => ({
  convert({ price, qty, city }) {
    const codes = new Map();
    const cities = new Int32Array(city.length);
    for (let i = 0; i < city.length; i++) {
      let code = codes.get(city[i]);
      if (code === undefined) {
        code = codes.size;
        codes.set(city[i], code);
      }
      cities[i] = code;
    }
    return { price, qty, cities, names: [...codes.keys()] };
  },
  ask: {
    "filter, sum of products"({ price, qty }, number) {
      const least = leastPrice(number);
      let sum = 0;
      for (let i = 0; i < price.length; i++) if (price[i] >= least) sum += price[i] * qty[i];
      return [sum];
    },
    "group by, two sums"({ price, qty, cities, names }) {
      const prices = new Float64Array(names.length);
      const quantities = new Float64Array(names.length);
      for (let i = 0; i < price.length; i++) {
        const city = cities[i];
        prices[city] += price[i];
        quantities[city] += qty[i];
      }
      return sortedGroups(names.map((name, i) => [name, prices[i], quantities[i]]));
    },
    "min, max, mean"({ price }) {
      let [min, max, sum] = [price[0], price[0], 0];
      for (let i = 0; i < price.length; i++) {
        const value = price[i];
        if (value < min) min = value;
        if (value > max) max = value;
        sum += value;
      }
      return [min, max, sum / price.length];
    },
  },
});
