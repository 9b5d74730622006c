// Without its renderer: the two services an effect asks its injector for, the least that runs effects when told to.
globalThis.ngDevMode = false; // as its build for production does
const core = await import("@angular/core");

const queue = new Set();
const scheduler = {
  add: (effect) => queue.add(effect),
  schedule: (effect) => queue.add(effect),
  remove: (effect) => queue.delete(effect),
};

function flush() {
  for (const effect of queue) {
    queue.delete(effect);
    effect.run();
  }
}

const newInjector = () =>
  core.Injector.create({
    providers: [
      { provide: core.ɵChangeDetectionScheduler, useValue: { notify() {} } },
      { provide: core.ɵEffectScheduler, useValue: scheduler },
    ],
  });

let options;

export const subject = {
  signal: (value) => core.signal(value),
  computed: (f) => core.computed(f),
  effect: (f) => core.effect(f, options),
  batch(f) {
    f();
    flush();
  },
  read: (node) => node(),
  write: (node, value) => node.set(value),
  writeAndFlush(node, value) {
    node.set(value);
    flush();
  },
  build(f) {
    const injector = newInjector();
    options = { injector };
    f();
    flush();
    return () => injector.destroy();
  },
};
