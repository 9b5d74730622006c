// Making signals, and effects that read some. The signals an effect reads are there before, and have been read; each step has new ones.
const COUNT = 10_000;

function makeSignals({ signal }, count) {
  const signals = new Array(count);
  for (let i = 0; i < count; i++) signals[i] = signal(i);
  return signals;
}

const signals = {
  name: "createSignals",
  make(lib, tally) {
    let made = [];
    const step = () => {
      made = makeSignals(lib, COUNT);
      return made.length;
    };
    const settle = () => {
      tally.runs += lib.read(made[COUNT - 1]); // or an engine might make none
    };
    return { step, settle, stop() {} };
  },
};

/** `create(lib, sources, i, seen)` makes the i-th effect. */
function computations(name, { effects, sources, create }) {
  const make = (lib, tally) => {
    let ready = [];
    let stop = () => {};
    const prepare = () => {
      ready = makeSignals(lib, sources);
      for (const source of ready) for (let i = 0; i < 3; i++) lib.read(source);
    };
    const step = () => {
      let sum = 0;
      const see = (value) => {
        sum += value;
        tally.runs++;
      };
      stop = lib.build(() => {
        for (let i = 0; i < effects; i++) create(lib, ready, i, see);
      });
      return sum;
    };
    const settle = () => {
      stop();
      ready = [];
    };
    return { prepare, step, settle, stop() {} };
  };
  return { name: `createComputations ${name}`, make };
}

const none = (lib, _, i, see) => {
  lib.effect(() => {
    see(i);
  });
};

const one = (perSource) => (lib, sources, i, see) => {
  const { read } = lib;
  const source = sources[Math.floor(i / perSource)];
  lib.effect(() => {
    see(read(source));
  });
};

const two = (lib, sources, i, see) => {
  const { read } = lib;
  const [a, b] = [sources[2 * i], sources[2 * i + 1]];
  lib.effect(() => {
    see(read(a) + read(b));
  });
};

const four = (lib, sources, i, see) => {
  const { read } = lib;
  const [a, b, c, d] = [sources[4 * i], sources[4 * i + 1], sources[4 * i + 2], sources[4 * i + 3]];
  lib.effect(() => {
    see(read(a) + read(b) + read(c) + read(d));
  });
};

const thousand = (lib, sources, i, see) => {
  const { read } = lib;
  lib.effect(() => {
    let sum = 0;
    for (let at = i * 1000; at < (i + 1) * 1000; at++) sum += read(sources[at]);
    see(sum);
  });
};

const shared = (perSource) => ({ effects: COUNT, sources: COUNT / perSource, create: one(perSource) });

export const CREATE = [
  signals,
  computations("0 to 1", { effects: COUNT, sources: 0, create: none }),
  computations("1 to 1", shared(1)),
  computations("2 to 1", { effects: COUNT / 2, sources: COUNT, create: two }),
  computations("4 to 1", { effects: COUNT / 4, sources: COUNT, create: four }),
  computations("1000 to 1", { effects: COUNT / 1000, sources: COUNT, create: thousand }),
  computations("1 to 2", shared(2)),
  computations("1 to 4", shared(4)),
  computations("1 to 8", shared(8)),
  computations("1 to 1000", shared(1000)),
];
