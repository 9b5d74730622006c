// The page of the bench as data, and what happens to it: a counter and rows of three slots. The same for every system, in Node and in the browser.

/** Rows `{ id, label, value }` as a page begins. */
export function rowsOf(count) {
  return Array.from({ length: count }, (_, id) => rowOf(id));
}

export function rowOf(id) {
  return { id, label: `row ${id}`, value: id * 3 };
}

/** A page as it begins. */
export function pageOf(count) {
  return { count: 0, next: count, turn: 0, rows: rowsOf(count) };
}

/** The texts a page shows: the counter, then those of each row. */
export function textsOf({ count, rows }) {
  return [String(count), ...rows.map(({ id, label, value }) => `${id}|${label}|${value}`)];
}

/**
 * What is done to the page, in the order in which it is captured. `plan(page)` says it of rows, so that each system can do it in its own way: what to insert,
 * remove, change, move or put in another order; `apply` does it to the data.
 */
export const ACTIONS = [
  { name: "click", plan: () => ({ count: 1 }) },
  { name: "nothing", plan: () => ({}) },
  { name: "move", plan: ({ rows }) => ({ move: { from: rows.length - 1, to: 0 } }) },
  { name: "swap", plan: ({ rows }) => ({ swap: [rows.length >> 3, (rows.length >> 3) * 7] }) },
  { name: "shuffle", plan: ({ rows, turn }) => ({ order: shuffled(rows.length, turn + 1) }) },
  { name: "head", plan: ({ next }) => ({ insert: { at: 0, row: rowOf(next) } }) },
  { name: "middle", plan: ({ next, rows }) => ({ insert: { at: rows.length >> 1, row: rowOf(next) } }) },
  { name: "tail", plan: ({ next, rows }) => ({ insert: { at: rows.length, row: rowOf(next) } }) },
  { name: "change", plan: ({ rows }) => ({ change: { at: rows.length >> 1, value: 7 } }) },
  { name: "remove", plan: ({ rows }) => ({ remove: rows.length >> 1 }) },
];

/** Does what a plan says, to the data. */
export function apply(page, { count = 0, insert, change, move, swap, remove, order }) {
  const { rows } = page;
  page.turn++;
  page.count += count;
  if (insert !== undefined) {
    rows.splice(insert.at, 0, insert.row);
    page.next++;
  }
  if (change !== undefined) rows[change.at] = { ...rows[change.at], value: change.value };
  if (move !== undefined) rows.splice(move.to, 0, ...rows.splice(move.from, 1));
  if (swap !== undefined) [rows[swap[0]], rows[swap[1]]] = [rows[swap[1]], rows[swap[0]]];
  if (remove !== undefined) rows.splice(remove, 1);
  if (order !== undefined) page.rows = order.map((at) => rows[at]);
}

/** The page after one patch of the browser part: always from the page as it begins, so that each can be undone. "base" is that page. */
export function variantOf(count, name, turn) {
  const page = { ...pageOf(count), next: count + turn, turn };
  if (name === "texts") page.rows = page.rows.map((row) => ({ ...row, value: -row.id - turn }));
  else if (name !== "base") apply(page, ACTIONS.find((action) => action.name === name).plan(page));
  return page;
}

export const PATCHES = ["click", "change", "head", "middle", "tail", "remove", "move", "swap", "shuffle", "texts"];

/** The numbers below `count` in an order that depends on the seed alone. */
export function shuffled(count, seed) {
  const order = Array.from({ length: count }, (_, at) => at);
  let state = seed * 2_654_435_761;
  for (let at = count - 1; at > 0; at--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}
