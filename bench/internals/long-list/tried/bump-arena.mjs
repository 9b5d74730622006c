// A bump allocator: places in one growing memory, given out in order and forgotten together. What it gives out are numbers, not views.
export class BumpArena {
  bytes;
  top = 0;

  constructor(capacity = 65_536) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Where `size` bytes begin, at a multiple of eight. */
  allocate(size) {
    const at = this.top;
    this.top = (at + size + 7) & ~7;
    if (this.top > this.bytes.length) this.grow();
    return at;
  }

  /** Forgets all that was given out since `top` was at this mark. */
  reset(mark = 0) {
    this.top = mark;
  }

  grow() {
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.top));
    grown.set(this.bytes);
    this.bytes = grown;
  }
}

/** The same as an object literal with a getter beside its functions: what that costs. */
export function createBumpArena(capacity = 65_536) {
  let bytes = new Uint8Array(capacity);
  let top = 0;
  return {
    get bytes() {
      return bytes;
    },
    allocate(size) {
      const at = top;
      top = (at + size + 7) & ~7;
      if (top > bytes.length) {
        const grown = new Uint8Array(Math.max(bytes.length * 2, top));
        grown.set(bytes);
        bytes = grown;
      }
      return at;
    },
    reset(mark = 0) {
      top = mark;
    },
  };
}
