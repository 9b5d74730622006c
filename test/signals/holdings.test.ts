import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { keyedList } from "../../lib/signals/collections/index.ts";
import {
  computed,
  effect,
  holdingsOf,
  nodeKind,
  rerunEffects,
  resource,
  scope,
  signal,
  writable,
} from "../../lib/signals/index.ts";

describe("what a scope holds", () => {
  test("is the signals its effects depend on, through computeds and inner scopes too, and no others", () => {
    const direct = signal(1);
    const behind = signal(2);
    const deep = signal(3);
    const unread = signal(4);
    const own = scope(() => {
      const double = computed(() => behind.get() * 2);
      effect(() => direct.get() + double.get());
      scope(() => effect(() => deep.get()));
      computed(() => unread.get()).get(); // nobody watches it
    });
    assert.deepEqual(holdingsOf(own).sources, new Set([direct, behind, deep]));
    own.dispose();
    assert.deepEqual(holdingsOf(own), { sources: new Set(), owned: [], waited: [] });
  });

  test("names who has cleanups or gave its abort signal away", () => {
    const bare = scope(() => effect(() => {}), { name: "bare" });
    assert.deepEqual(holdingsOf(bare).waited, []);
    const cleaned = scope((own) => own.onCleanup(() => {}), { name: "cleaned" });
    assert.deepEqual(holdingsOf(cleaned).waited, ["cleaned"]);
    const aborted = scope((own) => void own.signal, { name: "aborted" });
    assert.deepEqual(holdingsOf(aborted).waited, ["aborted"]);
    const inner = scope(() => effect(() => () => {}, { name: "with cleanup" }));
    assert.deepEqual(holdingsOf(inner).waited, ["with cleanup"]);
    const loading = scope(() => resource(() => new Promise(() => {}), { name: "user" }));
    assert.ok(holdingsOf(loading).waited.length > 0);
  });

  test("lists what was made in it, oldest first, and the same objects each time", () => {
    const own = scope(() => {
      effect(() => {});
      scope(() => {});
    });
    const before = holdingsOf(own).owned;
    assert.equal(before.length, 2);
    const stop = own.run(() => effect(() => {}));
    assert.deepEqual(holdingsOf(own).owned.slice(0, 2), before);
    stop();
    assert.deepEqual(holdingsOf(own).owned, before);
  });

  test("kinds of nodes are told apart, and what is no node has none", () => {
    assert.equal(nodeKind(signal(1)), "signal");
    assert.equal(nodeKind(signal(1, { name: "named" })), "signal");
    assert.equal(nodeKind(computed(() => 1)), "computed");
    assert.equal(
      nodeKind(
        writable(
          () => 1,
          () => {},
        ),
      ),
      "computed",
    );
    assert.equal(nodeKind(scope(() => {})), "scope");
    for (const value of [undefined, null, 1, {}, [], keyedList([], String)]) assert.equal(nodeKind(value), undefined);
  });
});

describe("effects that are run again", () => {
  test("are those of the scope and of scopes in it, once each, with what they have made", () => {
    const runs: string[] = [];
    const own = scope(() => {
      effect(() => {
        runs.push("outer");
        effect(() => void runs.push("inner"));
      });
      scope(() => effect(() => void runs.push("nested")));
    });
    runs.length = 0;
    rerunEffects(own);
    assert.deepEqual(runs.sort(), ["inner", "nested", "outer"]);
    own.dispose();
    runs.length = 0;
    rerunEffects(own);
    assert.deepEqual(runs, []);
  });

  test("follow what they read as before, and what they write is written once all have run", () => {
    const [from, to] = [signal(1), signal(0)];
    const seen: number[] = [];
    const own = scope(() => {
      effect(() => to.set(from.get()));
      effect(() => void seen.push(to.get()));
    });
    to.set(9);
    seen.length = 0;
    rerunEffects(own);
    assert.equal(to.get(), 1);
    assert.equal(seen.at(-1), 1);
    from.set(3);
    assert.equal(seen.at(-1), 3);
    own.dispose();
  });
});
