// Rectangular graphs: each computed sums some of the layer below, a dynamic one leaves one of them out by what the first says. One effect reads
// the leaves that are not lazy. A write goes to one signal after the other.
export const GRAPHS = [
  { width: 10, layers: 5, sources: 2, dynamic: 0, lazy: 0.8, writes: 200 },
  { width: 10, layers: 10, sources: 6, dynamic: 0.25, lazy: 0.8, writes: 20 },
  { width: 1000, layers: 12, sources: 4, dynamic: 0.05, lazy: 0, writes: 4 },
  { width: 1000, layers: 5, sources: 25, dynamic: 0, lazy: 0, writes: 4 },
  { width: 5, layers: 500, sources: 3, dynamic: 0, lazy: 0, writes: 1 },
  { width: 100, layers: 15, sources: 6, dynamic: 0.5, lazy: 0, writes: 4 },
];

/** Numbers from 0 to 1, the same each time. */
function seeded() {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function cell({ computed, read }, below, isDynamic, tally) {
  if (!isDynamic) {
    return computed(() => {
      tally.runs++;
      let sum = 0;
      for (const source of below) sum += read(source);
      return sum;
    });
  }
  const [first, ...rest] = below;
  return computed(() => {
    tally.runs++;
    let sum = read(first);
    const left = sum % 2 === 0 ? -1 : sum % rest.length;
    for (let i = 0; i < rest.length; i++) if (i !== left) sum += read(rest[i]);
    return sum;
  });
}

/** The signals, and the leaves that are read. */
export function wire(lib, { width, layers, sources, dynamic, lazy }, tally) {
  const random = seeded();
  const signals = Array.from({ length: width }, (_, i) => lib.signal(i));
  let row = signals;
  for (let i = 1; i < layers; i++) {
    const below = row;
    row = below.map((_, at) => {
      const mine = Array.from({ length: sources }, (_, k) => below[(at + k) % width]);
      return cell(lib, mine, random() < dynamic, tally);
    });
  }
  const leaves = [...row];
  for (let left = Math.round(width * lazy); left > 0; left--) leaves.splice(Math.floor(random() * leaves.length), 1);
  return { signals, leaves };
}

export const nameOf = ({ width, layers, sources, dynamic, lazy }) =>
  [
    `${width} × ${layers}, ${sources} sources`,
    dynamic > 0 ? `, ${dynamic * 100} % dynamic` : "",
    lazy > 0 ? `, ${lazy * 100} % lazy` : "",
  ].join("");

const graph = (one) => ({
  name: `dynamic ${nameOf(one)}`,
  make(lib, tally) {
    const { batch, effect, read, write } = lib;
    let signals;
    let leaves;
    const stop = lib.build(() => {
      ({ signals, leaves } = wire(lib, one, tally));
      effect(() => {
        for (const leaf of leaves) read(leaf);
      });
    });
    const step = (number) => {
      for (let i = 0; i < one.writes; i++) {
        const at = number * one.writes + i;
        const place = at % signals.length;
        batch(() => {
          write(signals[place], at + 1 + place);
        });
        for (const leaf of leaves) read(leaf);
      }
      return leaves.reduce((sum, leaf) => sum + read(leaf), 0);
    };
    return { step, stop };
  },
});

export const DYNAMIC = GRAPHS.map(graph);
