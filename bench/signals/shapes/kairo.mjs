// One signal, a small graph, an effect at its end; a step is some writes, and after each the end is read. Written values only ever rise, so
// that no write is for nothing.

const times = (count, f) => Array.from({ length: count }, (_, i) => f(i));

/** `wire` makes the graph and yields what is read; a step writes `writes` times. */
function shape(name, writes, wire) {
  const make = (lib, tally) => {
    const head = lib.signal(0);
    let end;
    const stop = lib.build(() => {
      end = wire(lib, head, tally);
    });
    const { batch, read, write } = lib;
    const step = (number) => {
      const base = number * writes + 1;
      let sum = 0;
      for (let i = 0; i < writes; i++) {
        batch(() => {
          write(head, base + i);
        });
        sum += read(end);
      }
      return sum;
    };
    return { step, stop };
  };
  return { name, make };
}

function watch({ effect, read }, node, tally) {
  effect(() => {
    read(node);
    tally.runs++;
  });
}

function chain({ computed, read }, first, length, tally) {
  let last = first;
  const all = times(length, () => {
    const below = last;
    last = computed(() => {
      tally.runs++;
      return read(below) + 1;
    });
    return last;
  });
  return { last, all };
}

let sink = 0;
function work() {
  for (let i = 0; i < 100; i++) sink = (sink + i) | 0;
}

const avoidable = shape("avoidable", 1000, (lib, head, tally) => {
  const { computed, effect, read } = lib;
  const same = computed(() => read(head));
  const constant = computed(() => {
    tally.runs++;
    read(same);
    return 0;
  });
  const costly = computed(() => {
    work();
    tally.runs++;
    return read(constant) + 1;
  });
  const above = computed(() => read(costly) + 2);
  const end = computed(() => read(above) + 3);
  effect(() => {
    read(end);
    work();
  });
  return end;
});

const broad = shape("broad 50", 50, (lib, head, tally) => {
  let last;
  for (let i = 0; i < 50; i++) {
    const first = lib.computed(() => lib.read(head) + i);
    last = lib.computed(() => lib.read(first) + 1);
    watch(lib, last, tally);
  }
  return last;
});

const deep = shape("deep 50", 50, (lib, head, tally) => {
  const { last } = chain(lib, head, 50, tally);
  watch(lib, last, tally);
  return last;
});

const diamond = shape("diamond 5", 500, (lib, head, tally) => {
  const { computed, read } = lib;
  const sides = times(5, () => computed(() => read(head) + 1));
  const sum = computed(() => {
    tally.runs++;
    return sides.reduce((total, side) => total + read(side), 0);
  });
  watch(lib, sum, tally);
  return sum;
});

const repeated = shape("repeated 30", 100, (lib, head, tally) => {
  const { computed, read } = lib;
  const sum = computed(() => {
    tally.runs++;
    let total = 0;
    for (let i = 0; i < 30; i++) total += read(head);
    return total;
  });
  watch(lib, sum, tally);
  return sum;
});

const triangle = shape("triangle 10", 100, (lib, head, tally) => {
  const { all } = chain(lib, head, 9, tally);
  const list = [head, ...all];
  const sum = lib.computed(() => {
    tally.runs++;
    return list.map((node) => lib.read(node)).reduce((a, b) => a + b, 0);
  });
  watch(lib, sum, tally);
  return sum;
});

const unstable = shape("unstable", 100, (lib, head, tally) => {
  const { computed, read } = lib;
  const double = computed(() => read(head) * 2);
  const inverse = computed(() => -read(head));
  const mixed = computed(() => {
    tally.runs++;
    let total = 0;
    for (let i = 0; i < 20; i++) total += read(head) % 2 ? read(double) : read(inverse);
    return total;
  });
  watch(lib, mixed, tally);
  return mixed;
});

/** A hundred signals through one computed that makes an object of them, and out again. */
const mux = {
  name: "mux",
  make(lib, tally) {
    const { batch, computed, read, signal, write } = lib;
    const heads = times(100, () => signal(0));
    let ends;
    const stop = lib.build(() => {
      const joined = computed(() => Object.fromEntries(heads.map((head) => read(head)).entries()));
      ends = heads.map((_, i) => {
        const one = computed(() => read(joined)[i]);
        return computed(() => {
          tally.runs++;
          return read(one) + 1;
        });
      });
      for (const end of ends) watch(lib, end, tally);
    });
    const step = (number) => {
      let sum = 0;
      for (let i = 0; i < 20; i++) {
        batch(() => {
          write(heads[i % 10], number * 20 + i + 1);
        });
        sum += read(ends[i % 10]);
      }
      return sum;
    };
    return { step, stop };
  },
};

export const KAIRO = [avoidable, broad, deep, diamond, mux, repeated, triangle, unstable];
