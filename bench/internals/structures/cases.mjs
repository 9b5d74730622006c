// Interner, deque, LRU and bitset against what stands in the language, and the two of the long list that were tried here.
const subject = (file) => new URL(`./subjects/${file}`, import.meta.url).href;
const tried = (file) => new URL(`./tried/${file}`, import.meta.url).href;

const names = (intern) => ({
  createInterner: intern("names.mjs?intern"),
  "Map, by a hash of the bytes": subject("names.mjs?map"),
  "Buffer.latin1Slice": subject("names.mjs?latin1Slice"),
  "Buffer.utf8Slice": subject("names.mjs?utf8Slice"),
  TextDecoder: subject("names.mjs?decoder"),
});
const OURS = "createInterner";

export const part = {
  name: "structures",
  title: "Structures",
  notes: [
    "Column storage is in `busbar/signals/columns` and measured with the signals. The longest rise stands once, in `busbar/pool`, for the moves of lists in patch and collections.",
  ],
  cases: [
    { name: "a name out of bytes", subjects: names(subject), ours: OURS, allocates: true },
    { name: "a name out of bytes, looked up in a Map", subjects: names(subject), ours: OURS, allocates: true },
    { name: "long values out of bytes", subjects: names(subject), ours: "Buffer.latin1Slice", tried: [OURS] },
    ...["1", "1,000", "100,000"].map((depth) => ({
      name: `queue, ${depth} waiting`,
      subjects: {
        createDeque: subject("queue.mjs?deque"),
        "array, push and shift": subject("queue.mjs?array"),
        "FixedQueue of piscina": subject("queue.mjs?fixed"),
      },
      ours: "createDeque",
    })),
    ...["256", "10,000"].map((max) => ({
      name: `LRU, ${max} entries`,
      subjects: {
        createLru: subject("lru.mjs?lru"),
        "createLru, byte budget": subject("lru.mjs?bytes"),
        "lru-cache": subject("lru.mjs?package"),
        "Map, deleted and set again": subject("lru.mjs?map"),
      },
      ours: ["createLru", "createLru, byte budget"],
    })),
    ...["has", "rank", "select"].map((what) => ({
      name: `${what}, 100,000 integers`,
      subjects: {
        createBitset: subject("bits.mjs?bitset"),
        ...(what === "has" ? { Set: subject("bits.mjs?set") } : {}),
        "sorted list": subject("bits.mjs?sorted"),
      },
      ours: "createBitset",
    })),
    {
      name: "equal but for case",
      subjects: { toLowerCase: tried("fold.mjs?lower"), "unit by unit": tried("fold.mjs?loop") },
      ours: "toLowerCase",
      tried: ["unit by unit"],
      allocates: true,
    },
    {
      name: "integers to integers",
      subjects: { Map: tried("numbers.mjs?map"), "compact map": tried("numbers.mjs?compact") },
      ours: "Map",
      tried: ["compact map"],
    },
  ],
  dropped: [
    {
      what: "interning of long values",
      from: { case: "long values out of bytes", tried: OURS, over: "Buffer.latin1Slice" },
      reason:
        "comparing byte by byte costs more than a copy: beyond 24 bytes createInterner decodes, unless it is told otherwise",
    },
    {
      what: "equality but for ASCII case",
      from: { case: "equal but for case", tried: "unit by unit", over: "toLowerCase" },
      reason: "toLowerCase gives back the text it got where nothing is to be lowered, which is nearly always",
    },
    {
      what: "compact map from integers to integers",
      from: { case: "integers to integers", tried: "compact map", over: "Map" },
      reason:
        "faster, but nothing here maps integers to integers where it counts: rows are in columns, runs of documents in trees; and it neither deletes nor takes other keys",
    },
  ],
};
