// A table in shared memory that one thread writes and any number read: readers take no lock, and read again when the version changed meanwhile.
const VERSION = 0;
const WORDS = 3; // per row: the key, the value's low and high half

export function createVersionedTable(memory, capacity) {
  const version = new Int32Array(memory, 0, 1);
  const rows = new Int32Array(memory, 8, capacity * WORDS);
  const mask = capacity - 1;

  function placeOf(key) {
    let at = Math.imul(key, 0x9e3779b1) & mask;
    while (rows[at * WORDS] !== 0 && rows[at * WORDS] !== key) at = (at + 1) & mask;
    return at * WORDS;
  }

  return {
    /** Keys from 1 on; the writer sees to it that a place stays free. */
    set(key, value) {
      Atomics.add(version, VERSION, 1); // odd: being written
      const at = placeOf(key);
      rows[at] = key;
      rows[at + 1] = value | 0;
      rows[at + 2] = Math.floor(value / 2 ** 32);
      Atomics.add(version, VERSION, 1);
    },
    get(key) {
      for (;;) {
        const before = Atomics.load(version, VERSION);
        if ((before & 1) === 1) continue;
        const at = placeOf(key);
        const found = rows[at] === key;
        const value = rows[at + 2] * 2 ** 32 + (rows[at + 1] >>> 0);
        if (Atomics.load(version, VERSION) === before) return found ? value : undefined;
      }
    },
  };
}

export function versionedTableMemory(capacity) {
  return new SharedArrayBuffer(8 + capacity * WORDS * 4);
}
