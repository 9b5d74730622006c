// What was built and is not in the library, each with what this run says of it.
const from = (name, tried, over) => ({ case: name, tried, over });

const REQUEST = "a request: 1 context, 1 params, 3 frames, 8 diff nodes";
const JSON_ROW = "JSON in bytes, one row";
const JSON_ROWS = "JSON in bytes, 100 rows";

export const dropped = [
  {
    what: "one arena of pools for a request",
    from: from(REQUEST, "arena of pools", "new objects"),
    reason:
      "resetting costs more than the young generation's collector, and an object that a handler keeps past its request would become another's",
  },
  {
    what: "free lists of contexts, params, frames and diff nodes, together",
    from: from(REQUEST, "typed free lists", "new objects"),
    reason: "as above",
  },
  ...["context", "params", "frame", "diff node"].map((shape) => ({
    what: `free list of one shape: ${shape}`,
    from: from(`one ${shape}, 256 alive`, "typed free list", "new objects"),
    reason: "what it gains alone are nanoseconds, and they are gone as soon as several are used together",
  })),
  {
    what: "bump arena that gives out places",
    from: from("a place of 16 to 79 bytes", "bump arena", "Buffer.allocUnsafe"),
    reason: "what needs places here writes into them at once, and in order: a writer with marks is that arena",
  },
  {
    what: "state behind an object literal with a getter, in what is called most",
    from: from("a place of 16 to 79 bytes", "bump arena, literal with a getter", "bump arena"),
    reason: "the engine inlines neither the getter nor what stands beside it",
  },
  {
    what: "stack in shared memory",
    from: from("push and pop", "shared stack", "array"),
    reason: "threads talk through queues here; nothing is taken from a common heap of things",
  },
  {
    what: "read-copy-update table in shared memory",
    from: from("look a number up, 512 rows", "shared versioned table", "map"),
    reason: "threads share no table that changes; within one thread a reference to a new map is the whole of it",
  },
  {
    what: "equality by SIMD",
    from: from("equal, 4 KiB", "SIMD, copied in", "Buffer.equals"),
    reason: "the bytes lie in memory of JavaScript: copying them in costs more than Node's own comparison",
  },
  {
    what: "counting a byte by SIMD",
    from: from("count a byte, 4 KiB", "SIMD, copied in", "our loop"),
    reason: "nothing here counts bytes; what looks for some is among the scans",
  },
  {
    what: "hashes of many numbers at once by SIMD",
    from: from("hash numbers, 4 KiB of them", "SIMD, copied in", "one by one"),
    reason: "hashes are taken of one thing at a time here: of a page, of a table of routes, of an address",
  },
  {
    what: "equal-fold",
    from: from("equal but for case, names of headers", "equal-fold", "length, then toLowerCase"),
    reason: "Node hands the names of headers over in lower case; the few that are compared are compared once a reply",
  },
  {
    what: "compact map, building",
    from: from("build a map of 1,000 numbers", "compact map", "Map"),
    reason: "maps here are small or keyed by text; where numbers are keys (documents), they are sorted columns already",
  },
  {
    what: "compact map, looking up",
    from: from("look up one of 100,000 numbers", "compact map", "Map"),
    reason: "as above",
  },
  {
    what: "digits of integers straight into bytes",
    from: from("format an integer into bytes", "digits by pairs", "string, then Writer.utf8"),
    reason: "it wins, and has no user: pages are gathered as text, frames and documents are binary",
  },
  {
    what: "integers straight out of bytes",
    from: from("parse an integer from bytes", "digit by digit", "latin1Slice, then Number"),
    reason: "it wins, and has no user: Node hands headers and addresses over as strings",
  },
  {
    what: "JSON writer straight into bytes, one row",
    from: from(JSON_ROW, "JSON writer", "stringify"),
    reason: "a reply leaves as a string, which Node sends in one piece with its head",
  },
  {
    what: "JSON writer straight into bytes, 100 rows",
    from: from(JSON_ROWS, "JSON writer", "stringify"),
    reason: "as above; and the longer the value, the further ahead is the engine's own",
  },
  {
    what: "semaphore",
    from: from("64 tasks, four at once", "semaphore", "batch (busbar/app) of one"),
    reason: "what limits how much runs at once here (`batch`, the worker pool) must know its queue anyway",
  },
  {
    what: "log-linear histogram",
    from: from("count a duration, p99 every 4,096", "log-linear histogram", "perf_hooks histogram"),
    reason:
      "measurements go to the meter of the application (`metrics`), and the load harnesses run where `node:perf_hooks` has one",
  },
  {
    what: "spans in a ring of columns",
    from: from("five spans of a request", "ring of columns", "objects"),
    reason: "spans belong to the tracer of the application; `traceContext` hands it the ids",
  },
];
