import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { keyedList, keyedMap } from "../../../lib/signals/collections/index.ts";
import { batch, effect, scope } from "../../../lib/signals/index.ts";
import { runs } from "../../helpers/runs.ts";
import { type Row, type Rows, rowOf, VIEWS, type View } from "../../oracle/failing-views.ts";

const writes = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("set" as const), side: fc.nat(1), id: fc.nat(6), n: fc.nat(6) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), side: fc.nat(1), id: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear" as const), side: fc.nat(1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("replace" as const),
      side: fc.nat(1),
      ids: fc.uniqueArray(fc.nat(6)),
      n: fc.nat(6),
    }),
  },
);
type Write = typeof writes extends fc.Arbitrary<infer W> ? W : never;

const steps = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      writes: fc.array(writes, { minLength: 1, maxLength: 4 }),
      fails: fc.boolean(),
      readsBetween: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("watch" as const), at: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("end" as const), which: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("copy" as const), from: fc.nat(6), to: fc.nat(6) }) },
);

/** Either kind of source under one set of writes. */
function makeSide(kind: "map" | "list"): { readonly rows: Rows; write(write: Write): void } {
  const map = keyedMap<number, Row>();
  const list = keyedList<number, Row>([], (row) => row.id);
  const replacing = (ids: readonly number[], n: number): Row[] => ids.map((id) => rowOf(id, (id + n) % 7));
  if (kind === "map")
    return {
      rows: map,
      write(write) {
        if (write.kind === "set") map.set(write.id, rowOf(write.id, write.n));
        else if (write.kind === "delete") map.delete(write.id);
        else if (write.kind === "clear") map.clear();
        else map.replaceAll(replacing(write.ids, write.n).map((row) => [row.id, row]));
      },
    };
  return {
    rows: list,
    write(write) {
      if (write.kind === "set") {
        const row = rowOf(write.id, write.n);
        if (list.peek(row.id) === undefined) list.insertAt(row.n % (list.peek().length + 1), row);
        else list.update(row.id, () => row);
      } else if (write.kind === "delete") list.remove(write.id);
      else if (write.kind === "clear") list.clear();
      else list.replaceAll(replacing(write.ids, write.n));
    },
  };
}

/** What it gives, or that it throws. Only what rows, doubled keys and this test throw is expected. */
function outcome(f: () => unknown): unknown {
  try {
    return f();
  } catch (error) {
    for (const one of error instanceof AggregateError ? error.errors : [error]) {
      const { code, message } = one as Error & { readonly code?: string }; // cast: nothing else is thrown here
      if (code !== "SIGNALS_DUPLICATE_KEY" && !/^(bad row|doubled|the batch)$/.test(message)) throw one;
    }
    return "throws";
  }
}

test("views whose callbacks throw give what recomputing gives, however they are written, watched and left", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("map" as const, "list" as const),
      fc.array(fc.constantFrom(...VIEWS), { minLength: 3, maxLength: 3 }),
      fc.array(steps, { minLength: 1, maxLength: 12 }),
      (kind, picked, program) => {
        const left = makeSide(kind);
        const right = makeSide(kind === "map" ? "list" : "map");
        const views = picked.map(([name, make, want]: View) => ({
          name,
          read: make(left.rows, right.rows),
          want: () => outcome(() => want(left.rows.peek(), right.rows.peek())),
        }));
        const watchers: { readonly at: number; readonly shown: () => unknown; readonly end: () => void }[] = [];
        const start = (at: number, shown: () => unknown, f: () => void): void => {
          const own = scope(() => {});
          outcome(() => own.run(() => effect(f)));
          watchers.push({ at, shown, end: own.dispose });
        };
        const lookAtAll = (): void => {
          for (const { name, read, want } of views) assert.deepEqual(outcome(read), want(), name);
          for (const { at, shown } of watchers) if (at >= 0) assert.deepEqual(shown(), views[at]?.want(), "shown");
        };
        for (const step of program) {
          if (step.kind === "write") {
            outcome(() =>
              batch(() => {
                for (const write of step.writes) {
                  (write.side === 0 ? left : right).write(write);
                  if (step.readsBetween) for (const { read, want } of views) assert.deepEqual(outcome(read), want());
                }
                if (step.fails) throw new Error("the batch");
              }),
            );
          } else if (step.kind === "watch") {
            let shown: unknown;
            start(
              step.at,
              () => shown,
              () => {
                shown = "throws";
                shown = views[step.at]?.read();
              },
            );
          } else if (step.kind === "copy") {
            // An effect that writes: a row of the right follows one of the left.
            start(
              -1,
              () => undefined,
              () => {
                const row = left.rows.get(step.from);
                if (row !== undefined) right.write({ kind: "set", side: 1, id: step.to, n: row.n });
              },
            );
          } else outcome(() => watchers.splice(step.which, 1)[0]?.end());
          lookAtAll();
        }
        for (const { end } of watchers.splice(0)) end();
        lookAtAll();
      },
    ),
    { numRuns: runs(2400) },
  );
});
