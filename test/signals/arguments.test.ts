import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { batch, computed, effect, scope, signal, untracked, watchable, writable } from "../../lib/signals/index.ts";

/** Values that are no functions. */
const WRONG: readonly unknown[] = [undefined, null, 0, "text", {}, [], signal(0)];
const refused = { name: "CodedError", code: "SIGNALS_BAD_ARGUMENT" };

describe("what is no function is refused by its type, in the place of", () => {
  const places: readonly (readonly [string, (f: never) => unknown])[] = [
    ["a computed's function", (f) => computed(f)],
    ["an effect's function", (f) => effect(f)],
    ["what is a batch", (f) => batch(f)],
    ["what is untracked", (f) => untracked(f)],
    ["a scope's function", (f) => scope(f)],
    ["what is to run in a scope", (f) => scope(() => {}).run(f)],
    ["a cleanup", (f) => scope(() => {}).onCleanup(f)],
    ["an update", (f) => signal(0).update(f)],
    ["a writable's function", (f) => writable(f, () => {})],
    ["a writable's setter", (f) => writable(() => 0, f)],
    [
      "an update of a writable",
      (f) =>
        writable(
          () => 0,
          () => {},
        ).update(f),
    ],
  ];

  test.each(places)("%s", (_, give) => {
    for (const wrong of WRONG) assert.throws(() => give(wrong as never), refused, String(wrong)); // cast: it is wrong on purpose
  });

  test.each(places)("%s, and the next call is none the worse", (_, give) => {
    const count = signal(0);
    const seen: number[] = [];
    const own = scope(() => {
      effect(() => seen.push(count.get()));
      for (const wrong of WRONG) assert.throws(() => give(wrong as never), refused); // cast: as above
    });
    count.set(1);
    own.dispose();
    count.set(2);
    assert.deepEqual(seen, [0, 1]);
  });

  test("an option", () => {
    for (const wrong of WRONG.slice(1)) {
      const options = { equals: wrong, schedule: wrong, onError: wrong } as never; // cast: as above
      assert.throws(() => signal(0, options).set(1), refused);
      assert.throws(() => scope(() => {}, options), refused);
      const count = signal(0);
      const stop = effect(() => count.get(), options);
      assert.throws(() => count.set(1), refused);
      stop();
    }
  });
});

test("what is no signal cannot be watched", () => {
  for (const wrong of [...WRONG.slice(0, -1), effect]) {
    assert.throws(() => watchable(wrong as never, {}), { code: "SIGNALS_NOT_WATCHABLE" }, String(wrong)); // cast: as above
  }
});
