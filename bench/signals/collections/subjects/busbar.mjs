import { join, keyedMap, observeDeltas } from "busbar/signals/collections";
import { SORTED, sortedPairs } from "../cases.mjs";

const ids = (collection) => () => collection.get().map(({ id }) => id);

const VIEWS = {
  [SORTED](orders) {
    const view = orders.filter(({ isOpen }) => isOpen).sortBy(({ rank }) => rank);
    return { view, answer: ids(view) };
  },
  "group by, sum"(orders) {
    const view = orders.groupBy(({ region }) => region).sum(({ amount }) => amount);
    return { view, answer: () => sortedPairs(view.entries()) };
  },
  join(orders, customers) {
    const view = join(orders, customers, {
      on: ({ customer }) => customer,
      combine: ({ id, amount }, { name }) => [id, `${name}: ${amount}`],
    });
    return { view, answer: () => sortedPairs(view.get()) };
  },
  "top 10"(orders) {
    const view = orders.topK(10, ({ rank }) => rank, { descending: true });
    return { view, answer: ids(view) };
  },
};

/** Every delta goes to a sink, as to a page. */
export function open(name, data) {
  const orders = keyedMap(data.orders.map((order) => [order.id, order]));
  const customers = keyedMap(data.customers.map((customer) => [customer.id, customer]));
  const { view, answer } = VIEWS[name](orders, customers);
  let received = 0;
  observeDeltas(view, (deltas) => {
    received += deltas.length;
  });
  return {
    change(_before, after) {
      orders.set(after.id, after);
      return received;
    },
    answer,
  };
}
