import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { build } from "esbuild";
import { describe, test } from "vitest";
import { effect, exportGraph, inspect, type Resource, resource, scope, signal } from "../../lib/signals/index.ts";
import { Signal } from "../../lib/signals/tc39/index.ts";

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

describe("by heap snapshot, nothing is left of", () => {
  test("whatever is dropped, stopped, disposed, unwatched or no longer inspected", async () => {
    const folder = mkdtempSync(join(tmpdir(), "busbar-leaks-"));
    try {
      const outfile = join(folder, "child.mjs");
      await build({
        entryPoints: [join(import.meta.dirname, "leaks-child.ts")],
        outfile,
        bundle: true,
        format: "esm",
        platform: "node",
        target: "es2022",
        keepNames: true, // the snapshot is read by the names of classes
      });
      const { stdout } = await promisify(execFile)("node", ["--expose-gc", outfile]);
      const { control, left, scenarios } = JSON.parse(stdout);
      assert.deepEqual(control, { SignalNode: 200, EffectNode: 200, Link: 200 }); // it sees what there is
      assert.equal(scenarios, 11);
      assert.deepEqual(left, {});
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("freed while others live on", () => {
  const source = signal(0);

  test("a resource that has ended with its scope, and its values, while its promise hangs", async () => {
    const refs: WeakRef<object>[] = [];
    const hanging: Promise<unknown>[] = [];
    for (let i = 0; i < 50; i++) {
      const own = scope(() => {
        const made: Resource<object | undefined> = resource(
          ({ track, previous }) => {
            track(source);
            if (previous === undefined) return { big: i };
            const answer = new Promise<object>(() => {});
            hanging.push(answer);
            return answer;
          },
          { equals: () => false },
        );
        refs.push(new WeakRef(made), new WeakRef(made.peek() ?? {}));
        made.reload();
      });
      own.dispose();
    }
    source.set(1);
    await collected(refs);
    assert.equal(hanging.length, 50);
  });

  test("what a superseded run has tracked", async () => {
    const id = signal(0);
    const refs: WeakRef<object>[] = [];
    const made = resource(({ track }) => {
      const own = signal(track(id));
      refs.push(new WeakRef(own));
      return track(own);
    });
    for (let i = 1; i <= 50; i++) id.set(i);
    await collected(refs.slice(0, -1));
    assert.equal(made.peek(), 50);
    made.dispose();
  });

  test("what has run while inspection goes on", async () => {
    const stop = inspect();
    const one = (): WeakRef<object> => {
      const local = signal({ big: true });
      const end = effect(() => void local.get());
      assert.equal(exportGraph().nodes.length > 0, true);
      end();
      return new WeakRef(local);
    };
    const refs = Array.from({ length: 50 }, one);
    await collected(refs);
    assert.deepEqual(exportGraph().nodes, []);
    stop();
  });

  test("a Computed that a Watcher has let go, and a Watcher that watches nothing", async () => {
    const state = new Signal.State(0);
    const watcher = new Signal.subtle.Watcher(() => {});
    const refs = Array.from({ length: 50 }, () => {
      const made = new Signal.Computed(() => state.get());
      const other = new Signal.subtle.Watcher(() => {});
      for (const each of [watcher, other]) each.watch(made);
      made.get();
      state.set(state.get() + 1);
      for (const each of [watcher, other]) each.unwatch(made);
      return [new WeakRef(made), new WeakRef(other)];
    }).flat();
    await collected(refs);
    state.set(-1);
    assert.deepEqual(Signal.subtle.introspectSources(watcher), []);
  });
});
