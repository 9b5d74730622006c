import { CodedError } from "../../errors/index.ts";
import type { Ranges } from "../ranges.ts";
import type { PathNode } from "./nodes.ts";

const MAX_STEPS = 20_000;

/** A small step, as of a parallel matcher; what no step says goes on at the next one. */
export type Step =
  | { readonly kind: "read"; readonly ranges: Ranges }
  | { readonly kind: "split"; readonly to: number }
  | { readonly kind: "jump"; readonly to: number }
  | { readonly kind: "edge"; readonly start: boolean }
  | { readonly kind: "look"; readonly negated: boolean; readonly after: number }
  | { readonly kind: "done" };

export type Program = readonly Step[];

/**
 * Writes an expression as a program, which starts at its first step.
 * 1. Sets and edges are one step, sequences one after the other.
 * 2. What may be left out stands behind a split, which leads on inside it and to what comes after; alternatives are
 *    splits that end in a jump, loops splits with a jump back.
 * 3. The body of a look-ahead stands behind its step and ends the program for itself.
 */
export function compile(root: PathNode): Program {
  const steps: Step[] = [];
  const push = (step: Step): number => {
    if (steps.length >= MAX_STEPS) tooLarge(`a pattern has more than ${MAX_STEPS} parts`);
    return steps.push(step) - 1;
  };
  const hole: Step = { kind: "done" };

  function optional(body: () => void): void {
    const split = push(hole);
    body();
    steps[split] = { kind: "split", to: steps.length };
  }

  function write(node: PathNode): void {
    switch (node.kind) {
      case "set":
        push({ kind: "read", ranges: node.ranges });
        return;
      case "edge":
        push({ kind: "edge", start: node.at === "start" });
        return;
      case "sequence":
        for (const item of node.items) write(item);
        return;
      case "choice":
        writeChoice(node.items);
        return;
      case "repeat":
        writeRepeat(node.body, node.min, node.max);
        return;
      case "look": {
        const look = push(hole);
        write(node.body);
        push({ kind: "done" });
        steps[look] = { kind: "look", negated: node.negated, after: steps.length };
        return;
      }
    }
  }

  function writeChoice(items: readonly PathNode[]): void {
    const ends: number[] = [];
    for (const [i, item] of items.entries()) {
      if (i === items.length - 1) write(item);
      else
        optional(() => {
          write(item);
          ends.push(push(hole));
        });
    }
    for (const end of ends) steps[end] = { kind: "jump", to: steps.length };
  }

  function writeRepeat(body: PathNode, min: number, max: number): void {
    for (let i = 0; i < min; i++) write(body);
    if (max !== Number.POSITIVE_INFINITY) {
      for (let i = min; i < max; i++) optional(() => write(body));
      return;
    }
    optional(() => {
      const from = steps.length - 1; // the split before it
      write(body);
      push({ kind: "jump", to: from });
    });
  }

  write(root);
  push({ kind: "done" });
  return steps;
}

export function tooLarge(what: string): never {
  throw new CodedError("ROUTER_ANALYSIS_TOO_LARGE", `the table is not analysed: ${what}`);
}
