import type { Template } from "../../html/index.ts";
import type { Plain } from "./cells.ts";

/** What is asked of a template again and again. */
export interface Plan {
  /** For each slot between tags the hole it shows, for others -1. */
  readonly holes: readonly number[];
  /** What the slots hold before anything is known of them. */
  readonly blank: readonly Plain[];
  readonly hasSpread: boolean;
}

// A cache, not state: an entry is a pure function of its key, and goes with it.
const plans = new WeakMap<Template, Plan>();

export function planOf(template: Template): Plan {
  let plan = plans.get(template);
  if (plan === undefined) {
    plan = {
      holes: template.slots.map((slot) => (slot.kind === "child" ? slot.first : -1)),
      blank: template.slots.map((slot) => (slot.kind === "attribute" ? null : "")),
      hasSpread: template.holes.some((hole) => hole.context === "spread"),
    };
    plans.set(template, plan);
  }
  return plan;
}
