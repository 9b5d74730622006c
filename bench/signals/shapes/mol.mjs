// Two signals, a diamond with a branch, much work in the nodes; two batches of two writes a step.
function fibonacci(n) {
  return n < 2 ? 1 : fibonacci(n - 1) + fibonacci(n - 2);
}

const hard = (n) => n + fibonacci(16);

export const MOL = {
  name: "molBench",
  make(lib, tally) {
    const { batch, computed, effect, read, signal, write } = lib;
    const [a, b] = [signal(0), signal(0)];
    let seen = 0;
    const stop = lib.build(() => {
      const c = computed(() => (read(a) % 2) + (read(b) % 2));
      const d = computed(() => [0, 1, 2, 3, 4].map((i) => ({ x: i + (read(a) % 2) - (read(b) % 2) })));
      const e = computed(() => hard(read(c) + read(a) + read(d)[0].x));
      const f = computed(() => hard(read(d)[2].x || read(b)));
      const g = computed(() => read(c) + (read(c) || read(e) % 2) + read(d)[4].x + read(f));
      const see = (value) => {
        tally.runs++;
        seen += value;
      };
      effect(() => see(hard(read(g))));
      effect(() => see(read(g)));
      effect(() => see(hard(read(f))));
    });
    const step = (number) => {
      seen = 0;
      batch(() => {
        write(b, 1);
        write(a, number * 2 + 1);
      });
      batch(() => {
        write(a, number * 2 + 2);
        write(b, 2);
      });
      return seen;
    };
    return { step, stop };
  },
};
