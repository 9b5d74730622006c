// Rows of orders, one of which changes at a time, and what is wanted of them.
export const SORTED = "sorted and filtered";

/** What is measured at which sizes: at a million rows, only what all of them can hold. */
export const CASES = [
  { name: SORTED, sizes: [1000, 100_000, 1_000_000] },
  { name: "group by, sum", sizes: [1000, 100_000] },
  { name: "join", sizes: [1000, 100_000] },
  { name: "top 10", sizes: [1000, 100_000] },
];

const REGIONS = 100;
const CUSTOMER_SHARE = 0.02;

function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Orders, and customers for nine tenths of them. No two orders ever have the same rank. */
export function makeData(count) {
  const next = random(3);
  const customers = Math.ceil(count * CUSTOMER_SHARE);
  const orders = Array.from({ length: count }, (_, id) => ({
    id,
    rank: Math.floor(next() * 1e6) + id / count,
    isOpen: next() < 0.5,
    region: Math.floor(next() * REGIONS),
    customer: Math.floor(next() * customers * 1.1),
    amount: Math.floor(next() * 1000),
  }));
  return { orders, customers: Array.from({ length: customers }, (_, id) => ({ id, name: `customer ${id}` })) };
}

/** The changes, one after the other: an order before and after. `orders` is kept up to date. */
export function* changesOf(orders) {
  const next = random(5);
  for (let number = 1; ; number++) {
    const id = (number * 7919) % orders.length;
    const before = orders[id];
    const after = {
      ...before,
      rank: Math.floor(next() * 1e6) + id / orders.length,
      isOpen: number % 4 === 0 ? !before.isOpen : before.isOpen,
      amount: Math.floor(next() * 1000),
    };
    orders[id] = after;
    yield [before, after];
  }
}

/** What the orders come to, each time from the beginning. */
export const ANSWERS = {
  [SORTED]: ({ orders }) =>
    orders
      .filter(({ isOpen }) => isOpen)
      .sort((a, b) => a.rank - b.rank)
      .map(({ id }) => id),
  "group by, sum"({ orders }) {
    const sums = new Map();
    for (const { region, amount } of orders) sums.set(region, (sums.get(region) ?? 0) + amount);
    return sortedPairs(sums);
  },
  join({ orders, customers }) {
    const byId = new Map(customers.map((customer) => [customer.id, customer]));
    const joined = orders
      .filter(({ customer }) => byId.has(customer))
      .map(({ id, amount, customer }) => [id, `${byId.get(customer).name}: ${amount}`]);
    return sortedPairs(joined);
  },
  "top 10": ({ orders }) =>
    [...orders]
      .sort((a, b) => b.rank - a.rank)
      .slice(0, 10)
      .map(({ id }) => id),
};

/** Pairs as one flat list, by their keys. */
export function sortedPairs(pairs) {
  return [...pairs].sort(([a], [b]) => a - b).flat();
}
