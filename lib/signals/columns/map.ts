import { computed, type ReadableSignal } from "../index.ts";
import { Follower, type Source } from "./aggregate.ts";
import type { Plan } from "./plan.ts";
import { BLOCK_ROWS, blocksOf } from "./stamps.ts";
import type { ColumnValues } from "./table-types.ts";

/** One value per row, of which only changed blocks are computed again. */
export function mappedNode(source: Source, plan: Plan): ReadableSignal<ColumnValues<number | boolean | null>> {
  const written = new Written(source, plan);
  const isBool = plan.steps[plan.output]?.type === "bool";
  return computed(
    () => {
      written.update();
      // A copy: a reader may keep what it was given while the table goes on.
      return new MappedValues(written.values.slice(0, written.rows), written.valid.slice(0, written.rows), isBool);
    },
    { name: "map" },
  );
}

/** The numbers of the rows for which the output is true. */
export function selectedNode(source: Source, plan: Plan): ReadableSignal<Uint32Array> {
  const written = new Written(source, plan);
  const counts: number[] = [];
  const selected = (): Uint32Array => {
    const dirty = written.update();
    counts.length = blocksOf(written.rows);
    for (const block of dirty) counts[block] = written.countIn(block);
    const found = new Uint32Array(counts.reduce((sum, count) => sum + count, 0));
    let at = 0;
    for (const [block, count] of counts.entries()) if (count > 0) at = written.list(block, found, at);
    return found;
  };
  return computed(selected, { name: "rows", equals: sameNumbers });
}

class Written {
  values: Float64Array = new Float64Array(0);
  valid: Uint8Array = new Uint8Array(0);
  rows = 0;
  private readonly follower: Follower;

  constructor(source: Source, plan: Plan) {
    this.follower = new Follower(source, plan);
  }

  /** @returns The blocks written. */
  update(): readonly number[] {
    const { rows, dirty, frame, kernel } = this.follower.next();
    this.reserve(rows);
    this.rows = rows;
    const blocks = dirty.filter((block) => block < blocksOf(rows));
    for (const block of blocks) {
      const from = block * BLOCK_ROWS;
      const to = Math.min(rows, from + BLOCK_ROWS);
      kernel(frame, from, to, this.values.subarray(from, to), this.valid.subarray(from, to));
    }
    return blocks;
  }

  countIn(block: number): number {
    let count = 0;
    const end = Math.min(this.rows, (block + 1) * BLOCK_ROWS);
    for (let row = block * BLOCK_ROWS; row < end; row++) if (this.isTrue(row)) count++;
    return count;
  }

  list(block: number, into: Uint32Array, at: number): number {
    const end = Math.min(this.rows, (block + 1) * BLOCK_ROWS);
    let next = at;
    for (let row = block * BLOCK_ROWS; row < end; row++) if (this.isTrue(row)) into[next++] = row;
    return next;
  }

  private isTrue(row: number): boolean {
    return this.values[row] === 1 && this.valid[row] === 1;
  }

  private reserve(rows: number): void {
    if (rows <= this.values.length) return;
    const size = Math.max(rows, Math.min(this.values.length * 2, 2 ** 30));
    const values = new Float64Array(size);
    const valid = new Uint8Array(size);
    values.set(this.values);
    valid.set(this.valid);
    this.values = values;
    this.valid = valid;
  }
}

class MappedValues implements ColumnValues<number | boolean | null> {
  readonly length: number;
  private readonly values: Float64Array;
  private readonly valid: Uint8Array;
  private readonly isBool: boolean;

  constructor(values: Float64Array, valid: Uint8Array, isBool: boolean) {
    this.length = values.length;
    this.values = values;
    this.valid = valid;
    this.isBool = isBool;
  }

  at(row: number): number | boolean | null {
    const value = this.values[row];
    if (value === undefined || this.valid[row] === 0) return null;
    return this.isBool ? value === 1 : value;
  }

  toArray(): (number | boolean | null)[] {
    return [...this];
  }

  *[Symbol.iterator](): Iterator<number | boolean | null> {
    for (let row = 0; row < this.length; row++) yield this.at(row);
  }
}

function sameNumbers(before: Uint32Array, after: Uint32Array): boolean {
  return before.length === after.length && before.every((row, at) => row === after[at]);
}
