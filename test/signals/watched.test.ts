import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { batch, computed, effect, readonly, scope, signal, watchable, writable } from "../../lib/signals/index.ts";

/** Hooks that note each call. */
function noting(log: string[], name: string) {
  return { onWatched: () => log.push(`+${name}`), onUnwatched: () => log.push(`-${name}`) };
}

describe("watched hooks", () => {
  test("tell a signal of its first effect and of the end of its last", () => {
    const log: string[] = [];
    const count = watchable(signal(0), noting(log, "count"));
    count.get();
    count.set(1);
    const stops = [effect(() => count.get()), effect(() => count.get())];
    stops[0]?.();
    assert.deepEqual(log, ["+count"]);
    stops[1]?.();
    assert.deepEqual(log, ["+count", "-count"]);
    effect(() => count.get())();
    assert.deepEqual(log, ["+count", "-count", "+count", "-count"]);
  });

  test("tell a computed, and the signals below it, when an effect reads it and when that drops it", () => {
    const log: string[] = [];
    const low = watchable(signal(1), noting(log, "low"));
    const middle = watchable(
      computed(() => low.get()),
      noting(log, "middle"),
    );
    const high = watchable(
      computed(() => middle.get()),
      noting(log, "high"),
    );
    const wanted = signal(true);
    high.get();
    assert.deepEqual(log, []);
    const stop = effect(() => (wanted.get() ? high.get() : 0));
    assert.deepEqual(log.sort(), ["+high", "+low", "+middle"]);
    log.length = 0;
    wanted.set(false);
    assert.deepEqual(log.sort(), ["-high", "-low", "-middle"]);
    stop();
    assert.equal(log.length, 3);
  });

  test("say nothing of what was watched and dropped within one batch, or is read again in the same run", () => {
    const log: string[] = [];
    const count = watchable(signal(0), noting(log, "count"));
    batch(() => effect(() => count.get())());
    assert.deepEqual(log, []);
    const other = signal(0);
    const stop = effect(() => (other.get() % 2 === 0 ? [count.get(), other.get()] : [other.get(), count.get()]));
    other.set(1);
    other.set(2);
    assert.deepEqual(log, ["+count"]);
    stop();
  });

  test("are called at once for what is watched already, and not taken for a view", () => {
    const log: string[] = [];
    const count = signal(0);
    const stop = effect(() => count.get());
    assert.equal(watchable(count, noting(log, "count")), count);
    assert.deepEqual(log, ["+count"]);
    stop();
    assert.deepEqual(log, ["+count", "-count"]);
    assert.throws(() => watchable(readonly(count), noting(log, "view")), { code: "SIGNALS_NOT_WATCHABLE" });
  });

  test("run outside of any tracking, may write, and may not own", () => {
    const unrelated = signal(0);
    const feed = watchable(signal("none"), {
      onWatched: () => {
        unrelated.get();
        feed.set("connected");
      },
    });
    const seen: string[] = [];
    const own = scope(() => effect(() => seen.push(feed.get())));
    unrelated.set(1);
    assert.deepEqual(seen, ["none", "connected"]);
    own.dispose();
  });

  test("an error in one reaches whoever caused it, after effects and other hooks have run", () => {
    const log: string[] = [];
    const bad = watchable(signal(0), {
      onWatched: () => {},
      onUnwatched: () => {
        throw new Error("cannot close");
      },
    });
    const good = watchable(signal(0), noting(log, "good"));
    const stop = effect(() => bad.get() + good.get());
    assert.throws(() => stop(), /cannot close/);
    assert.deepEqual(log, ["+good", "-good"]);
    const again = effect(() => good.get());
    good.set(2);
    again();
    assert.deepEqual(log, ["+good", "-good", "+good", "-good"]);
  });
});

describe("writable computeds", () => {
  test("read like a computed and hand what is set to their function, as one batch", () => {
    const first = signal("Ada");
    const last = signal("King");
    const full = writable(
      () => `${first.get()} ${last.get()}`,
      (value) => {
        const [before = "", after = ""] = value.split(" ");
        first.set(before);
        last.set(after);
      },
    );
    const seen: string[] = [];
    const stop = effect(() => seen.push(full.get()));
    full.set("Grace Hopper");
    full.update((name) => name.toUpperCase());
    assert.deepEqual(seen, ["Ada King", "Grace Hopper", "GRACE HOPPER"]);
    stop();
  });

  test("setting one does not subscribe the effect it happens in", () => {
    const base = signal(1);
    const trigger = signal(0);
    const double = writable(
      () => base.get() * 2,
      (value) => base.set(base.get() * 0 + value / 2),
    );
    let runs = 0;
    const stop = effect(() => {
      runs++;
      double.set(trigger.get());
    });
    base.set(50);
    trigger.set(8);
    assert.deepEqual([runs, base.get()], [2, 4]);
    stop();
  });

  test("a computed without a set cannot be written", () => {
    assert.equal("set" in computed(() => 1), false);
    assert.equal("update" in computed(() => 1, { name: "one" }), false);
  });
});

describe("readonly", () => {
  test("shows a signal, tracked, and has no way to write it", () => {
    const count = signal(1, { name: "count" });
    const view = readonly(count);
    const seen: number[] = [];
    const stop = effect(() => seen.push(view.get()));
    count.set(2);
    stop();
    assert.deepEqual([seen, view.peek(), view.name], [[1, 2], 2, "count"]);
    assert.equal(Reflect.ownKeys(view).includes("set"), false);
    assert.equal("set" in view || "update" in view, false);
    const peeking = effect(() => seen.push(view.peek()));
    count.set(3);
    assert.deepEqual(seen, [1, 2, 2]);
    peeking();
  });
});
