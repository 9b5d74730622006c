import { computed, EffectScope, effect, shallowRef } from "@vue/reactivity";

const queue = []; // as its renderer does: an effect that was notified waits in a queue, and runs if it has to

function flush() {
  for (const waiting of queue) waiting.runIfDirty();
  queue.length = 0;
}

export const subject = {
  signal: shallowRef,
  computed,
  effect(f) {
    const runner = effect(f, { scheduler: () => queue.push(runner.effect) });
  },
  batch(f) {
    f();
    flush();
  },
  read: (node) => node.value,
  write(node, value) {
    node.value = value;
  },
  writeAndFlush(node, value) {
    node.value = value;
    flush();
  },
  build(f) {
    const scope = new EffectScope();
    scope.run(f);
    return () => scope.stop();
  },
};
