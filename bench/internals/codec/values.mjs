// What the codec benches send: for each name, the value number `i`. Frames as live and sync send them, rows, text and binary bodies.
const WORDS =
  "the quick brown fox jumps over a lazy dog while seven grey wolves look on from behind the old stone wall".split(" ");
const words = (from, count) =>
  Array.from({ length: count }, (_, at) => WORDS[(from * 7 + at * 3) % WORDS.length]).join(" ");
const bytes = (seed, length) => Uint8Array.from({ length }, (_, at) => (seed * 31 + at * 17) & 255);
const row = (i) => ({
  id: 1000 + i,
  title: words(i, 4),
  done: i % 3 === 0,
  assignee: `user${i % 50}@example.org`,
  points: (i % 13) / 4,
  tags: [WORDS[i % WORDS.length], WORDS[(i * 5) % WORDS.length]],
});

/** Frames under 1 KiB: the geometric means of issue 8 are over these. */
export const frames = {
  "click 5 B": (i) => [4, 100 + i, 90 + i, 2, null],
  "event 24 B": (i) => [4, 100 + i, 90 + i, 2, { id: 4000 + i, checked: i % 2 === 0 }],
  "patch 40 B": (i) => [5, 120 + i, 100 + i, [0, [3, 17 + i, 1], words(i, 3)], [1, [3, 17 + i, 0], "done"]],
  "update 64 B": (i) => [36, 1 + (i % 4), 200 + i, [bytes(i, 56)]],
  "error 90 B": (i) => [
    10,
    "LIVE_RATE_LIMITED",
    300 + i,
    1500,
    `wait ${i} ms before the next event of this session, please`,
  ],
  "row 130 B": row,
  "text 200 B": (i) => [5, 120 + i, 100 + i, [0, 4, words(i, 34)]],
  "unicode 200 B": (i) => [5, 120 + i, 100 + i, [0, 4, `Grüße aus Köln, ça va ${i}? ${"żółć €5 ".repeat(12)}`]],
  "presence 250 B": (i) => [
    41,
    1,
    true,
    Array.from({ length: 4 }, (_, peer) => [
      i + peer,
      { name: WORDS[(i + peer) % WORDS.length], color: "#3366cc" },
      { cursor: { anchor: 100 + i, head: 120 + peer * i }, typing: peer === 1 },
    ]),
  ],
  "mount 900 B": (i) => [
    3,
    7,
    i,
    [["a1b2c3d4", `<li class="row" bus-slot="0"><b><!--bus:1--></b><i><!--bus:2--></i></li>`, "id", "", ""]],
    [
      0,
      words(i, 5),
      [-2, 1, ...Array.from({ length: 20 }, (_, at) => [`row-${i + at}`, words(i + at, 3), `${i * at}`])],
    ],
  ],
};

/** Larger bodies: up to 1 MiB. */
export const bodies = {
  "1,000 rows": (i) => Array.from({ length: 1000 }, (_, at) => row(i + at)),
  "1,000 rows of 3 slots": (i) => [
    3,
    7,
    i,
    null,
    [-2, 1, ...Array.from({ length: 1000 }, (_, at) => [`row-${i + at}`, words(i + at, 3), `${at}`])],
  ],
  "binary 64 KiB": (i) => [36, 1, i, [bytes(i, 65_536)]],
  "binary 1 MiB": (i) => [36, 1, i, [bytes(i, 1_048_576)]],
  "numbers 64 KiB": (i) => Array.from({ length: 12_000 }, (_, at) => (at * 2654435761 + i) % 2 ** (8 + (at % 26))),
};

const all = { ...frames, ...bodies };
const made = new Map();

/** The values of a case, as many as take turns. */
export function valuesOf(name) {
  if (!made.has(name))
    made.set(
      name,
      Array.from({ length: name in frames ? 16 : 3 }, (_, i) => all[name](i)),
    );
  return made.get(name);
}
