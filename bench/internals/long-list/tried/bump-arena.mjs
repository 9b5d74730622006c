// A bump allocator: places in one growing memory, given out in order and forgotten together. What it gives out are numbers, not views.
export function createBumpArena(capacity = 65_536) {
  let bytes = new Uint8Array(capacity);
  let top = 0;
  return {
    get bytes() {
      return bytes;
    },
    /** Where `size` bytes begin, at a multiple of eight. */
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
    mark: () => top,
    reset(mark = 0) {
      top = mark;
    },
  };
}
