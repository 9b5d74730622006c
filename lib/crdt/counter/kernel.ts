/** A sum to which each replica adds: of its additions only the last counts, as each carries the replica's whole part. */
import { decodeValue } from "../../wire/index.ts";
import type { Body, CounterContainer, Write } from "../model.ts";
import { bad } from "../refuse.ts";
import { supersede } from "../update/log.ts";

export function sumOf({ parts }: Pick<CounterContainer, "parts">): number {
  if (parts.size === 1) for (const { part } of parts.values()) return part;
  let sum = 0;
  // sorted: sums of fractions depend on the order
  for (const [, { part }] of [...parts].sort(([a], [b]) => a.id - b.id)) sum += part;
  return sum;
}

export function checkPart(body: Body): undefined {
  if (!Number.isFinite(decodeValue(body as Uint8Array))) throw bad("amount");
}

export function commitPart(write: Write): void {
  const counter = write.home as CounterContainer; // cast: its kind's `home` made it
  note(counter);
  const current = counter.parts.get(write.log);
  counter.parts.set(write.log, { write, part: decodeValue(write.body as Uint8Array) as number }); // cast: checked
  if (current !== undefined) supersede(current.write);
}

export function removePart(write: Write): void {
  const counter = write.home as CounterContainer; // cast: its kind's `home` made it
  if (counter.parts.get(write.log)?.write !== write) return;
  note(counter);
  counter.parts.delete(write.log);
  supersede(write);
}

function note(counter: CounterContainer): void {
  counter.hooks.changing?.(counter, "");
  if (counter.changes !== null) counter.changes.before ??= sumOf(counter);
}
