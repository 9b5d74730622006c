import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Computed } from "../../lib/signals/index.ts";
import { bundledSignals } from "../helpers/bundled-signals.ts";

const libraries = { server: await bundledSignals("server"), browser: await bundledSignals("browser") };

describe.each(["server", "browser"] as const)("what the kernel throws by itself, in a %s", (where) => {
  const { computed, effect, scope, signal } = libraries[where];
  const says = (server: RegExp, browser: string): RegExp => (where === "server" ? server : new RegExp(`^${browser}$`));

  test("has the code of a cycle, and its names", () => {
    const a: Computed<number> = computed(() => b.get(), { name: "a" });
    const b: Computed<number> = computed(() => a.get(), { name: "b" });
    assert.throws(() => a.get(), { code: "SIGNALS_CYCLE", message: says(/a -> b -> a/, "SIGNALS_CYCLE: a") });
  });

  test("has the code of a loop, and its names", () => {
    const count = signal(0, { name: "count" });
    const self = (): void => count.set(count.get() + 1);
    const message = says(/: self -> count -> self$/, "SIGNALS_LOOP: self");
    assert.throws(() => effect(self), { code: "SIGNALS_LOOP", message });
  });

  test("has the code of what ran out of stack, and its name", () => {
    let last: Computed<number> = computed(() => 0);
    for (let i = 0; i < 100_000; i++) {
      const below = last;
      last = computed(() => below.get(), { name: "link" });
    }
    const message = says(/^"link" ran out of stack$/, "SIGNALS_TOO_DEEP: link");
    assert.throws(() => last.get(), { code: "SIGNALS_TOO_DEEP", value: "link", message });
  });

  test("has the code of a scope that has ended, and its name", () => {
    const own = scope(() => {}, { name: "request" });
    own.dispose();
    const message = says(/^"request" has ended$/, "SIGNALS_SCOPE_ENDED: request");
    assert.throws(() => own.run(() => {}), { code: "SIGNALS_SCOPE_ENDED", message });
  });
});

test("a loop is named though somebody counts the runs, and counting goes on", () => {
  const { effect, exportGraph, inspect, signal } = libraries.server;
  const stopCounting = inspect();
  const count = signal(0, { name: "count" });
  const self = (): void => count.set(count.get() + 1);
  assert.throws(() => effect(self), { message: /: self -> count -> self$/ });
  const stop = effect(() => count.get(), { name: "later" });
  count.set(-1);
  const later = exportGraph({ roots: [count] }).nodes.find(({ name }) => name === "later");
  assert.equal(later?.runs, 2);
  stop();
  stopCounting();
});
