// Compiled by svelte/compiler as any module with runes is. Fields of classes are its way to pass state around.
import { flushSync } from "svelte";

class State {
  value = $state.raw();

  constructor(value) {
    this.value = value;
  }
}

class Derived {
  constructor(f) {
    this.value = $derived.by(f);
  }
}

export const subject = {
  signal: (value) => new State(value),
  computed: (f) => new Derived(f),
  effect(f) {
    $effect.pre(f);
  },
  batch(f) {
    f();
    flushSync();
  },
  read: (node) => node.value,
  write(node, value) {
    node.value = value;
  },
  writeAndFlush(node, value) {
    node.value = value;
    flushSync();
  },
  build(f) {
    const stop = $effect.root(f);
    flushSync();
    return stop;
  },
};
