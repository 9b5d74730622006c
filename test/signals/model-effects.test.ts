import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import {
  batch,
  computed,
  effect,
  type ReadableSignal,
  type Signal,
  scope,
  signal,
  watchable,
} from "../../lib/signals/index.ts";
import { runs } from "../helpers/runs.ts";

/*
 * Effects inside effects and scopes, that write, throw and are stopped, over a few signals and computeds. There is no oracle to run beside them:
 * each says of itself what it saw and when, and the rules are checked on that.
 */
interface EffectPlan {
  readonly reads: readonly number[];
  /** Throws when what it read sums to this, modulo 5. */
  readonly throwsAt: number | null;
  readonly writes: boolean;
  readonly inScope: boolean;
  readonly inner: readonly EffectPlan[];
}

type Step =
  | { readonly kind: "set"; readonly writes: readonly (readonly [pick: number, value: number])[] }
  | { readonly kind: "start"; readonly plan: EffectPlan }
  | { readonly kind: "stop"; readonly pick: number };

const { plan } = fc.letrec<{ plan: EffectPlan }>((tie) => ({
  plan: fc.record({
    reads: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
    throwsAt: fc.option(fc.nat(4), { freq: 4 }),
    writes: fc.boolean(),
    inScope: fc.boolean(),
    inner: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constant([]),
      fc.array(tie("plan"), { maxLength: 2 }),
    ),
  }),
}));

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("set" as const),
        writes: fc.array(fc.tuple(fc.nat(), fc.nat(6)), { minLength: 1, maxLength: 4 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("start" as const), plan }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("stop" as const), pick: fc.nat() }) },
  ),
  { maxLength: 25 },
);

const BASES = 4;
const DERIVED = 30;

/** One effect that has been started. */
interface Live {
  readonly plan: EffectPlan;
  readonly outer: Live | undefined;
  readonly children: Live[];
  /** What it read in its last run; undefined while it runs, and when it threw. */
  seen: Map<ReadableSignal<number>, number> | undefined;
  state: "running" | "clean" | "failed" | "between" | "ended";
}

/** What was created inside has been cleaned up, and must not run again. */
function assertEnded(all: readonly Live[]): void {
  for (const one of all) {
    assert.notEqual(one.state, "clean", "an effect outlived what it belongs to");
    one.state = "ended";
    assertEnded(one.children);
  }
}

class World {
  readonly watched = new Set<string>();
  readonly bases: Signal<number>[] = Array.from({ length: BASES }, (_, i) => this.hooked(`base ${i}`, i));
  readonly derived: Signal<number>[] = Array.from({ length: DERIVED }, (_, i) => this.hooked(`derived ${i}`, 0));
  readonly sums: ReadableSignal<number>[] = this.bases.map((base, i) =>
    computed(() => base.get() + (this.bases[(i + 1) % BASES]?.get() ?? 0)),
  );
  readonly live = new Set<Live>();
  thrown = 0;
  private started = 0;

  private hooked(name: string, value: number): Signal<number> {
    return watchable(signal(value, { name }), {
      onWatched: () => this.watched.add(name),
      onUnwatched: () => this.watched.delete(name),
    });
  }

  /** Starts an effect. It writes a signal of its own, and reads only those of effects started before: nothing can go on for ever. */
  start(plan: EffectPlan, outer: Live | undefined): () => void {
    const number = this.started++;
    const before = [...this.bases, ...this.sums, ...this.derived.slice(0, Math.min(number, DERIVED))];
    const reads = plan.reads.map((pick) => before[pick % before.length] as ReadableSignal<number>); // cast: in range
    const me: Live = { plan, outer, children: [], seen: undefined, state: "running" };
    this.live.add(me);
    outer?.children.push(me);
    const stop = effect(() => {
      assert.notEqual(me.state, "ended", "an effect ran after its end");
      for (let above = outer; above !== undefined; above = above.outer)
        this.assertFresh(above, "the outer one is out of date");
      assertEnded(me.children);
      me.children.length = 0;
      me.state = "running";
      const seen = new Map(reads.map((read) => [read, read.get()]));
      const sum = [...seen.values()].reduce((a, b) => a + b, 0);
      if (sum % 5 === plan.throwsAt) {
        me.state = "failed";
        this.thrown++;
        throw new Error(`effect ${number}`);
      }
      if (plan.writes && number < DERIVED) this.derived[number]?.set(sum % 7);
      const startInner = (): void => {
        for (const inner of plan.inner) this.start(inner, me);
      };
      try {
        if (plan.inScope) scope(startInner);
        else startInner();
      } catch {
        // an inner one threw in its first run, and has ended
      }
      me.seen = seen;
      me.state = "clean";
      return () => {
        assert.ok(
          me.children.every((child) => child.state !== "clean"),
          "ended before what it created",
        );
        me.state = "between";
      };
    });
    return () => {
      stop();
      assertEnded([me]);
    };
  }

  assertFresh(one: Live, message: string): void {
    if (one.state !== "clean") return;
    for (const [read, value] of one.seen ?? []) assert.equal(read.peek(), value, message);
  }

  check(): void {
    const wanted = new Set<string>();
    for (const one of this.live) {
      this.assertFresh(one, "an effect was left behind");
      if (one.state !== "clean") continue;
      for (const read of one.seen?.keys() ?? []) {
        const at = this.sums.indexOf(read);
        if (at < 0) wanted.add(read.name);
        else for (const i of [at, (at + 1) % BASES]) wanted.add(`base ${i}`);
      }
    }
    for (const name of wanted) assert.ok(this.watched.has(name), `${name} was not told that it is watched`);
  }
}

test("effects of any nesting are run, ended and told in order, whatever they write and throw", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const world = new World();
      const stops: (() => void)[] = [];
      for (const step of all) {
        const before = world.thrown;
        let error: unknown;
        try {
          if (step.kind === "start") stops.push(world.start(step.plan, undefined));
          else if (step.kind === "stop") stops.splice(step.pick % Math.max(1, stops.length), 1)[0]?.();
          else {
            batch(() => {
              for (const [pick, value] of step.writes) world.bases[pick % BASES]?.set(value);
            });
          }
        } catch (caught) {
          error = caught;
        }
        if (error instanceof assert.AssertionError) throw error;
        if (error instanceof AggregateError) {
          for (const each of error.errors) if (each instanceof assert.AssertionError) throw each;
        }
        assert.ok(error === undefined || world.thrown > before, `${error} came from nowhere`);
        world.check();
      }
      for (const stop of stops) stop();
      // What threw in its first run, or in its last, has read something; nothing of that is left.
      assert.deepEqual([...world.watched], []);
    }),
    { numRuns: runs(2000) },
  );
});
