// One ring for many producers and many consumers: D. Vyukov's bounded queue, a sequence number per cell and a claim by compare-and-exchange at each end.
// Cells are of one size. A thread that dies between its claim and the cell's number leaves a cell that everybody waits for, for ever.

const CELLS = 8192;
const LINE = 32;

export function makeCells(size) {
  const buffer = new SharedArrayBuffer(4 * 2 * LINE + 4 * CELLS + CELLS * size);
  const words = new Int32Array(buffer);
  for (let i = 0; i < CELLS; i++) words[2 * LINE + i] = i;
  return buffer;
}

export function openCells(buffer, size) {
  const words = new Int32Array(buffer);
  const bytes = new Uint8Array(buffer);
  const start = 4 * (2 * LINE + CELLS);
  /** Claims the cell whose number is `ahead` of the index at `at`; -1 when there is none. */
  const claim = (at, ahead) => {
    for (let index = Atomics.load(words, at); ; index = Atomics.load(words, at)) {
      const lead = (Atomics.load(words, 2 * LINE + (index & (CELLS - 1))) - index - ahead) | 0;
      if (lead < 0) return undefined;
      if (lead === 0 && Atomics.compareExchange(words, at, index, (index + 1) | 0) === index) return index;
    }
  };
  return {
    tryPush(message) {
      const index = claim(0, 0);
      if (index === undefined) return false;
      bytes.set(message, start + (index & (CELLS - 1)) * size);
      Atomics.store(words, 2 * LINE + (index & (CELLS - 1)), (index + 1) | 0);
      return true;
    },
    tryPop(into) {
      const index = claim(LINE, 1);
      if (index === undefined) return false;
      const at = start + (index & (CELLS - 1)) * size;
      into.set(bytes.subarray(at, at + size));
      Atomics.store(words, 2 * LINE + (index & (CELLS - 1)), (index + CELLS) | 0);
      return true;
    },
  };
}
