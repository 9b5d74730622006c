/*
 * Runs in a process of its own, with --expose-gc: makes much of each kind, drops it, and counts by a heap snapshot what is left of our classes.
 * Prints one line of JSON: the classes of which there are more than before, scenario by scenario, and nothing when there are none.
 */
import { getHeapSnapshot } from "node:v8";
import {
  computed,
  effect,
  exportGraph,
  inspect,
  recordInputs,
  resource,
  scope,
  signal,
} from "../../lib/signals/index.ts";
import { Signal } from "../../lib/signals/tc39/index.ts";

const COUNT = 200;
const CLASSES: ReadonlySet<string> = new Set([
  ...["SignalNode", "ComputedNode", "WritableNode", "EffectNode", "ScopeNode", "Link"],
  ...["ResourceNode", "WatchNode", "State", "Computed", "Watcher", "AbortController", "AbortSignal", "Timeout"],
]);

/** What outlives every scenario. */
const source = signal(0);
const state = new Signal.State(0);
const never = new Promise<never>(() => {});
const hanging: Promise<unknown>[] = [];

const scenarios: Readonly<Record<string, () => void | Promise<void>>> = {
  "signals that are dropped": () => {
    signal({ big: 1 }).set({ big: 2 });
  },
  "computeds read once": () => {
    const low = computed(() => source.get());
    computed(() => low.get() + 1).get();
  },
  "effects that are stopped": () => {
    const double = computed(() => source.get() * 2);
    const stop = effect(() => {
      double.get();
      effect(() => void source.get());
    });
    source.set(source.get() + 1);
    stop();
  },
  "scopes that are disposed": () => {
    const own = scope((inside) => {
      inside.onCleanup(() => {});
      inside.signal.addEventListener("abort", () => {});
      scope(() => effect(() => void source.get()));
    });
    source.set(source.get() + 1);
    own.dispose();
  },
  "resources that have ended": async () => {
    const made = resource(async ({ track, signal: aborted }) => {
      aborted.addEventListener("abort", () => {});
      return track(source);
    });
    await made.settled();
    source.set(source.get() + 1);
    made.dispose();
  },
  "resources that ended while they waited for ever": () => {
    const made = resource(({ track }) => {
      track(source);
      const answer = never.then(() => 1);
      hanging.push(answer);
      return answer;
    });
    made.dispose();
  },
  "resources that ended while they waited to try again": async () => {
    const made = resource(() => Promise.reject(new Error("no")), { retry: { times: 5, delayMs: 30_000 } });
    await Promise.resolve();
    await Promise.resolve();
    made.dispose();
  },
  "resources that nobody tracks and everybody dropped": async () => {
    await resource(async () => ({ big: 1 })).settled();
  },
  "TC39 signals that are unwatched": () => {
    const low = new Signal.Computed(() => state.get());
    const high = new Signal.Computed(() => low.get());
    const watcher = new Signal.subtle.Watcher(() => {});
    watcher.watch(high, state);
    high.get();
    state.set(state.get() + 1);
    watcher.unwatch(high, state);
  },
  "what ran while inspection was on": () => {
    const stop = inspect();
    const own = scope(() => effect(() => void source.get()));
    computed(() => source.get()).get();
    exportGraph();
    own.dispose();
    stop();
  },
  "recordings that are stopped": () => {
    const input = signal(0);
    const recording = recordInputs({ input, source });
    input.set(1);
    recording.stop();
  },
};

/** How many objects there are of each class. */
async function census(): Promise<Map<string, number>> {
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setTimeout(resolve, 5)); // WeakRefs hold their target until the job ends
    (globalThis as unknown as { gc(): void }).gc(); // cast: --expose-gc defines it
  }
  let text = "";
  for await (const chunk of getHeapSnapshot()) text += chunk;
  const { snapshot, nodes, strings } = JSON.parse(text);
  const fields: readonly string[] = snapshot.meta.node_fields;
  const types: readonly string[] = snapshot.meta.node_types[0];
  const object = types.indexOf("object");
  const counts = new Map<string, number>();
  for (let at = 0; at < nodes.length; at += fields.length) {
    const name: string = strings[nodes[at + fields.indexOf("name")]];
    if (nodes[at + fields.indexOf("type")] === object && CLASSES.has(name))
      counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

type Census = Map<string, number>;

/** The classes of which there are more than before. */
function growth(before: Census, after: Census): Record<string, number> {
  const more = [...after].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
  return Object.fromEntries(more.filter(([, count]) => count > 0));
}

for (const scenario of Object.values(scenarios)) await scenario(); // what is made once, such as a prototype, exists now
const start = await census();
const kept: unknown[] = [];
for (let i = 0; i < COUNT; i++)
  kept.push(
    signal(1),
    effect(() => void source.get()),
  );
let before = await census();
const control = growth(start, before);
for (const scenario of Object.values(scenarios)) for (let i = 0; i < COUNT; i++) await scenario();
const end = await census();
const left: Record<string, Record<string, number>> = {};
if (Object.keys(growth(before, end)).length > 0) {
  // A snapshot takes its time; only now is it wanted for each.
  before = end;
  for (const [name, scenario] of Object.entries(scenarios)) {
    for (let i = 0; i < COUNT; i++) await scenario();
    const after = await census();
    left[name] = growth(before, after);
    before = after;
  }
}
console.log(JSON.stringify({ control, left, scenarios: Object.keys(scenarios).length, kept: kept.length }));
