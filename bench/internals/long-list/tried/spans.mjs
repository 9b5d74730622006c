// Spans of a trace in a ring of columns: name, parent, start and end as numbers; the oldest are overwritten.
export function createSpans(capacity = 4096) {
  const starts = new Float64Array(capacity);
  const ends = new Float64Array(capacity);
  const parents = new Int32Array(capacity);
  const names = new Array(capacity).fill("");
  const mask = capacity - 1;
  let next = 0;
  return {
    start(name, parent, now) {
      const id = next++;
      const at = id & mask;
      names[at] = name;
      parents[at] = parent;
      starts[at] = now;
      ends[at] = -1;
      return id;
    },
    end(id, now) {
      if (next - id <= capacity) ends[id & mask] = now;
    },
    read: (id) => ({ name: names[id & mask], parent: parents[id & mask], ms: ends[id & mask] - starts[id & mask] }),
  };
}
