// Scans over bytes: by vectors of WebAssembly where they win, and what was tried with them and lost.
const subject = (file) => new URL(`./subjects/${file}`, import.meta.url).href;
const tried = (file) => new URL(`./tried/${file}`, import.meta.url).href;

const SIZES = { "64 B": 64, "256 B": 256, "1 KiB": 1024, "16 KiB": 16_384, "1 MiB": 1_048_576 };
const OURS = "createByteSet";
const COPIED = "WebAssembly, both copied in";
const UTF8 = "WebAssembly, ASCII only";

export const part = {
  name: "scan",
  title: "Scanning bytes",
  notes: [
    "`createByteSet` copies bytes into WebAssembly's memory, at most 16 KiB at a time, and looks at 64 of them at once; below 32 bytes it is a loop, and beyond 4 KiB Node's own search for each value, where there are up to four. Nothing is found in the cases called `find`, so all of it is scanned.",
  ],
  cases: [
    ...Object.entries(SIZES).map(([size, at]) => ({
      name: `find one of four, ${size}`,
      subjects: {
        [OURS]: subject("find.mjs?set"),
        "loop over a table": subject("find.mjs?loop"),
        "indexOf for each": subject("find.mjs?indexOf"),
        "regular expression": subject("find.mjs?regex"),
      },
      ours: OURS,
      line: { plot: "find one of four bytes", at },
      ...(at === 16_384
        ? { targets: [{ text: "a scan for several bytes at 10 GB/s", bytesPerSecondAtLeast: 10e9, aim: true }] }
        : {}),
    })),
    {
      name: "count, 1 KiB",
      subjects: {
        [OURS]: subject("count.mjs?set"),
        loop: subject("count.mjs?loop"),
        "indexOf again and again": subject("count.mjs?indexOf"),
      },
      ours: OURS,
    },
    ...["64 B", "16 KiB"].map((size) => ({
      name: `equal, ${size}`,
      subjects: {
        "Buffer.equals": subject("platform.mjs?equals"),
        [COPIED]: tried("vectors.mjs?equals"),
        loop: tried("vectors.mjs?loop"),
      },
      ours: "Buffer.equals",
      tried: [COPIED, "loop"],
    })),
    ...["256 B", "16 KiB"].map((size) => ({
      name: `valid UTF-8, ${size}`,
      subjects: { "isUtf8 (node:buffer)": subject("platform.mjs?isUtf8"), [UTF8]: tried("vectors.mjs?ascii") },
      ours: "isUtf8 (node:buffer)",
      tried: [UTF8],
    })),
  ],
  dropped: [
    {
      what: "equality by vectors",
      from: { case: "equal, 16 KiB", tried: COPIED, over: "Buffer.equals" },
      reason: "both sides have to be copied in first, and Buffer.equals compares them where they are",
    },
    {
      what: "validity of UTF-8 by vectors",
      from: { case: "valid UTF-8, 16 KiB", tried: UTF8, over: "isUtf8 (node:buffer)" },
      reason:
        "looking for bytes above 127 alone, the least such a check has to do, is slower than the whole check of the platform",
    },
  ],
};
