// Compares names of headers, in many spellings, with one in lower case. Ways: lower (toLowerCase), length (and the length before it), fold.
import { equalFold } from "../tried/equal-fold.mjs";
import { MANY, wayOf } from "./data.mjs";

const NAMES = ["content-type", "Content-Type", "CONTENT-TYPE", "etag", "ETag", "vary", "x-request-id", "Content-Tipe"];

export function setUp() {
  const names = Array.from({ length: MANY }, (_, i) => NAMES[(i * 5 + (i >> 3)) % NAMES.length]);
  const isEqual = {
    lower: (name) => name.toLowerCase() === "content-type",
    length: (name) => name.length === 12 && name.toLowerCase() === "content-type",
    fold: (name) => equalFold(name, "content-type"),
  }[wayOf(import.meta.url)];
  const run = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) if (isEqual(names[i & (MANY - 1)])) sum += i & 7;
    return sum;
  };
  return { answer: () => String(run(MANY)), run };
}
