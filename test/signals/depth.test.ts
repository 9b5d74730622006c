import assert from "node:assert/strict";
import { describe, test } from "vitest";
import {
  type Computed,
  computed,
  effect,
  type ReadableSignal,
  type Scope,
  scope,
  signal,
} from "../../lib/signals/index.ts";

const LENGTH = 100_000;

/** A chain read link by link, so that no user function nests. */
function chain(first: ReadableSignal<number>, length: number): Computed<number> {
  let last: ReadableSignal<number> = first;
  for (let i = 0; i < length; i++) {
    const below = last;
    const next = computed(() => below.get() + 1);
    next.get();
    last = next;
  }
  return last as Computed<number>; // cast: length is above 0
}

describe("depth", () => {
  test("a watched chain of 100,000 is watched, changed, left unchanged, unwatched and watched again", () => {
    const first = signal(0);
    const last = chain(first, LENGTH);
    const seen: number[] = [];
    const stop = effect(() => seen.push(last.get()));
    first.set(1);
    first.set(1);
    stop();
    first.set(2);
    assert.equal(last.get(), LENGTH + 2);
    effect(() => seen.push(last.get()))();
    assert.deepEqual(seen, [LENGTH, LENGTH + 1, LENGTH + 2]);
  });

  test("100,000 computeds side by side, and 100,000 effects inside one another, are marked and disposed", () => {
    const first = signal(0);
    const wide = Array.from({ length: LENGTH }, () => computed(() => first.get() + 1));
    let sum = 0;
    const stop = effect(() => {
      sum = 0;
      for (const each of wide) sum += each.get();
    });
    first.set(1);
    stop();
    assert.equal(sum, 2 * LENGTH);
    let ended = 0;
    const outermost = scope(() => {});
    let inner: Scope = outermost;
    for (let i = 0; i < LENGTH; i++) {
      const around = inner;
      around.run(() =>
        effect(() => {
          inner = scope(() => {});
          return () => ended++;
        }),
      );
    }
    outermost.dispose();
    assert.equal(ended, LENGTH);
  });

  test("100,000 effects on one signal, and 100,000 signals under one effect", () => {
    const first = signal(0);
    let runs = 0;
    const wide = scope(() => {
      for (let i = 0; i < LENGTH; i++) {
        effect(() => {
          first.get();
          runs++;
        });
      }
    });
    first.set(1);
    wide.dispose();
    assert.equal(runs, 2 * LENGTH);
    const many = Array.from({ length: LENGTH }, () => signal(1));
    let sum = 0;
    const stop = effect(() => {
      sum = 0;
      for (const each of many) sum += each.get();
    });
    many[LENGTH - 1]?.set(2);
    stop();
    assert.equal(sum, LENGTH + 1);
  });

  test("100,000 scopes inside one another are disposed without a stack overflow", () => {
    let ended = 0;
    const outermost = scope(() => {});
    let inner: Scope = outermost;
    for (let i = 0; i < LENGTH; i++) {
      inner = inner.run(() => scope((own) => own.onCleanup(() => ended++)));
    }
    outermost.dispose();
    assert.equal(ended, LENGTH);
  });
});
