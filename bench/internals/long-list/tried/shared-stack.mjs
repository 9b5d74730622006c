// A stack of numbers in shared memory, for any number of threads (Treiber's). The head holds a version beside the top's place, so that one that went
// and came back is another head.
const HEAD = 0;
const EMPTY = 0xffff;
const VERSION_STEP = 0x10000;

/** @param shared - From `sharedStackMemory`. */
export function createSharedStack({ memory, capacity }) {
  const heads = new Int32Array(memory, 0, 2); // of the stack, and of the places that are free
  const links = new Int32Array(memory, 8, capacity);
  const values = new Int32Array(memory, 8 + capacity * 4, capacity);

  function take(which) {
    for (;;) {
      const head = Atomics.load(heads, which);
      const place = head & EMPTY;
      if (place === EMPTY) return EMPTY;
      const next = ((head & ~EMPTY) + VERSION_STEP) | (Atomics.load(links, place) & EMPTY);
      if (Atomics.compareExchange(heads, which, head, next | 0) === head) return place;
    }
  }

  function put(which, place) {
    for (;;) {
      const head = Atomics.load(heads, which);
      Atomics.store(links, place, head & EMPTY);
      const next = ((head & ~EMPTY) + VERSION_STEP) | place;
      if (Atomics.compareExchange(heads, which, head, next | 0) === head) return;
    }
  }

  return {
    /** False when it is full. */
    push(value) {
      const place = take(HEAD + 1);
      if (place === EMPTY) return false;
      values[place] = value;
      put(HEAD, place);
      return true;
    },
    /** Undefined when it is empty. */
    pop() {
      const place = take(HEAD);
      if (place === EMPTY) return undefined;
      const value = values[place];
      put(HEAD + 1, place);
      return value;
    },
  };
}

/** Memory for a stack of up to 65,535 numbers. */
export function sharedStackMemory(capacity) {
  const memory = new SharedArrayBuffer(8 + capacity * 8);
  const heads = new Int32Array(memory, 0, 2);
  const links = new Int32Array(memory, 8, capacity);
  heads[HEAD] = EMPTY;
  heads[HEAD + 1] = capacity === 0 ? EMPTY : 0;
  for (let i = 0; i < capacity; i++) links[i] = i + 1 < capacity ? i + 1 : EMPTY;
  return { memory, capacity };
}
