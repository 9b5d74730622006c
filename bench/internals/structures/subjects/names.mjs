// Names out of bytes, 64 in turn. Ways: intern, map (a plain Map by a hash of the bytes, without bounds), latin1Slice, utf8Slice, decoder.
import { createInterner } from "busbar/pool";
import { wayOf } from "./data.mjs";

const NAMES = [
  ...["accept", "accept-encoding", "content-type", "content-length", "user-agent", "cookie", "host", "referer"],
  ...["if-none-match", "sec-fetch-site", "x-request-id", "connection", "users", "posts", "7", "api"],
];
const LONG = [
  "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
  "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
  "en-GB,en;q=0.9,de;q=0.8,fr;q=0.7 and some more of it",
];
const COUNT = 64;

export function setUp(caseName) {
  const list = caseName.startsWith("long") ? LONG : NAMES;
  const texts = Array.from({ length: COUNT }, (_, i) => list[(i * 7) % list.length]);
  const bytes = Buffer.from(texts.join(""));
  const ends = [];
  for (const text of texts) ends.push((ends.at(-1) ?? 0) + text.length);
  const interner = createInterner({ maxTextBytes: caseName.startsWith("long") ? 64 : 24 });
  const decoder = new TextDecoder();
  const ways = {
    intern: (from, to) => interner.text(bytes, from, to),
    map: (from, to) => mapped(bytes, from, to),
    latin1Slice: (from, to) => bytes.latin1Slice(from, to),
    utf8Slice: (from, to) => bytes.utf8Slice(from, to),
    decoder: (from, to) => decoder.decode(bytes.subarray(from, to)),
  };
  const text = ways[wayOf(import.meta.url)];
  const known = new Map(list.map((name, i) => [name, i]));
  const use = caseName.endsWith("Map") ? (name) => known.get(name) : (name) => name.length;
  return {
    answer: () => ends.map((end, i) => use(text(ends[i - 1] ?? 0, end))).join(),
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const at = i & (COUNT - 1);
        sum += use(text(at === 0 ? 0 : ends[at - 1], ends[at]));
      }
      return sum;
    },
  };
}

const byHash = new Map();

/** As an interner that anybody writes in ten lines: it never forgets, and has one place for each hash. */
function mapped(bytes, from, to) {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  const known = byHash.get(hash);
  if (known !== undefined && known.length === to - from) {
    let i = 0;
    while (i < known.length && known.charCodeAt(i) === bytes[from + i]) i++;
    if (i === known.length) return known;
  }
  const text = bytes.latin1Slice(from, to);
  byHash.set(hash, text);
  return text;
}
