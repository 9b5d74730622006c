import { attributeOf, type HtmlValue, isDirect, type Slot, spreadAttributes, type Template } from "../../html/index.ts";
import { shapeOf } from "../spreads.ts";
import type { Cell, Plain } from "./cells.ts";

/** What is asked of a template again and again. */
export interface Plan {
  /** What the slots hold before anything is known of them. */
  readonly blank: readonly Plain[];
  readonly hasSpread: boolean;
  /** The template whose evaluations can be compared with cells as they are: itself, or the one whose spreads were named. */
  readonly source: Template;
  /** For each slot the hole of `source` whose value it shows; else `COMPUTED`, `SPREAD` or `UNKNOWN`. */
  readonly holes: readonly number[];
  /** Nothing but children. */
  readonly isPlain: boolean;
  readonly spreads: readonly PlannedSpread[];
}

/** A hole among the attributes, and for each of its names the slot. */
interface PlannedSpread {
  readonly hole: number;
  readonly names: readonly string[];
  readonly slots: readonly number[];
}

/** What the slot shows must be worked out. */
const COMPUTED = -1;
/** The slot is an attribute of a spread. */
const SPREAD = -2;
/** Only a closer look tells. */
const UNKNOWN = -3;

// A cache, not state: an entry is a pure function of its key, and goes with it.
const plans = new WeakMap<Template, Plan>();

export function planOf(template: Template): Plan {
  let plan = plans.get(template);
  if (plan === undefined) {
    plan = makePlan(template);
    plans.set(template, plan);
  }
  return plan;
}

function makePlan(template: Template): Plan {
  const { slots } = template;
  const shape = shapeOf(template);
  const source = shape?.source ?? template;
  const places = placesOf(template, shape?.names);
  const spreads = (shape?.names ?? []).flatMap((names, hole): PlannedSpread[] =>
    names === undefined ? [] : [{ hole, names, slots: names.map((name) => slotOf(slots, places, hole, name)) }],
  );
  const holes = slots.map((slot) => {
    const place = places[slot.first];
    const isOne = slot.kind === "child" || (slot.kind === "attribute" && isDirect(template, slot));
    if (place === undefined || !isOne) return shape === undefined && slot.kind === "attribute" ? COMPUTED : UNKNOWN;
    return place.name === undefined ? place.hole : SPREAD;
  });
  return {
    blank: slots.map((slot) => (slot.kind === "attribute" ? null : "")),
    hasSpread: template.holes.some((hole) => hole.context === "spread"),
    ...{ source, holes, spreads },
    isPlain: slots.every((slot) => slot.kind === "child") && shape === undefined,
  };
}

interface Place {
  readonly hole: number;
  /** Of an attribute in a spread. */
  readonly name: string | undefined;
}

/** Where the values of a template with named spreads stood. */
function placesOf(template: Template, names: readonly (readonly string[] | undefined)[] | undefined): readonly Place[] {
  if (names === undefined) return template.holes.map((_, hole) => ({ hole, name: undefined }));
  return names.flatMap((spread, hole): Place[] =>
    spread === undefined ? [{ hole, name: undefined }] : spread.map((name) => ({ hole, name })),
  );
}

function slotOf(slots: readonly Slot[], places: readonly Place[], hole: number, name: string): number {
  return slots.findIndex(({ first }) => places[first]?.hole === hole && places[first]?.name === name);
}

/** Whether a row's cells, from `first` on, are what an evaluation of `plan.source` shows. A guess: false means a closer look. */
export function isAsItWas(
  plan: Plan,
  template: Template,
  cells: readonly Cell[],
  first: number,
  values: readonly HtmlValue[],
): boolean {
  const { holes, spreads } = plan;
  for (let slot = 0; slot < holes.length; slot++) {
    const hole = holes[slot] as number; // cast: in range
    const cell = cells[first + slot];
    if (hole >= 0) {
      const value = values[hole];
      if (value !== cell && !(cell === null && isNothing(value))) return false;
    } else if (hole === UNKNOWN) return false;
    else if (hole === COMPUTED && !isComputedAs(template, slot, values, cell)) return false;
  }
  for (const spread of spreads) if (!isSpreadAsItWas(spread, cells, first, values)) return false;
  return true;
}

function isSpreadAsItWas(
  { hole, names, slots }: PlannedSpread,
  cells: readonly Cell[],
  first: number,
  values: readonly HtmlValue[],
): boolean {
  const attributes = spreadAttributes(values[hole]);
  if (attributes === undefined) return false;
  let count = 0;
  for (const name in attributes) {
    if (names[count] !== name) return false;
    const value = attributes[name];
    const cell = cells[first + (slots[count++] as number)]; // cast: as many as names
    if (value !== cell && !(cell === null && isNothing(value))) return false;
  }
  return count === names.length;
}

/** An attribute of several parts, of plain values: anything else takes a closer look. */
function isComputedAs(template: Template, at: number, values: readonly HtmlValue[], cell: Cell | undefined): boolean {
  const slot = template.slots[at] as Slot; // cast: in range
  for (let hole = slot.first; hole < slot.first + slot.count; hole++) {
    const kind = typeof values[hole];
    if (kind !== "string" && kind !== "number") return false;
  }
  return attributeOf(template, slot, values) === cell;
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === false;
}
