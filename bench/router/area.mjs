// Routers: the same tables and requests for everyone, the same work for everyone. A hit yields the value and an object
// of decoded parameters; a miss yields nothing. Wildcards are called "*" here, and what a subject calls them there.
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { createTables } from "./tables.mjs";

const github = JSON.parse(readFileSync(new URL("../data/routes/github.json", import.meta.url), "utf8")).routes;
const tables = createTables(github);

export const area = {
  name: "router",
  title: "Routers: time to find a route",
  ours: "busbar",
  notes: [
    "Tables: 12 short routes, the 203 routes of a large real API, 1,000 generated ones. Requests: static hits, hits with parameters (one value in eight percent-encoded), misses (half by method, half by path), and a mix of all three. Each case rotates over at least 64 different requests; every path is a new flat string. A table with fewer static paths than that has them asked for with a query, each time another: `static` and `mixed` on 12 and 203 routes. There, and only there, the adapters of routers that leave the query to their framework cut it off; find-my-way cuts it itself and is told not to parse it. Each subject was first checked against a slow list-scanning oracle on every request.",
    'Every hit yields an object of decoded parameters: where a router does not make one, its adapter in `bench/router/subjects` does. "build" is the time to add all routes and answer once.',
  ],
  subjects: {
    busbar: "subjects/busbar.mjs",
    "find-my-way": "subjects/find-my-way.mjs",
    rou3: "subjects/rou3.mjs",
    "rou3 compiled": "subjects/rou3-compiled.mjs",
    "hono RegExpRouter": "subjects/hono.mjs",
    memoirist: "subjects/memoirist.mjs",
  },
  cases: tables.flatMap(({ name }) => ["static", "params", "misses", "mixed"].map((kind) => `${name}, ${kind}`)),

  input(caseName) {
    const [tableName, kind] = caseName.split(", ");
    const table = tables.find(({ name }) => name === tableName);
    const requests = table.requests[kind];
    return { routes: table.routes, requests, queries: requests.some(({ path }) => path.includes("?")) };
  },
  requests: (input) => input.requests,
  build(subject, input) {
    const find = subject.create(input.routes, { queries: input.queries });
    find("GET", "/");
    return find;
  },
  answer(subject, find, request) {
    const found = subject.read(find(request.method, flat(request.path)));
    if (found === undefined) return undefined;
    const params = Object.entries(found.params ?? {}).map(([name, value]) => [
      name === subject.wildcard ? "*" : name,
      value,
    ]);
    return { value: found.value, params: Object.fromEntries(params) };
  },
  fresh(requests, count) {
    const start = Math.floor(Math.random() * requests.length);
    return Array.from({ length: count }, (_, i) => {
      const { method, path } = requests[(start + i) % requests.length];
      return { method, path: flat(path) };
    });
  },
  loop(find, batch) {
    let hits = 0;
    for (let i = 0; i < batch.length; i++) {
      const { method, path } = batch[i];
      const found = find(method, path);
      if (found !== undefined && found !== null) hits++;
    }
    return hits;
  },
  emptyLoop(batch) {
    let length = 0;
    for (let i = 0; i < batch.length; i++) {
      const { method, path } = batch[i];
      length += method.length + path.length;
    }
    return length;
  },
};

// A new string with characters of its own: not a constant, not a slice, not a concatenation, its hash not computed.
function flat(text) {
  return Buffer.from(text, "latin1").latin1Slice();
}
