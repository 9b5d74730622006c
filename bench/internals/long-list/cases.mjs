// The long list: what was once thought to belong into a toolbox like this one. Each is built, and kept only where it wins and somebody uses it. `ours` is
// what the library does; what was tried instead of it stands beside it.
import { dropped } from "./dropped.mjs";

const subject = (file) => new URL(`./subjects/${file}`, import.meta.url).href;
const OBJECTS = "new objects";
const FREE_LIST = "typed free list";

export const part = {
  name: "long-list",
  title: "The long list",
  notes: [
    "What was once thought to belong into a toolbox like this one, and is not in a part of its own above. In bold stands what the library does; `(tried)` marks what was built and measured instead of it, or for a need that nobody has. Column storage is measured with the signals (`bench/results/signals.md`), queues for many producers and work stealing with the queue.",
  ],
  cases: [
    {
      name: "a request: 1 context, 1 params, 3 frames, 8 diff nodes",
      subjects: {
        [OBJECTS]: subject("request.mjs?fresh"),
        "typed free lists": subject("request.mjs?lists"),
        "arena of pools": subject("request.mjs?arena"),
      },
      ours: OBJECTS,
      tried: ["typed free lists", "arena of pools"],
      allocates: true,
    },
    ...["context", "params", "frame", "diff node"].map((shape) => ({
      name: `one ${shape}, 256 alive`,
      subjects: { [OBJECTS]: subject("objects.mjs?fresh"), [FREE_LIST]: subject("objects.mjs?list") },
      ours: OBJECTS,
      tried: [FREE_LIST],
      allocates: true,
    })),
    {
      name: "a place of 16 to 79 bytes",
      subjects: {
        "bump arena": subject("places.mjs?ours"),
        "bump arena, literal with a getter": subject("places.mjs?closures"),
        "Buffer.allocUnsafe": subject("places.mjs?unsafe"),
        "new Uint8Array": subject("places.mjs?array"),
      },
      ours: "Buffer.allocUnsafe",
      tried: ["bump arena", "bump arena, literal with a getter"],
      allocates: true,
      targets: [{ text: "arena: an allocation within 10 ns", ours: "bump arena", nsAtMost: 10, aim: true }],
    },
    {
      name: "a scratch buffer of 4 KiB",
      subjects: { "busbar/pool": subject("lease.mjs?pool"), "Buffer.allocUnsafe": subject("lease.mjs?unsafe") },
      ours: "busbar/pool",
      allocates: true,
      targets: [{ text: "pool: acquire and release within 50 ns", nsAtMost: 50, aim: true }],
    },
    {
      name: "find a byte, 64 KiB",
      subjects: {
        "Buffer.indexOf": subject("find-byte.mjs?buffer"),
        "Uint8Array.indexOf": subject("find-byte.mjs?array"),
        "our loop": subject("find-byte.mjs?loop"),
      },
      ours: "Buffer.indexOf",
      tried: ["our loop"],
      targets: [{ text: "a scan at 10 GB/s", bytesPerSecondAtLeast: 10e9, aim: true }],
    },
    {
      name: "equal, 4 KiB",
      subjects: {
        "Buffer.equals": subject("simd.mjs?native"),
        "our loop": subject("simd.mjs?loop"),
        "SIMD, where the bytes are": subject("simd.mjs?simd"),
        "SIMD, copied in": subject("simd.mjs?copied"),
      },
      ours: "Buffer.equals",
      tried: ["our loop", "SIMD, where the bytes are", "SIMD, copied in"],
    },
    {
      name: "count a byte, 4 KiB",
      subjects: {
        "our loop": subject("simd.mjs?loop"),
        "SIMD, where the bytes are": subject("simd.mjs?simd"),
        "SIMD, copied in": subject("simd.mjs?copied"),
      },
      ours: "our loop",
      tried: ["SIMD, where the bytes are", "SIMD, copied in"],
    },
    {
      name: "hash numbers, 4 KiB of them",
      subjects: { "one by one": subject("simd.mjs?loop"), "SIMD, copied in": subject("simd.mjs?copied") },
      ours: "one by one",
      tried: ["SIMD, copied in"],
    },
    {
      name: "equal but for case, names of headers",
      subjects: {
        "length, then toLowerCase": subject("fold.mjs?length"),
        toLowerCase: subject("fold.mjs?lower"),
        "equal-fold": subject("fold.mjs?fold"),
      },
      ours: "length, then toLowerCase",
      tried: ["equal-fold"],
    },
    ...["build a map of 1,000 numbers", "look up one of 100,000 numbers"].map((name) => ({
      name,
      subjects: { Map: subject("numbers.mjs?map"), "compact map": subject("numbers.mjs?compact") },
      ours: "Map",
      tried: ["compact map"],
      allocates: true,
    })),
    {
      name: "format an integer into bytes",
      subjects: {
        "string, then Writer.utf8": subject("integer-format.mjs?string"),
        "string, then latin1Write": subject("integer-format.mjs?latin1"),
        "digits by pairs": subject("integer-format.mjs?ours"),
      },
      ours: "string, then Writer.utf8",
      tried: ["digits by pairs"],
      allocates: true,
    },
    {
      name: "parse an integer from bytes",
      subjects: {
        "latin1Slice, then Number": subject("integer-parse.mjs?latin1"),
        "TextDecoder, then Number": subject("integer-parse.mjs?decoder"),
        "digit by digit": subject("integer-parse.mjs?ours"),
      },
      ours: "latin1Slice, then Number",
      tried: ["digit by digit"],
      allocates: true,
    },
    ...["one row", "one row, of 32 shapes", "100 rows"].map((size) => ({
      name: `JSON in bytes, ${size}`,
      subjects: {
        stringify: subject("json.mjs?text"),
        "stringify, then TextEncoder": subject("json.mjs?encoder"),
        "stringify, then Buffer.from": subject("json.mjs?buffer"),
        "stringify, then encodeInto": subject("json.mjs?into"),
        "JSON writer": subject("json.mjs?ours"),
      },
      ours: "stringify",
      tried: ["JSON writer"],
      allocates: true,
    })),
    {
      name: "64 calls in one turn, each for a trip",
      subjects: { "batch (busbar/app)": subject("batching.mjs?batch"), "a trip each": subject("batching.mjs?single") },
      ours: "batch (busbar/app)",
    },
    {
      name: "64 tasks, four at once",
      subjects: {
        "batch (busbar/app) of one": subject("limits.mjs?batch"),
        "no limit": subject("limits.mjs?free"),
        semaphore: subject("limits.mjs?ours"),
      },
      ours: "batch (busbar/app) of one",
      tried: ["semaphore"],
      allocates: true,
    },
    {
      name: "count a duration, p99 every 4,096",
      subjects: {
        "perf_hooks histogram": subject("histogram.mjs?node"),
        "array, sorted": subject("histogram.mjs?sorted"),
        "log-linear histogram": subject("histogram.mjs?ours"),
      },
      ours: "perf_hooks histogram",
      tried: ["log-linear histogram"],
      allocates: true,
    },
    {
      name: "five spans of a request",
      subjects: { objects: subject("spans.mjs?objects"), "ring of columns": subject("spans.mjs?ours") },
      ours: "objects",
      tried: ["ring of columns"],
      allocates: true,
    },
    {
      name: "start and clear a timer",
      subjects: { "as it is": subject("timers.mjs?plain"), "under checkLeaks": subject("timers.mjs?checked") },
      ours: ["as it is", "under checkLeaks"],
    },
    {
      name: "push and pop",
      subjects: { array: subject("stack.mjs?array"), "shared stack": subject("stack.mjs?ours") },
      ours: "array",
      tried: ["shared stack"],
    },
    {
      name: "look a number up, 512 rows",
      subjects: {
        map: subject("table.mjs?map"),
        "map, replaced as a whole": subject("table.mjs?snapshot"),
        "shared versioned table": subject("table.mjs?ours"),
      },
      ours: "map",
      tried: ["shared versioned table"],
    },
  ],
  dropped,
};
