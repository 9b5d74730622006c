// Requests to a table, and the answers they must get.
import { findSlowly, prepare } from "./oracle.mjs";

const MIN_REQUESTS = 64;
const FEW = MIN_REQUESTS * 2;

/** What is asked for. "mixed" has as many of each of the first three. */
export const KINDS = ["static", "params", "misses", "mixed"];

/** Hits of equal length, whatever else is in the table: what its size alone costs. */
export const FOUR_SEGMENTS = "four segments";

/** The requests of one kind; each has the answer it must get. */
export function requestsOf(routes, kind) {
  if (kind === "mixed") return interleave(KINDS.slice(0, 3).map((one) => requestsOf(routes, one)));
  const table = prepare(routes);
  return plain(routes, kind).flatMap(({ method, path, missing }) => {
    const expected = findSlowly(table, method, path);
    if (missing && expected !== undefined) return []; // what was to be a miss is another route's hit
    return [{ name: `${method} ${path}`, method, path, expected }];
  });
}

function plain(routes, kind) {
  if (kind === "static") return staticHits(routes);
  if (kind === "params") return paramHits(routes);
  if (kind === "misses") return misses(routes);
  const four = routes.filter(({ pattern }) => /^(\/[^/*]+){4}$/.test(pattern));
  return spread(four).map((route, i) => ({ method: route.method, path: fill(route.pattern, i) }));
}

function staticHits(routes) {
  const statics = routes.filter(isStatic);
  return spread(statics).map(({ method, pattern }, i) => {
    const query = statics.length < MIN_REQUESTS ? `?page=${i}` : ""; // few paths: queries make the strings differ
    return { method, path: pattern + query };
  });
}

function paramHits(routes) {
  const dynamic = routes.filter((route) => !isStatic(route));
  return spread(dynamic).map(({ method, pattern }, i) => ({ method, path: fill(pattern, i) }));
}

// In turn: a method that no route has, one segment too many, a method that others have, another last letter.
function misses(routes) {
  const methods = [...new Set(routes.map(({ method }) => method))];
  return spread(routes).map(({ method, pattern }, i) => {
    const path = fill(pattern, i);
    if (i % 4 === 0) return { method: "PURGE", path, missing: true };
    if (i % 4 === 1) return { method, path: `${path}/none-${i}`, missing: true };
    const other = methods[(methods.indexOf(method) + 1) % methods.length];
    if (i % 4 === 2) return { method: other, path, missing: true };
    return { method, path: fill(misspelt(pattern), i), missing: true };
  });
}

function misspelt(pattern) {
  const segments = pattern.split("/");
  const at = segments.findLastIndex((segment) => /^[^:*]+$/.test(segment));
  return segments.with(at, `${segments[at].slice(0, -1)}~`).join("/");
}

function isStatic({ pattern }) {
  return !/[:*]/.test(pattern);
}

// At least enough requests, each route in turn, in an order that does not follow the table's.
function spread(routes) {
  const count = Math.max(FEW, routes.length);
  const step = [37, 41, 43].find((prime) => routes.length % prime !== 0);
  return Array.from({ length: count }, (_, i) => routes[(i * step) % routes.length]);
}

function fill(pattern, seed) {
  let i = seed;
  return pattern.replace(/:\w+/g, () => value(i++)).replace("*", `css/v${seed}/site.css`);
}

// one in eight is percent-encoded
function value(seed) {
  return seed % 8 === 5 ? `caf%C3%A9-${seed}%20x` : `${["item", "j.doe", "x", "7f3a"][seed % 4]}${seed * 31}`;
}

function interleave(lists) {
  const size = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: size }, (_, i) => lists.map((list) => list[i % list.length])).flat();
}
