// The obvious graph: every read of a computed looks at its sources in reading order, and computes when one has another value than it had.
// Slow, and right about values and about what has to run.
let clock = 0;
let observer;
let effects = [];

class Node {
  version = 0;
  checkedAt = -1;
  sources = []; // of the last run: pairs of a node and the version seen
  hasRun = false;

  constructor(f, value) {
    this.f = f;
    this.value = value;
  }

  get() {
    this.settle();
    observer?.sources.push([this, this.version]);
    return this.value;
  }

  set(value) {
    if (Object.is(value, this.value)) return;
    this.value = value;
    this.version++;
    clock++;
  }

  settle() {
    if (this.f === undefined || this.checkedAt === clock) return;
    const isCurrent = this.hasRun && this.sources.every(([source, seen]) => source.settled() === seen);
    if (!isCurrent) this.run();
    this.checkedAt = clock;
  }

  settled() {
    this.settle();
    return this.version;
  }

  run() {
    const before = observer;
    observer = this;
    this.sources = [];
    const value = this.f();
    observer = before;
    this.hasRun = true;
    if (Object.is(value, this.value)) return;
    this.value = value;
    this.version++;
  }
}

function flush() {
  for (const effect of effects) effect.settle();
}

export const oracle = {
  signal: (value) => new Node(undefined, value),
  computed: (f) => new Node(f, undefined),
  effect(f) {
    const effect = new Node(f, undefined);
    effects.push(effect);
    effect.settle();
  },
  batch(f) {
    f();
    flush();
  },
  read: (node) => node.get(),
  write: (node, value) => node.set(value),
  writeAndFlush(node, value) {
    node.set(value);
    flush();
  },
  build(f) {
    f();
    return () => {
      effects = [];
    };
  },
};
