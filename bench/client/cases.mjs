// What is measured in the browser. `style`: how the reply goes into the page; `count`: rows, parts or elements. Only where rows are to be
// told apart they have ids: some clients look every id of a reply up in the page.
const ROWS = 1000;
const PARTS = 50;

/** Swaps: a click, the request, a reply from memory, and the page as it should be then. */
export const SWAPS = [
  { name: "inner, 1,000 plain rows", style: "inner", count: ROWS },
  { name: "outer, 1,000 plain rows", style: "outer", count: ROWS },
  { name: "inner, 1,000 attributed rows", style: "inner", count: ROWS, isAttributed: true },
  { name: "outer, 1,000 attributed rows", style: "outer", count: ROWS, isAttributed: true },
  { name: "inner, 1,000 attributed rows with ids", style: "inner", count: ROWS, isAttributed: true, hasIds: true },
  { name: "morph, 1,000 plain rows, all texts new", style: "morph", count: ROWS, hasIds: true },
  {
    name: "morph, 1,000 attributed rows, all texts new",
    style: "morph",
    count: ROWS,
    hasIds: true,
    isAttributed: true,
  },
  { name: "morph, 1,000 plain rows that move on", style: "morph", count: ROWS, hasIds: true, moves: true },
  { name: "out of band, 50 parts", style: "oob", count: PARTS },
];

/** Start-ups: the script is evaluated in a page that is there, until a click on its last element has become a request. */
export const START_UPS = [1000, 10_000].map((count) => ({
  name: `start-up, ${count.toLocaleString("en-US")} elements`,
  style: "inner",
  count,
  isAttributed: true,
}));

/** The page whose memory is looked at: swapped again and again. */
export const KEPT = { name: "memory after 1,000 swaps", style: "inner", count: 100, isAttributed: true };
