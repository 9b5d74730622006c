import { autorun, computed, configure, observable, runInAction } from "mobx";

configure({ enforceActions: "never" });

let stops = []; // the library has no scope of its own: its users keep the stops

export const subject = {
  signal: (value) => observable.box(value, { deep: false }),
  computed: (f) => computed(f),
  effect(f) {
    stops.push(autorun(f));
  },
  batch: (f) => runInAction(f),
  read: (node) => node.get(),
  write: (node, value) => node.set(value),
  writeAndFlush: (node, value) => node.set(value),
  build(f) {
    f();
    const mine = stops;
    stops = [];
    return () => {
      for (const stop of mine) stop();
    };
  },
};
