import {
  D2,
  filter,
  groupBy,
  groupByOperators,
  join,
  MultiSet,
  map,
  orderByWithFractionalIndex,
  output,
} from "@tanstack/db-ivm";
import { SORTED, sortedPairs } from "../cases.mjs";

const byRank = ([, { rank: a }], [, { rank: b }]) => a - b;
const byIndex = ([, a], [, b]) => (a < b ? -1 : 1);

/** What an ordered stream has said so far: key, and place as a string. */
function orderedIds(places) {
  return () => [...places].sort(byIndex).map(([id]) => id);
}

const keepPlaces = (places) => (message) => {
  for (const [[id, [, place]], count] of inOrder(message)) {
    if (count > 0) places.set(id, place);
    else places.delete(id);
  }
};

// what goes before what comes: both may be about one key
const inOrder = (message) => [...message.getInner()].sort(([, a], [, b]) => a - b);

const VIEWS = {
  [SORTED](orders) {
    const places = new Map();
    orders.pipe(
      filter(([, { isOpen }]) => isOpen),
      orderByWithFractionalIndex(({ rank }) => rank),
      output(keepPlaces(places)),
    );
    return orderedIds(places);
  },
  "group by, sum"(orders) {
    const sums = new Map();
    orders.pipe(
      groupBy(([, { region }]) => ({ region }), { sum: groupByOperators.sum(([, { amount }]) => amount) }),
      output((message) => {
        for (const [[, { region, sum }], count] of inOrder(message)) {
          if (count > 0) sums.set(region, sum);
          else sums.delete(region);
        }
      }),
    );
    return () => sortedPairs(sums);
  },
  join(orders, customers) {
    const joined = new Map();
    orders.pipe(map(([id, order]) => [order.customer, [id, order]])).pipe(
      join(customers, "inner"),
      output((message) => {
        for (const [[, [[id, { amount }], { name }]], count] of inOrder(message)) {
          if (count > 0) joined.set(id, `${name}: ${amount}`);
          else joined.delete(id);
        }
      }),
    );
    return () => sortedPairs(joined);
  },
  "top 10"(orders) {
    const places = new Map();
    orders.pipe(
      orderByWithFractionalIndex(({ rank }) => rank, { limit: 10, comparator: (a, b) => b - a }),
      output(keepPlaces(places)),
    );
    return orderedIds(places);
  },
};

export function open(name, data) {
  const graph = new D2();
  const [orders, customers] = [graph.newInput(), graph.newInput()];
  const answer = VIEWS[name](orders, customers);
  graph.finalize();
  // in order of rank, as inserting into the middle of its array is what takes longest
  const rows = data.orders.map((order) => [order.id, order]).sort(name === "top 10" ? (a, b) => byRank(b, a) : byRank);
  customers.sendData(new MultiSet(data.customers.map((customer) => [[customer.id, customer], 1])));
  orders.sendData(new MultiSet(rows.map((row) => [row, 1])));
  graph.run();
  return {
    change(before, after) {
      orders.sendData(
        new MultiSet([
          [[before.id, before], -1],
          [[after.id, after], 1],
        ]),
      );
      graph.run();
      return 0;
    },
    answer,
  };
}
