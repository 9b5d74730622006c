// Hashes: XXH64 for contents and HalfSipHash-1-3 for keys, against the package that has the first and against what Node brings.
const subject = (file) => new URL(`./subjects/${file}`, import.meta.url).href;
const tried = (file) => new URL(`./tried/${file}`, import.meta.url).href;

const SIZES = { "8 B": 8, "64 B": 64, "1 KiB": 1024, "16 KiB": 16_384, "1 MiB": 1_048_576 };
const TEXTS = { "16 characters": 16, "170 characters": 170, "2 KiB": 2048, "20 KiB": 20_480, "200 KiB": 204_800 };
const FNV = "FNV-1a, 64 bits";
const XXH32 = "xxHash32";

const subjects = {
  hash64: subject("busbar.mjs?hash64"),
  hash32: subject("busbar.mjs?hash32"),
  "xxhash-wasm": subject("xxhash-wasm.mjs"),
  md5: subject("crypto.mjs?md5"),
};

const casesOf = (kind, sizes) =>
  Object.entries(sizes).map(([size, at]) => ({
    name: `${kind}, ${size}`,
    subjects: {
      ...subjects,
      ...(kind === "bytes" && at !== 64 ? { sha1: subject("crypto.mjs?sha1") } : {}),
      ...(at === 1024 || at === 2048 ? { [FNV]: tried("fnv.mjs"), [XXH32]: tried("xxh32.mjs") } : {}),
    },
    ours: ["hash64", "hash32"],
    tried: at === 1024 || at === 2048 ? [FNV, XXH32] : [],
    line: { plot: `hash, ${kind}`, at },
  }));

export const part = {
  name: "hash",
  title: "Hashes",
  notes: [
    "To text of 16 digits, but for `hash32`, which is a number. `hash64` is XXH64, bit by bit what `xxhash-wasm` gives; `hash32` is HalfSipHash-1-3, for tables whose keys strangers choose: it is there for what its key promises, and slower on anything long.",
  ],
  cases: [
    ...casesOf("bytes", SIZES),
    ...casesOf("text", TEXTS),
    {
      name: "64 records of 64 B",
      subjects: { "one by one": tried("batch.mjs?each"), "as if they were one": tried("batch.mjs?whole") },
      ours: "one by one",
      tried: ["as if they were one"],
    },
  ],
  dropped: [
    {
      what: "FNV-1a of 64 bits, which stood in html and app",
      from: { case: "bytes, 1 KiB", tried: FNV, over: "hash64" },
      reason: "a multiplication of 64 bits for each byte, in doubles",
    },
    {
      what: "xxHash32",
      from: { case: "bytes, 1 KiB", tried: XXH32, over: "hash32" },
      reason:
        "faster, but whatever its seed, half of the pairs that are made to fall together do: no protection of tables; contents have hash64",
    },
    {
      what: "hashes in batches",
      from: { case: "64 records of 64 B", tried: "as if they were one", over: "one by one" },
      reason:
        "that is the most it could be, without finding where records end; nothing here has so many to hash at once",
    },
  ],
};
