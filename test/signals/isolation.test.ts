/*
 * Ten thousand requests at once in one process. Each has a scope, signals, computeds, effects and a resource, and awaits between its steps, so that
 * steps of all the others run in between.
 */
import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { test } from "vitest";
import {
  batch,
  computed,
  effect,
  exportGraph,
  type Resource,
  resource,
  type Scope,
  type Signal,
  scope,
  signal,
} from "../../lib/signals/index.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void; // cast: the flag above defines it in new contexts

const REQUESTS = 10_000;

/** Numbers that look random and are the same each time. */
function sequence(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) >>> 0;
    return state;
  };
}

/** Waits a number of turns of the event loop or of microtasks, so that requests meet in every order. */
async function pause(next: () => number): Promise<void> {
  const kind = next() % 3;
  if (kind === 0) await Promise.resolve();
  else if (kind === 1) await new Promise((resolve) => setImmediate(resolve));
  else for (let i = next() % 5; i >= 0; i--) await Promise.resolve();
}

interface Seen {
  readonly rows: string[];
  readonly loaded: string[];
  readonly errors: string[];
}

/** What a request sees, worked out without signals. */
function expected(id: number, steps: number): { readonly last: string; readonly errors: string[] } {
  let total = id;
  let last = "";
  const errors: string[] = [];
  for (let step = 1; step <= steps; step++) {
    total += step * id;
    // The effect that fails does not come to make the one inside it, which makes rows.
    if (step === 2 && id % 7 === 0) errors.push(`request ${id} at step 2`);
    else last = `${id}/${step}: ${total} ${id % 2 === 0 ? "even" : "odd"}`;
  }
  return { last, errors };
}

/** One request. It throws when it ever sees anything of another. */
async function request(id: number, shared: Signal<number>, refs: WeakRef<object>[]): Promise<Seen> {
  const next = sequence(id);
  const seen: Seen = { rows: [], loaded: [], errors: [] };
  const own = scope(() => {}, {
    name: `request ${id}`,
    onError: (error) => seen.errors.push((error as Error).message),
  }); // cast: made below
  const steps = 2 + (id % 4);
  const made = own.run(() => {
    const step = signal(0);
    const total = signal(id);
    const kind = computed(() => `${total.get()} ${id % 2 === 0 ? "even" : "odd"}`);
    const user: Resource<string | undefined> = resource(async ({ track }) => {
      const at = track(step);
      await pause(next);
      return `${id}/${at}/${track(shared) >= 0}`;
    });
    return { step, total, kind, user };
  });
  if (id % 100 === 0)
    refs.push(new WeakRef(own), new WeakRef(made.step), new WeakRef(made.kind), new WeakRef(made.user));
  await pause(next);
  own.run(() => watch(id, made, seen, own));
  for (let at = 1; at <= steps; at++) {
    await pause(next);
    batch(() => {
      made.step.set(at);
      made.total.update((n) => n + at * id);
    });
    if (next() % 5000 === 0) shared.update((n) => n + 1); // all who read it run, in their own scopes
  }
  await made.user.settled();
  await pause(next);
  own.dispose();
  made.step.set(-1);
  return seen;
}

function watch(
  id: number,
  made: { step: Signal<number>; kind: { get(): string }; user: Resource<string | undefined> },
  seen: Seen,
  own: Scope,
): void {
  effect(() => {
    if (made.step.get() === 2 && id % 7 === 0) throw new Error(`request ${id} at step 2`);
    effect(() => seen.rows.push(`${id}/${made.step.get()}: ${made.kind.get()}`));
  });
  effect(() => {
    const loaded = made.user.get();
    if (loaded !== undefined) seen.loaded.push(loaded);
  });
  own.onCleanup(() => seen.rows.push("end"));
}

test(`${REQUESTS} interleaved requests see nothing of each other, and leave nothing`, async () => {
  const shared = signal(0, { name: "shared" });
  const refs: WeakRef<object>[] = [];
  const results = await Promise.all(Array.from({ length: REQUESTS }, (_, id) => request(id, shared, refs)));
  for (const [id, seen] of results.entries()) {
    const steps = 2 + (id % 4);
    const { last, errors } = expected(id, steps);
    assert.deepEqual(seen.rows.slice(-2), [last, "end"]);
    for (const row of seen.rows.slice(0, -1)) assert.ok(row.startsWith(`${id}/`), row);
    assert.equal(seen.loaded.at(-1), `${id}/${steps}/true`);
    for (const row of seen.loaded) assert.ok(row.startsWith(`${id}/`), row);
    assert.deepEqual(seen.errors, errors);
  }
  assert.ok(shared.peek() > 2);
  assert.deepEqual(
    exportGraph({ roots: [shared] }).nodes.map(({ name }) => name),
    ["shared"],
  );
  for (let round = 0; round < 20 && refs.some((ref) => ref.deref() !== undefined); round++) {
    await new Promise((resolve) => setImmediate(resolve)); // WeakRefs hold their target until the job ends
    collect();
  }
  assert.equal(refs.length, 400);
  assert.equal(refs.filter((ref) => ref.deref() !== undefined).length, 0);
});
