/** Takes a row out, then puts it in where it stands in the end. */
export interface Move {
  readonly from: number;
  readonly to: number;
}

/**
 * Moves one after another as moves at once, as {@link OP_MOVE} has them: flat `from, to` pairs by rising `to`, `-n` before runs of neighbours.
 * Time: quadratic in the moves, so there must be few.
 */
export function joinMoves(moves: readonly Move[]): number[] {
  const pairs = new Map<number, number>(); // where a row stood at first, and where it stands in the end
  for (const [at, { from }] of moves.entries()) {
    const first = before(moves, at, from);
    pairs.set(first, after(moves, at));
  }
  const flat: number[] = [];
  const sorted = [...pairs].sort((a, b) => a[1] - b[1]);
  for (let at = 0; at < sorted.length; ) {
    const [from, to] = sorted[at] as [number, number]; // cast: in range
    let run = 1;
    while (sorted[at + run]?.[0] === from + run && sorted[at + run]?.[1] === to + run) run++;
    if (run > 1) flat.push(-run);
    flat.push(from, to);
    at += run;
  }
  return flat;
}

/** Where the row that stands at an index before move `at` stood before all of them. */
function before(moves: readonly Move[], at: number, index: number): number {
  let place = index;
  for (let i = at - 1; i >= 0; i--) {
    const { from, to } = moves[i] as Move; // cast: in range
    if (place === to) place = from;
    else {
      if (place > to) place--;
      if (place >= from) place++;
    }
  }
  return place;
}

/** Where the row of move `at` stands after all of them. */
function after(moves: readonly Move[], at: number): number {
  let place = (moves[at] as Move).to; // cast: in range
  for (let i = at + 1; i < moves.length; i++) {
    const { from, to } = moves[i] as Move; // cast: in range
    if (place === from) place = to;
    else {
      if (place > from) place--;
      if (place >= to) place++;
    }
  }
  return place;
}
