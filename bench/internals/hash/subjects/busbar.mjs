// Ways: hash64 (text), halves (two numbers), hash32.
import { hash32, hash64, hash64Halves } from "busbar/pool";
import createXxhash from "xxhash-wasm";
import { hashing, inputsOf } from "./data.mjs";

const ways = {
  hash64: (data) => hash64(data),
  halves: (data) => hash64Halves(data)[1],
  hash32: (data) => hash32(data),
};

export async function setUp(caseName) {
  const way = new URL(import.meta.url).search.slice(1);
  if (way === "hash64") await compare(caseName);
  return hashing(caseName, ways[way]);
}

/** Both are XXH64, so they must agree bit by bit. */
async function compare(caseName) {
  const { h64Raw } = await createXxhash();
  const encoder = new TextEncoder();
  for (const input of inputsOf(caseName)) {
    const bytes = typeof input === "string" ? encoder.encode(input) : input;
    if (hash64(input) !== h64Raw(bytes).toString(16).padStart(16, "0")) throw new Error(`hash64 differs, ${caseName}`);
  }
}
