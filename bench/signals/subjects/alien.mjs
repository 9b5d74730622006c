import { computed, effect, effectScope, endBatch, signal, startBatch } from "alien-signals";

export const subject = {
  signal,
  computed,
  effect,
  batch(f) {
    startBatch();
    f();
    endBatch();
  },
  read: (node) => node(),
  write: (node, value) => node(value),
  writeAndFlush: (node, value) => node(value),
  build: (f) => effectScope(f),
};
