// Computeds that no effect depends on, as most are on a server: read after a write, read again, and read once to be dropped.
import { GRAPHS, nameOf, wire } from "./dynamic.mjs";

const times = (count, f) => Array.from({ length: count }, (_, i) => f(i));
const ADDED = 7;

function shape(name, writes, wireUp) {
  const make = (lib, tally) => {
    const head = lib.signal(0);
    let readAll;
    const stop = lib.build(() => {
      readAll = wireUp(lib, head, tally);
    });
    const step = (number) => {
      let sum = 0;
      for (let i = 0; i < writes; i++) {
        lib.writeAndFlush(head, number * writes + i + 1);
        sum += readAll();
      }
      return sum;
    };
    return { step, stop };
  };
  return { name: `unwatched ${name}`, make };
}

const adder = ({ computed, read }, below, amount, tally) =>
  computed(() => {
    tally.runs++;
    return read(below) + amount;
  });

const deep = shape("deep 50", 50, (lib, head, tally) => {
  let last = head;
  for (let i = 0; i < 50; i++) last = adder(lib, last, 1, tally);
  return () => lib.read(last);
});

const broad = shape("broad 50", 50, (lib, head, tally) => {
  const ends = times(50, (i) => adder(lib, adder(lib, head, i, tally), 1, tally));
  return () => {
    let sum = 0;
    for (const end of ends) sum += lib.read(end);
    return sum;
  };
});

const diamond = shape("diamond 5", 500, (lib, head, tally) => {
  const sides = times(5, (i) => adder(lib, head, i, tally));
  const sum = lib.computed(() => {
    tally.runs++;
    let total = 0;
    for (const side of sides) total += lib.read(side);
    return total;
  });
  return () => lib.read(sum);
});

const graph = (one) => ({
  name: `unwatched ${nameOf({ ...one, lazy: 0 })}`,
  make(lib, tally) {
    const { signals, leaves } = wire(lib, { ...one, lazy: 0 }, tally);
    const step = (number) => {
      let sum = 0;
      for (let i = 0; i < 20; i++) {
        const at = number * 20 + i;
        lib.writeAndFlush(signals[at % signals.length], at + 1 + (at % signals.length));
        for (const leaf of leaves) sum += lib.read(leaf);
      }
      return sum;
    };
    return { step, stop() {} };
  },
});

/** Read again and again: `write` says what happens in between. */
const again = (name, between) => ({
  name: `unwatched ${name}`,
  make(lib, tally) {
    const [head, other] = [lib.signal(1), lib.signal(0)];
    let last = head;
    for (let i = 0; i < 10; i++) last = adder(lib, last, ADDED, tally);
    const step = (number) => {
      let sum = 0;
      for (let i = 0; i < 1000; i++) {
        between(lib, other, number * 1000 + i + 1);
        sum += lib.read(last);
      }
      return sum;
    };
    return { step, stop() {} };
  },
});

const dropped = {
  name: "unwatched made, read once, dropped",
  make(lib, tally) {
    const heads = times(100, (i) => lib.signal(i));
    const step = () => {
      let sum = 0;
      for (let i = 0; i < 1000; i++) sum += lib.read(adder(lib, heads[i % 100], i, tally));
      return sum;
    };
    return { step, stop() {} };
  },
};

export const UNWATCHED = [
  deep,
  broad,
  diamond,
  graph(GRAPHS[0]),
  graph(GRAPHS[1]),
  again("read again", () => {}),
  again("read after another signal's write", ({ writeAndFlush }, other, value) => writeAndFlush(other, value)),
  dropped,
];
