import { Signal } from "signal-polyfill";

// The proposal has no effects: as in its README, a watcher tells that something is pending, and a flush computes it. A watcher for each graph,
// as taking one effect out of a watcher costs as much as it watches.
let watcher;
let isPending = false;

const newWatcher = () =>
  new Signal.subtle.Watcher(() => {
    isPending = true;
  });

function flush() {
  while (isPending) {
    isPending = false;
    for (const computed of watcher.getPending()) computed.get();
    watcher.watch();
  }
}

export const subject = {
  signal: (value) => new Signal.State(value),
  computed: (f) => new Signal.Computed(f),
  effect(f) {
    const computed = new Signal.Computed(f);
    watcher.watch(computed);
    computed.get();
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
    watcher = newWatcher();
    f();
    return () => {
      watcher = undefined; // the graph goes with its sources
    };
  },
};
