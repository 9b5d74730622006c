// What a reader of the results has to know.
import { UPSTREAM } from "./upstream.mjs";

export const CORE_NOTES = [
  `The shapes are those of ${UPSTREAM.repository} at commit ${UPSTREAM.commit}, written anew: kairo and molBench, sBench's creations and updates, cellx, and the six dynamic graphs (their dynamic nodes drawn by another generator, so sums differ from those published), watched by one effect. \`each write\` is sBench's updates with the effects run for every write, \`unwatched\` has computeds that no effect depends on; these two are ours. Written values only ever rise, so no write is for nothing. Creations count 10,000 signals or links, and their time is without disposal.`,
  "Before anything is timed, each library's sums and numbers of runs are compared with those of a slow graph that looks at every source (`bench/signals/oracle.mjs`). solid-js may run more often, as its memos run although nobody reads them; it and mobx have no unwatched graphs, and svelte computes shared ones over and over.",
  "Each library runs by itself in a process for each family, three times anew, with `NODE_ENV=production`; in each process a shape is warmed up, then timed in four rounds of 15 ms, one library after the other, after a full collection. Times are medians of all rounds; a ratio is taken round by round, and in brackets stands the 95 % interval of its median (sign test). A family's ratio is the geometric mean over its shapes, taken in each round.",
  "Each in its own documented way: solid-js and svelte by their builds for browsers (under Node's conditions they do not react), svelte compiled from a module with runes, Vue's effects queued and flushed as its renderer does, Angular's by a scheduler for its `effect` that runs them when told, the proposal's polyfill by a watcher for each graph.",
];

export const HEAP_NOTE =
  "Heap per node, of 100,000, closures included, after three collections, without optimised code. A computed and an effect have one signal each, made before, and have read it. Kept: what the heap has grown by for each of 100,000 computeds that were read once and dropped, while the one signal they read lives on.";

export const ROWS_NOTE =
  "Orders change one at a time: another rank and amount, and in every fourth the state that is filtered by. Timed is the write and all that follows, to the last delta that a sink is handed. Half of the rows pass the filter; there are 100 regions, and customers for nine orders in ten. `recompute` makes everything anew from an array. Rows are asserted equal to it after some changes.";

export const COLUMNS_NOTE =
  "Prices (64-bit floats), quantities (32-bit integers) and 40 names of cities, as two typed arrays and an array of strings. Converting: from these to what a subject asks. Nothing is kept from one question to the next: filters differ each time, and aggregates are new ones. Together: converting and the first question. Answers are compared with loops over the arrays (floats summed in another order may differ by a billionth). DuckDB is filled by its appender in chunks and asked in SQL; nodejs-polars and DuckDB run on as many threads as they like. `One cell`: a price is set, and the filtered sum read again.";

export const PAGE_NOTE =
  "A page of 20 questions about 100,000 orders: each question has a slider and 20 results, so that the slider that is moved drives 20 of 400. Everything anew: all results are computed and all templates evaluated, as frameworks do that run the script again; then the page is sent, or only what differs from the last one. Incremental: results and sections are computeds. Calls are those of results and templates. All three show the same page after every move.";
