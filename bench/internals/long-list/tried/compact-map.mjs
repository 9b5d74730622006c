// Whole numbers to whole numbers in two typed arrays: open addressing, linear probing, at most five eighths full.
const EMPTY = -1; // keys are from 0 to 2^31 - 2

export class CompactMap {
  size = 0;
  keys;
  values;
  mask;

  constructor(capacity = 16) {
    this.allocate(capacity);
  }

  get(key) {
    const at = this.placeOf(key);
    return this.keys[at] === key ? this.values[at] : undefined;
  }

  set(key, value) {
    const at = this.placeOf(key);
    if (this.keys[at] === EMPTY) {
      this.keys[at] = key;
      this.size++;
      if (this.size * 8 > this.keys.length * 5) {
        this.values[at] = value;
        this.grow();
        return;
      }
    }
    this.values[at] = value;
  }

  placeOf(key) {
    const { keys, mask } = this;
    let hash = Math.imul(key, 0x9e3779b1);
    hash ^= hash >>> 15;
    let at = hash & mask;
    while (keys[at] !== EMPTY && keys[at] !== key) at = (at + 1) & mask;
    return at;
  }

  grow() {
    const { keys, values } = this;
    this.allocate(keys.length * 2);
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] === EMPTY) continue;
      const at = this.placeOf(keys[i]);
      this.keys[at] = keys[i];
      this.values[at] = values[i];
    }
  }

  allocate(capacity) {
    this.keys = new Int32Array(capacity).fill(EMPTY);
    this.values = new Float64Array(capacity);
    this.mask = capacity - 1;
  }
}
