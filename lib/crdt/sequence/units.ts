/** Units of sequences, and those of a list by the name under which a container of theirs is found. */
import { unitName } from "../container-name.ts";
import type { DocModel, ReplicaLog, Run, Sequence, Span } from "../model.ts";
import { entryAt, spanAt } from "../update/log.ts";
import type { Item } from "../values.ts";
import { partAt } from "./leaves.ts";

/** One unit of a list. */
export interface Unit {
  readonly span: Span;
  readonly offset: number;
}

/** The unit of that name; undefined where the list has had none. O(log n). */
export function unitOf({ logs }: DocModel, list: Sequence, name: string): Unit | undefined {
  const [replica, counter] = name.split(".").map(Number) as [number, number]; // cast: units are named so
  const log = logs.get(replica);
  const span = log === undefined || counter >= log.next ? undefined : spanAt(log, counter, list);
  return span === undefined ? undefined : { span, offset: counter - span.counter };
}

export function nameOf({ span, offset }: Unit): string {
  return unitName(span.log.id, span.counter + offset);
}

/** What it holds, also where that shows elsewhere; undefined once it has been deleted. O(log n). */
export function itemAt({ span, offset }: Unit): Item | undefined {
  const { content, aside, offset: from } = partAt(span, offset);
  return (content ?? aside)?.[offset - from] as Item | undefined; // cast: lists hold items
}

export function spanOf(log: ReplicaLog, counter: number): Span {
  return entryAt(log, counter) as Span; // cast: callers ask for units
}

/** Visits the parts of the sequence that hold the units, in the order of their counters. `from` and `to` are offsets in the run's span. */
export function eachPart(
  log: ReplicaLog,
  counter: number,
  length: number,
  visit: (run: Run, from: number, to: number) => void,
): void {
  for (let at = counter; at < counter + length; ) {
    const span = spanOf(log, at);
    const from = at - span.counter;
    const run = partAt(span, from);
    const to = Math.min(run.offset + run.length, counter + length - span.counter);
    at = span.counter + to;
    visit(run, from, to);
  }
}
