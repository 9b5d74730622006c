// One signal of `sources` is written, `effects` effects read all of them. In one batch, where the effects run once for all writes; and with
// the effects run for every write.
const SHAPES = [
  { name: "1 to 1", sources: 1, effects: 1, writes: 1000 },
  { name: "2 to 1", sources: 2, effects: 1, writes: 1000 },
  { name: "4 to 1", sources: 4, effects: 1, writes: 1000 },
  { name: "1000 to 1", sources: 1000, effects: 1, writes: 10 },
  { name: "1 to 2", sources: 1, effects: 2, writes: 1000 },
  { name: "1 to 4", sources: 1, effects: 4, writes: 1000 },
  { name: "1 to 1000", sources: 1, effects: 1000, writes: 10 },
];
const IN_A_BATCH = 1000;

const READERS = {
  1: ({ read }, [a], see) => {
    see(read(a));
  },
  2: ({ read }, [a, b], see) => {
    see(read(a) + read(b));
  },
  4: ({ read }, [a, b, c, d], see) => {
    see(read(a) + read(b) + read(c) + read(d));
  },
  1000: ({ read }, all, see) => {
    let sum = 0;
    for (const one of all) sum += read(one);
    see(sum);
  },
};

function started(lib, tally, { sources, effects }) {
  const signals = Array.from({ length: sources }, (_, i) => lib.signal(i));
  const seen = { sum: 0 };
  const see = (value) => {
    tally.runs++;
    seen.sum += value;
  };
  const reader = READERS[sources];
  const stop = lib.build(() => {
    for (let i = 0; i < effects; i++) lib.effect(() => reader(lib, signals, see));
  });
  return { head: signals[0], seen, stop };
}

const batched = (one) => ({
  name: `updateComputations ${one.name}`,
  make(lib, tally) {
    const { head, seen, stop } = started(lib, tally, one);
    const { batch, write } = lib;
    const step = (number) => {
      const base = number * IN_A_BATCH + 1;
      seen.sum = 0;
      batch(() => {
        for (let i = 0; i < IN_A_BATCH; i++) write(head, base + i);
      });
      return seen.sum;
    };
    return { step, stop };
  },
});

const apart = (one) => ({
  name: `each write ${one.name}`,
  make(lib, tally) {
    const { head, seen, stop } = started(lib, tally, one);
    const { writeAndFlush } = lib;
    const step = (number) => {
      const base = number * one.writes + 1;
      seen.sum = 0;
      for (let i = 0; i < one.writes; i++) writeAndFlush(head, base + i);
      return seen.sum;
    };
    return { step, stop };
  },
});

export const UPDATE_BATCHED = SHAPES.map(batched);
export const UPDATE_APART = SHAPES.map(apart);
