import { batch, computed, effect, signal } from "@preact/signals-core";

let stops = []; // the library has no scope of its own: its users keep the stops

export const subject = {
  signal,
  computed,
  effect(f) {
    stops.push(effect(f));
  },
  batch,
  read: (node) => node.value,
  write(node, value) {
    node.value = value;
  },
  writeAndFlush(node, value) {
    node.value = value;
  },
  build(f) {
    f();
    const mine = stops;
    stops = [];
    return () => {
      for (const stop of mine) stop();
    };
  },
};
