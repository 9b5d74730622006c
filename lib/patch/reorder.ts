import { longestRise } from "../pool/index.ts";
import type { Operation, Path } from "../wire/index.ts";
import { OP_MOVE, OP_PERMUTE, packOrder } from "../wire/index.ts";
import { integerBytes } from "./integer-bytes.ts";

/** A stretch of rows that stay among themselves, and moves that put them in order. */
interface Stretch {
  readonly first: number;
  readonly end: number;
  readonly moves: readonly number[];
}

/**
 * What puts rows into another order, in the smallest of its forms: moves, in which neighbours are one; a permutation of all that moves; or stretches that stay among
 * themselves each by itself, those permuted that are smaller so.
 * @param order - For each new place the old one, from 0.
 * @param start - What both are counted from.
 */
export function reorderOperations(order: readonly number[], start: number, path: Path): Operation[] {
  const stretches = stretchesOf(order, start);
  let best: Operation[] = moveAll(stretches, path);
  const [head] = stretches;
  if (head === undefined) return best;
  if (stretches.length > 1) {
    const rest: Stretch[] = [];
    const apart: Operation[] = [];
    for (const stretch of stretches) {
      const permuted = permutation(order, stretch.first, stretch.end, start, path, moveAll([stretch], path));
      if (permuted === undefined) rest.push(stretch);
      else apart.push(...permuted);
    }
    apart.push(...moveAll(rest, path)); // other stretches have their places either way
    if (wireBytes(apart) < wireBytes(best)) best = apart;
  }
  const { end } = stretches[stretches.length - 1] ?? head;
  return permutation(order, head.first, end, start, path, best) ?? best;
}

/** The stretches in which anything moves. */
function stretchesOf(order: readonly number[], start: number): Stretch[] {
  const stays = longestRise(order); // of all, and so of each stretch
  const stretches: Stretch[] = [];
  let first = 0;
  let highest = -1;
  for (let at = 0; at < order.length; at++) {
    highest = Math.max(highest, order[at] ?? 0);
    if (highest > at) continue;
    if (at > first) stretches.push({ first, end: at + 1, moves: movesOf(order, stays, first, at + 1, start) });
    first = at + 1;
  }
  return stretches;
}

function movesOf(order: readonly number[], stays: Uint8Array, first: number, end: number, start: number): number[] {
  const moves: number[] = [];
  for (let to = first; to < end; ) {
    const from = order[to] ?? 0;
    let run = 1;
    if (stays[to] === 0) {
      while (to + run < end && stays[to + run] === 0 && order[to + run] === from + run) run++;
      if (run > 1) moves.push(-run);
      moves.push(start + from, start + to);
    }
    to += run;
  }
  return moves;
}

function moveAll(stretches: readonly Stretch[], path: Path): Operation[] {
  const moves = stretches.flatMap((stretch) => stretch.moves);
  return moves.length === 0 ? [] : [[OP_MOVE, path, ...moves]];
}

/** The permutation of a stretch, if it is smaller than what else would do. */
function permutation(
  order: readonly number[],
  first: number,
  end: number,
  start: number,
  path: Path,
  other: readonly Operation[],
): Operation[] | undefined {
  const count = end - first;
  const limit = wireBytes(other);
  if (leastOrderBytes(count) >= limit) return undefined;
  const packed = packOrder(order.slice(first, end).map((from) => from - first));
  const whole: Operation[] = [[OP_PERMUTE, path, start + first, count, packed]];
  return wireBytes(whole) < limit ? whole : undefined;
}

/** The fewest bytes that an order can take: no place takes less than floor(log2 left) bits. */
function leastOrderBytes(count: number): number {
  const width = 31 - Math.clz32(count);
  return ((count + 1) * width - (2 << width) + 2) >> 3;
}

/** What moves and permutations cost on the wire. */
export function wireBytes(value: readonly Operation[] | Operation[number]): number {
  if (typeof value === "number") return integerBytes(value);
  if (value instanceof Uint8Array) return value.length + (value.length < 256 ? 2 : value.length < 65_536 ? 3 : 5);
  if (!Array.isArray(value)) return 0;
  let bytes = value.length < 16 ? 1 : value.length < 65_536 ? 3 : 5;
  for (const part of value as readonly Operation[number][]) bytes += wireBytes(part); // cast: nothing else is in them
  return bytes;
}
