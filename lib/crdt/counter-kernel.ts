/** A sum to which each replica adds: of its additions only the last counts, as each carries the replica's whole part. */
import { decodeValue } from "../wire/index.ts";
import { supersede } from "./log.ts";
import type { Container, ReplicaLog, Write } from "./model.ts";
import { bad } from "./refuse.ts";
import type { WriteKind } from "./write-kind.ts";

export interface CounterContainer extends Container {
  readonly parts: Map<ReplicaLog, { readonly write: Write; readonly part: number }>;
  /** The value before this transaction, while anyone observes; else null. */
  before: { value: number | undefined } | null;
}

export function sumOf({ parts }: CounterContainer): number {
  if (parts.size === 1) for (const { part } of parts.values()) return part;
  let sum = 0;
  // sorted: sums of fractions depend on the order
  for (const [, { part }] of [...parts].sort(([a], [b]) => a.id - b.id)) sum += part;
  return sum;
}

export const counterKind: WriteKind = {
  create: (root): CounterContainer => ({ ...root, parts: new Map(), before: null }),

  check(body) {
    if (!Number.isFinite(decodeValue(body))) throw bad("a part of a counter is no number");
    return undefined;
  },

  commit(_, write) {
    const counter = write.home as CounterContainer; // cast: `create` made it
    if (counter.before !== null) counter.before.value ??= sumOf(counter);
    const current = counter.parts.get(write.log);
    counter.parts.set(write.log, { write, part: decodeValue(write.body) as number }); // cast: checked
    if (current !== undefined) supersede(current.write);
  },
};
