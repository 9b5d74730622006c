// Scratch memory and what is written into it: the pool, the writer and text as UTF-8, against what Node gives for free.

const SIZES = ["64 B", "1 KiB", "4 KiB", "16 KiB", "64 KiB", "1 MiB"];
const MESSAGES = ["64 B", "4 KiB", "64 KiB", "1 MiB"];
const TEXTS = ["8 B", "64 B", "1 KiB", "16 KiB", "1 MiB"];
const PAGES = { "2 KiB": 1, "20 KiB": 1, "170 KiB": 1.3 };
const OURS = "busbar";
const JOINED = "concatenation, encodeInto a lease";
const PIECES = "writer, piece by piece";
const LISTED = "writer, pieces in an array";
const WIDE = "writer, 32 Ki units at a time";
const UNITS = { B: 1, KiB: 1024, MiB: 1_048_576 };

export const part = {
  name: "memory",
  title: "Scratch memory, writers and text",
  notes: [
    "A lease is taken, written to on each page of 4 KiB and released; the others leave their memory to the collector. A page is some hundred to " +
      "some ten thousand short pieces of text; the writer gets them gathered to 16 Ki units, as html does. A quarter of the texts is not ASCII.",
  ],
  cases: [
    ...SIZES.map((size) => ({
      name: `lease of ${size}`,
      subjects: {
        [OURS]: subject("lease.mjs?pool"),
        "Buffer.allocUnsafe": subject("lease.mjs?unsafe"),
        "Buffer.allocUnsafeSlow": subject("lease.mjs?slow"),
        "new Uint8Array": subject("lease.mjs?array"),
      },
      ours: OURS,
      allocates: true,
      line: { plot: "lease", at: bytesOf(size) },
      targets:
        size === "4 KiB"
          ? [{ text: "pool: acquire, touch and release 4 KiB within 50 ns", nsAtMost: 50, aim: true }]
          : [],
    })),
    ...MESSAGES.map((size) => ({
      name: `message of ${size} from eight parts`,
      subjects: {
        [OURS]: subject("gather.mjs?writer"),
        "busbar, into a lease": subject("gather.mjs?leased"),
        bl: subject("gather.mjs?bl"),
        "Buffer.concat": subject("gather.mjs?concat"),
      },
      ours: [OURS, "busbar, into a lease"],
      line: { plot: "message", at: bytesOf(size) },
    })),
    ...Object.entries(PAGES).map(([size, atLeast]) => ({
      name: `page of ${size} from pieces of text`,
      subjects: {
        [OURS]: subject("page.mjs?writer"),
        [WIDE]: subject("page.mjs?wide"),
        [PIECES]: subject("page.mjs?pieces"),
        [LISTED]: subject("page.mjs?listed"),
        [JOINED]: subject("page.mjs?into"),
        "concatenation, Buffer.from": subject("page.mjs?from"),
      },
      ours: OURS,
      tried: [PIECES, LISTED, WIDE],
      times: 3,
      targets: [{ text: `writer, ${size} page: ${atLeast} of ${JOINED}`, peer: JOINED, atLeast }],
    })),
    ...TEXTS.map((size) => ({
      name: `text of ${size} written`,
      subjects: {
        [OURS]: subject("text.mjs?writer"),
        encodeInto: subject("text.mjs?into"),
        "Buffer.write": subject("text.mjs?write"),
        msgpackr: subject("text.mjs?msgpackr"),
        "byteLength and latin1Write": subject("text.mjs?ascii"),
        ...(bytesOf(size) > 1024 ? {} : { "hand loop": subject("text.mjs?loop") }),
      },
      ours: OURS,
      tried: ["byteLength and latin1Write", ...(bytesOf(size) > 1024 ? [] : ["hand loop"])],
      line: { plot: "text-written", at: bytesOf(size) },
    })),
    ...["8 B", "64 B", "1 KiB", "16 KiB"].map((size) => ({
      name: `text of ${size} read`,
      subjects: {
        [OURS]: subject("read.mjs?reader"),
        "TextDecoder, fatal": subject("read.mjs?decoder"),
        "Buffer.utf8Slice, refuses nothing": subject("read.mjs?slice"),
      },
      ours: OURS,
      line: { plot: "text-read", at: bytesOf(size) },
    })),
    ...["16 KiB", "2 MiB"].map((size) => ({
      name: `detach of ${size}`,
      subjects: {
        [OURS]: subject("detach.mjs?detach"),
        "copy always": subject("detach.mjs?copy"),
        "hand the buffer on": subject("detach.mjs?give"),
      },
      ours: OURS,
      tried: ["copy always", "hand the buffer on"],
    })),
  ],
  dropped: [
    {
      what: "each piece of a page into the writer by itself",
      from: { case: "page of 20 KiB from pieces of text", tried: PIECES, over: OURS },
      reason:
        "a piece is 10 to 30 characters: joining them is a pointer each, and flattening 16 Ki units is one pass in cache",
    },
    {
      what: "the pieces of a page in an array, joined at the end",
      from: { case: "page of 20 KiB from pieces of text", tried: LISTED, over: OURS },
      reason: "for each piece the engine's join takes longer than a node of a rope and its flattening",
    },
    {
      what: "Buffer.byteLength first, latin1Write for what is ASCII",
      from: { case: "text of 1 KiB written", tried: "byteLength and latin1Write", over: OURS },
      reason:
        "the second pass and the second call cost more than the faster copy gains, but for ASCII alone above 4 KiB",
    },
  ],
};

function subject(file) {
  return new URL(`./subjects/${file}`, import.meta.url).href;
}

function bytesOf(size) {
  const [number, unit] = size.split(" ");
  return Number(number) * UNITS[unit];
}
