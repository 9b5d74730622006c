/** Texts with their marks, as deltas: what is there, and what a transaction changed. */
import type { WireValue } from "../../wire/index.ts";
import { areSame } from "../encoding/bytes.ts";
import type { TextDelta } from "../types.ts";
import type { Mark } from "./kernel.ts";
import type { Stretch } from "./stretches.ts";

/**
 * The marks of a stretch of text: kinds and values. In a change, null takes a mark away.
 * @public
 */
export type MarkValues = Readonly<Record<string, WireValue>>;

/**
 * One step of a text with marks: insert a text or an embed, keep that many units and change their marks, or delete that many.
 * @public
 */
export type RichDeltaStep =
  | { readonly insert: string; readonly marks?: MarkValues }
  | { readonly embed: WireValue; readonly marks?: MarkValues }
  | { readonly retain: number; readonly marks?: MarkValues }
  | { readonly delete: number };

/**
 * A text with marks, or a change to one, from its start on. An embed counts as one unit. What follows the last step stays.
 * @public
 */
export type RichDelta = readonly RichDeltaStep[];

/** The unit that stands for an embed, and the kind of mark that holds it. */
export const EMBED = "\uFFFC";

type Marks = ReadonlyMap<string, Mark>;

export function deltaOf(text: string, stretches: readonly Stretch[]): RichDeltaStep[] {
  const sink = new RichSink();
  let at = 0;
  for (const { length, marks } of stretches) {
    sink.insert(text.slice(at, at + length), marks);
    at += length;
  }
  return sink.steps;
}

/** The change from one state to another, of which the plain change is known. */
export function changeOf(before: readonly Stretch[], after: readonly Stretch[], plain: TextDelta): RichDeltaStep[] {
  const sink = new RichSink();
  const [old, now] = [new Walk(before), new Walk(after)];
  const retain = (count: number): void => {
    for (let left = count; left > 0 && now.left > 0; ) {
      const length = Math.min(left, old.left, now.left);
      sink.retain(length, difference(old.marks, now.marks));
      old.skip(length);
      now.skip(length);
      left -= length;
    }
  };
  for (const step of plain) {
    if ("retain" in step) retain(step.retain);
    else if ("delete" in step) {
      old.skip(step.delete);
      sink.delete(step.delete);
    } else {
      for (let at = 0; at < step.insert.length; ) {
        const length = Math.min(step.insert.length - at, now.left);
        sink.insert(step.insert.slice(at, at + length), now.marks);
        now.skip(length);
        at += length;
      }
    }
  }
  retain(Number.POSITIVE_INFINITY);
  return sink.done();
}

/** Goes through stretches unit by unit, or many at once. */
class Walk {
  private readonly stretches: readonly Stretch[];
  private at = 0;
  private used = 0;

  constructor(stretches: readonly Stretch[]) {
    this.stretches = stretches;
  }

  get left(): number {
    return (this.stretches[this.at]?.length ?? 0) - this.used;
  }

  get marks(): Marks {
    return this.stretches[this.at]?.marks ?? NONE;
  }

  skip(count: number): void {
    this.used += count;
    for (let stretch = this.stretches[this.at]; stretch !== undefined && this.used >= stretch.length; ) {
      this.used -= stretch.length;
      stretch = this.stretches[++this.at];
    }
  }
}

const NONE: Marks = new Map();

/** Joins what belongs together. */
export class RichSink {
  readonly steps: RichDeltaStep[] = [];

  insert(text: string, marks: Marks): void {
    const embed = marks.get(EMBED);
    const values = valuesOf(marks);
    if (embed === undefined || embed.value === null) {
      this.push({ insert: text, ...values });
      return;
    }
    for (const part of text.split(/(\uFFFC)/)) {
      if (part === EMBED) this.steps.push({ embed: embed.value, ...values });
      else if (part !== "") this.push({ insert: part, ...values });
    }
  }

  retain(retain: number, marks: MarkValues | undefined): void {
    this.push(marks === undefined ? { retain } : { retain, marks });
  }

  delete(count: number): void {
    this.push({ delete: count });
  }

  /** Without what is kept as it is at the end. */
  done(): RichDeltaStep[] {
    const last = this.steps.at(-1);
    if (last !== undefined && "retain" in last && last.marks === undefined) this.steps.pop();
    return this.steps;
  }

  private push(step: RichDeltaStep): void {
    const last = this.steps.at(-1);
    const joined = last === undefined ? undefined : join(last, step);
    if (joined === undefined) this.steps.push(step);
    else this.steps[this.steps.length - 1] = joined;
  }
}

function join(last: RichDeltaStep, step: RichDeltaStep): RichDeltaStep | undefined {
  if ("delete" in last && "delete" in step) return { delete: last.delete + step.delete };
  if ("delete" in last || "delete" in step || !isSame(last.marks, step.marks)) return undefined;
  const marks = last.marks === undefined ? {} : { marks: last.marks };
  if ("insert" in last && "insert" in step) return { insert: last.insert + step.insert, ...marks };
  if ("retain" in last && "retain" in step) return { retain: last.retain + step.retain, ...marks };
  return undefined;
}

/** Records are made in one order, of values that were decoded once each. */
function isSame(a: MarkValues | undefined, b: MarkValues | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return print(a) === print(b);
}

function print(values: MarkValues): string {
  return JSON.stringify(values, (_, value: unknown) => (value instanceof Uint8Array ? { bytes: [...value] } : value));
}

function valuesOf(marks: Marks): { readonly marks?: MarkValues } {
  const entries: [string, WireValue][] = [];
  for (const [key, { value }] of marks) if (value !== null && key !== EMBED) entries.push([key, value]);
  if (entries.length === 0) return {};
  return { marks: Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** What changed, null for what is gone. */
function difference(before: Marks, after: Marks): MarkValues | undefined {
  if (before === after) return undefined;
  const entries: [string, WireValue][] = [];
  for (const [key, mark] of after) {
    const old = before.get(key);
    if (old === mark || (old?.value ?? null) === mark.value || key === EMBED) continue;
    if (old === undefined || !areSame(old.bytes, mark.bytes)) entries.push([key, mark.value]);
  }
  for (const [key, { value }] of before)
    if (value !== null && !after.has(key) && key !== EMBED) entries.push([key, null]);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
