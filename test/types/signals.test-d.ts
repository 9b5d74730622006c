import { expectTypeOf, test } from "vitest";
import { html, type Readable } from "../../lib/html/index.ts";
import {
  batch,
  type Computed,
  computed,
  effect,
  type Scope,
  type Signal,
  scope,
  signal,
  untracked,
} from "../../lib/signals/index.ts";

test("a signal has the type of its first value, or the one it is given", () => {
  expectTypeOf(signal("a")).toEqualTypeOf<Signal<string>>();
  expectTypeOf(signal<string | null>(null).get()).toEqualTypeOf<string | null>();
  signal("a").update((text) => text.trim());
  // @ts-expect-error a number is no string
  signal("a").set(1);
});

test("a computed has the type of what its function returns, and cannot be set", () => {
  const count = signal(1);
  expectTypeOf(computed(() => count.get() > 1)).toEqualTypeOf<Computed<boolean>>();
  // @ts-expect-error only signals can be set
  computed(() => 1).set(2);
});

test("batch, untracked and run return what their function does", () => {
  expectTypeOf(batch(() => "a")).toEqualTypeOf<string>();
  expectTypeOf(untracked(() => 1)).toEqualTypeOf<number>();
  const own = scope((inner) => {
    expectTypeOf(inner).toEqualTypeOf<Scope>();
  });
  expectTypeOf(own.run(() => [1])).toEqualTypeOf<number[]>();
  expectTypeOf(own.signal).toEqualTypeOf<AbortSignal>();
});

test("an effect's function may return its cleanup, anything else, or nothing", () => {
  expectTypeOf(effect(() => () => {})).toEqualTypeOf<() => void>();
  effect(() => signal(1).get());
  effect(() => {}, { schedule: (run) => queueMicrotask(run), name: "draw" });
});

test("equals compares two values of the signal's type", () => {
  signal({ id: 1 }, { equals: (before, after) => before.id === after.id });
  // @ts-expect-error values have no such field
  signal({ id: 1 }, { equals: (before, after) => before.key === after.key });
});

test("signals and computeds are holes of a template, without html knowing them", () => {
  const name = signal("Ada");
  const size = computed(() => name.get().length);
  expectTypeOf(name).toExtend<Readable<string>>();
  expectTypeOf(size).toExtend<Readable<number>>();
  html`<p>${name} has ${size} letters</p>`;
  // @ts-expect-error a signal of an object is no hole, as a plain object is none
  html`<p>${signal({ name: "Ada" })}</p>`;
  // @ts-expect-error a Map is no readable
  expectTypeOf(new Map<string, string>()).toExtend<Readable<string>>();
});
