import { batch, computed, effect, scope, signal } from "busbar/signals";

export const subject = {
  signal,
  computed,
  effect,
  batch,
  read: (node) => node.get(),
  write: (node, value) => node.set(value),
  writeAndFlush: (node, value) => node.set(value),
  build: (f) => scope(f).dispose,
};
