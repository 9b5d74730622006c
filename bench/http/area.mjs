// HTTP: the same answers over real sockets, by everyone; the pipeline alone; ways to write a reply.
import { NAMES, RENDERED_CASE } from "./names.mjs";

const OURS = "ours";
const PEERS = "peers";
const CEILING = "ceiling";

// What is compared stands side by side, so that it is also timed one right after the other.
export const area = {
  name: "http",
  title: "HTTP: requests per second, and what the pipeline costs",
  notes: [
    "Real sockets on loopback, HTTP/1.1, keep-alive, 50 connections with one request under way on each. Every server runs in a process of its own with `NODE_ENV=production`, on one processor core, its young generation as large from the start as it becomes under load (16 MiB, `--min-semi-space-size`: in its first 130,000 requests Koa was collected three times as often as Fastify, 76 and 23 times in 40,000, and 40 and 23 times once both had grown); the load generator runs in its own process on another. Each server is started six times; in each start every subject is warmed up and then timed in six rounds of a tenth of a second, one subject after the other, over connections that stay open; the order turns by one each round, and every other round goes the other way.",
    "Before anything is timed, each subject answers every request of the case, and its status, content type, other headers that the case asks for, and body are compared with answers made from the data alone; bad bodies must be refused with 400, blocked requests with 403, unknown paths with 404.",
    "Cases: a text of 13 bytes; an object of seven fields as JSON; a page of 20 KiB as a kept string, and the same page rendered by `busbar/html` for each request, by everyone; a note posted as JSON, checked by the same zod schema and sent back; the 203 routes of a large real API behind five middlewares (four look for a header and refuse, one adds one), asked for in turn with the sample path of each. Fastify serializes the JSON case from a response schema. `node:http` is a handler written by hand that does the same work, writes each head by one `writeHead` with the length in it, and has a tree of maps for the 203 routes. Koa has a router (koa-tree-router) in the last case alone, elsewhere it compares paths. Express runs without `x-powered-by` and `etag`. `express behind busbar` asks for Express's own routes while an app of 203 other routes stands in front; `raw handler under app.use` is the handler of `node:http` under `app.use` of Express.",
    "Server µs is the processor time, kernel included, that the server's process takes per request, from the first to the last of a round: the first figure here, since it is the same whoever else uses the machine, and whether server or generator is what limits. Ratios are of it, the other's over ours: 1 is as fast, more is faster. Of each start the median of its paired ratios is taken; what is told is the geometric mean of the starts with its 95 % interval (Student's t on the logarithms). Two processes of the very same server differ by 1 to 4 % for as long as they run, by where the engine has put what and what it compiled when, so that more rounds of one process narrow nothing: more starts do. Requests per second are medians of all rounds, and suffer from whatever else the machine does.",
  ],
  groups: { [OURS]: OURS, [PEERS]: PEERS, [CEILING]: CEILING },
  subjects: {
    [NAMES.bare]: { file: "node.mjs", make: "bare", group: CEILING },
    [NAMES.node]: { file: "node.mjs", make: "busbar", group: OURS },
    [NAMES.fastify]: { file: "fastify.mjs", make: "own", group: PEERS },
    [NAMES.onFastify]: { file: "fastify.mjs", make: "busbar", group: OURS },
    [NAMES.koa]: { file: "koa.mjs", make: "own", group: PEERS },
    [NAMES.onKoa]: { file: "koa.mjs", make: "busbar", group: OURS },
    [NAMES.inFront]: { file: "express.mjs", make: "inFront", group: OURS },
    [NAMES.express]: { file: "express.mjs", make: "own", group: PEERS },
    [NAMES.behind]: { file: "express.mjs", make: "behind", group: PEERS },
    [NAMES.raw]: { file: "express.mjs", make: "raw", group: CEILING },
    [NAMES.under]: { file: "express.mjs", make: "under", group: OURS },
    h3: { file: "h3.mjs", make: "own", group: PEERS },
    hono: { file: "hono.mjs", make: "own", group: PEERS },
    polka: { file: "polka.mjs", make: "own", group: PEERS },
  },
  /** Where rendering is most of the work, few are asked. */
  only: { [RENDERED_CASE]: [NAMES.bare, NAMES.node, NAMES.fastify] },

  async run(session) {
    // not at the top: reading the area should not load what runs it
    const { runArea } = await import("./run.mjs");
    return runArea(area, session);
  },
};
