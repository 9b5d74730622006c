import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, test } from "vitest";
import { computed, effect, scope, signal } from "../../lib/signals/index.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void; // cast: the flag above defines it in new contexts

/** Waits until all are gone; fails after a number of collections that is ample. */
async function collected(refs: readonly WeakRef<object>[]): Promise<void> {
  for (let round = 0; round < 20; round++) {
    await new Promise((resolve) => setImmediate(resolve)); // WeakRefs hold their target until the job ends
    collect();
    if (refs.every((ref) => ref.deref() === undefined)) return;
  }
  assert.fail(`${refs.filter((ref) => ref.deref() !== undefined).length} of ${refs.length} are still held`);
}

describe("retention", () => {
  test("a computed that was read and dropped is freed while its source lives", async () => {
    const source = signal(1);
    const refs = Array.from({ length: 100 }, () => {
      const low = computed(() => source.get());
      const high = computed(() => low.get() + 1);
      assert.equal(high.get(), 2);
      return [new WeakRef(low), new WeakRef(high)];
    }).flat();
    await collected(refs);
    source.set(2);
  });

  test("a computed that was watched is freed after its last effect has stopped", async () => {
    const source = signal(1);
    const refs = Array.from({ length: 100 }, () => {
      const low = computed(() => source.get());
      const high = computed(() => low.get() + 1);
      const stop = effect(() => high.get());
      source.update((n) => n + 1);
      stop();
      return [new WeakRef(low), new WeakRef(high)];
    }).flat();
    await collected(refs);
    source.set(0);
  });

  test("a disposed scope lets go of everything created inside", async () => {
    const source = signal(1);
    const refs: WeakRef<object>[] = [];
    for (let i = 0; i < 50; i++) {
      const own = scope(() => {
        const value = computed(() => ({ at: source.get() }));
        effect(() => refs.push(new WeakRef(value.get())));
      });
      own.dispose();
    }
    source.set(2);
    await collected(refs);
    assert.equal(refs.length, 50);
  });

  test("a source no longer read by an effect that lives on is freed", async () => {
    const which = signal(0);
    const sources = [signal({ big: 1 }), signal({ big: 2 })];
    const stop = effect(() => sources[which.get()]?.get());
    const ref = new WeakRef(sources[0] as object); // cast: there are two
    which.set(1);
    sources.splice(0, 1);
    await collected([ref]);
    stop();
  });
});
