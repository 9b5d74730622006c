// Layers of four computeds over the four of the layer below, an effect for each; all four signals are written in one batch.
function layer({ computed, effect, read }, [a, b, c, d], tally) {
  const cells = [
    computed(() => read(b)),
    computed(() => read(a) - read(c)),
    computed(() => read(b) + read(d)),
    computed(() => read(c)),
  ];
  for (const cell of cells) {
    effect(() => {
      tally.runs++;
      read(cell);
    });
  }
  return cells;
}

const cellx = (layers) => ({
  name: `cellx ${layers}`,
  make(lib, tally) {
    const { batch, read, signal, write } = lib;
    const heads = [1, 2, 3, 4].map((value) => signal(value));
    let ends = heads;
    const stop = lib.build(() => {
      for (let i = 0; i < layers; i++) ends = layer(lib, ends, tally);
    });
    const step = (number) => {
      batch(() => {
        for (let i = 0; i < 4; i++) write(heads[i], (4 - i) * (number + 2));
      });
      return ends.reduce((sum, end) => sum * 3 + read(end), 0);
    };
    return { step, stop };
  },
});

export const CELLX = [cellx(1000), cellx(2500)];
