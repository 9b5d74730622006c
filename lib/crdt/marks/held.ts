/** All marks on the units of a text, the hidden ones too, by their indexes. */
import type { Sequence } from "../model.ts";
import { firstAfter } from "../sequence/long-list.ts";
import type { Mark, MarksContainer } from "./kernel.ts";
import { type Stretch, stretchesOf } from "./stretches.ts";

/** Units next to each other, and all marks on them. */
export interface Held {
  readonly length: number;
  readonly marks: readonly Mark[];
}

/** What is on some units of a text, looked for once: what is on a few of them is found in O(log n). */
export class HeldMarks {
  private readonly held: readonly Held[];
  private readonly starts: number[] = [];

  constructor(text: Sequence, own: MarksContainer, from: number, length: number) {
    this.held = heldIn(text, own, from, length);
    let start = from;
    for (const { length: count } of this.held) {
      this.starts.push(start);
      start += count;
    }
  }

  in(index: number, length: number): Held[] {
    const { held, starts } = this;
    const first = firstAfter(starts, (start) => start > index) - 1;
    const end = firstAfter(starts, (start) => start >= index + length);
    return within(held.slice(first, end), index - (starts[first] as number), length); // cast: a stretch begins there or before
  }
}

/** Looking for all is worth it then: a stretch alone costs a walk over the marks, and far less memory. */
const MANY = 8;

/** What is on units that are asked for, and go, one stretch after the other: a text that many wrote is deleted in as many. */
export class Leaving {
  private readonly version: number;
  private visible: number;
  private asked = 0;
  private all: HeldMarks | undefined;
  /** What has gone since then, by the indexes of then: rising, and apart from each other. */
  private readonly gone: { readonly at: number; length: number }[] = [];

  constructor(text: Sequence, own: MarksContainer) {
    this.version = own.version;
    this.visible = text.tree.root.visible;
  }

  /** Whether nothing else has happened to the text. */
  goesOn(text: Sequence, own: MarksContainer): boolean {
    return this.version === own.version && this.visible === text.tree.root.visible;
  }

  next(text: Sequence, own: MarksContainer, index: number, length: number): Held[] {
    const { visible } = this;
    this.visible -= length;
    if (++this.asked < MANY) return heldIn(text, own, index, length);
    this.all ??= new HeldMarks(text, own, 0, visible);
    const at = this.leave(index, length);
    return this.all.in(at, length);
  }

  /** @returns Where the units were. */
  private leave(index: number, length: number): number {
    const { gone } = this;
    let at = index;
    let i = 0;
    for (let next = gone[0]; next !== undefined && next.at <= at; next = gone[++i]) at += next.length;
    const before = gone[i - 1];
    if (before !== undefined && before.at + before.length === at) before.length += length;
    else gone.splice(i, 0, { at, length });
    return at;
  }
}

function heldIn(text: Sequence, own: MarksContainer, from: number, length: number): Held[] {
  const stretches = stretchesOf(text, own.marks.values(), [], { from, to: from + length });
  const held = stretches.map(({ length: count, all }: Stretch) => ({ length: count, marks: all }));
  return within(held, from, length);
}

export function within(stretches: readonly Held[], from: number, length: number): Held[] {
  const found: Held[] = [];
  let at = -from;
  for (const stretch of stretches) {
    const count = Math.min(length, at + stretch.length) - Math.max(0, at);
    if (count > 0) found.push({ length: count, marks: stretch.marks });
    at += stretch.length;
  }
  return found;
}
