import type { PathAutomaton } from "./automaton.ts";
import { unitRank } from "./nodes.ts";
import { tooLarge } from "./program.ts";

// Steps of single automata: some seconds' worth. No table of ordinary routes comes near.
const MAX_WORK = 20_000_000;

/**
 * Looks for a path that all of `mains` take and none of `others`. The automata walk side by side; a branch on which
 * fewer of the others are left is tried first, so that a path that nobody else takes is found without seeing much.
 * @param onTaken - Called for every way in which others take a path of the mains.
 * @returns The units of the path, or `undefined` when there is none: then every state has been seen.
 * @throws CodedError `ROUTER_ANALYSIS_TOO_LARGE`.
 */
export function findPath(
  mains: readonly PathAutomaton[],
  others: readonly PathAutomaton[],
  onTaken: (takers: readonly number[], word: () => readonly number[]) => void = () => {},
): readonly number[] | undefined {
  const start: Visit = {
    mains: mains.map((main) => main.start),
    live: others.map((_, i) => i),
    states: others.map((other) => other.start),
    unit: 0,
    from: undefined,
  };
  const seen = new Set<string>([keyOf(start)]);
  const dead = new Set<string>();
  const stack = [start];
  let work = 0;
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const here = visit;
    if (here.live.length === 0) {
      const rest = finish(mains, here.mains, dead);
      if (rest !== undefined) return [...wordOf(here), ...rest];
      continue;
    }
    if (acceptsAll(mains, here.mains)) {
      const takers = here.live.filter((other, i) => others[other]?.accepts(here.states[i] ?? 0));
      if (takers.length === 0) return wordOf(here);
      onTaken(takers, () => wordOf(here));
    }
    const fresh = branches(mains, others, here).filter((branch) => {
      const key = keyOf(branch);
      return !seen.has(key) && seen.add(key);
    });
    work += (fresh.length + 1) * (mains.length + here.live.length);
    if (work > MAX_WORK) tooLarge("a route overlaps others in too many ways");
    stack.push(
      ...fresh.sort((a, b) => b.live.length - a.live.length || unitRank(b.unit) - unitRank(a.unit) || b.unit - a.unit),
    );
  }
  return undefined;
}

/** Where all automata stand after a beginning of a path. */
interface Visit {
  readonly mains: readonly number[];
  /** The others that may still take the path, and their states. */
  readonly live: readonly number[];
  readonly states: readonly number[];
  readonly unit: number;
  readonly from: Visit | undefined;
}

function keyOf({ mains, live, states }: Visit): string {
  return `${mains.join()}|${live.map((other, i) => `${other}:${states[i]}`).join()}`;
}

function wordOf(visit: Visit): readonly number[] {
  const word: number[] = [];
  for (let at = visit; at.from !== undefined; at = at.from) word.push(at.unit);
  return word.reverse();
}

function acceptsAll(automata: readonly PathAutomaton[], states: readonly number[]): boolean {
  return automata.every((automaton, i) => automaton.accepts(states[i] ?? 0));
}

/** Units that lead the mains to the same states. */
interface Stretch {
  readonly low: number;
  readonly high: number;
  readonly to: readonly number[];
}

/** The units on which all mains go on. */
function commonMoves(mains: readonly PathAutomaton[], states: readonly number[]): readonly Stretch[] {
  let common: readonly Stretch[] = [{ low: 0, high: Number.POSITIVE_INFINITY, to: [] }];
  for (const [i, main] of mains.entries()) {
    const moves = main.moves(states[i] ?? 0);
    const next: Stretch[] = [];
    let at = 0;
    for (const { low, high, to } of common) {
      while (at < moves.length && (moves[at]?.high ?? 0) < low) at++;
      for (let k = at; k < moves.length; k++) {
        const move = moves[k];
        if (move === undefined || move.low > high) break;
        next.push({ low: Math.max(low, move.low), high: Math.min(high, move.high), to: [...to, move.to] });
      }
    }
    common = next;
  }
  return common;
}

/** A visit for each group of units that nobody tells apart; the unit that reads best stands for its group. */
function branches(mains: readonly PathAutomaton[], others: readonly PathAutomaton[], from: Visit): Visit[] {
  const stretches = commonMoves(mains, from.mains);
  const [only] = stretches;
  if (only === undefined) return [];
  if (stretches.length === 1 && only.low === only.high) return [alongOne(others, from, only.low, only.to)];
  const moves = from.live.map((other, i) => others[other]?.moves(from.states[i] ?? 0) ?? []);
  const cuts = new Set<number>(stretches.flatMap(({ low, high }) => [low, high + 1]));
  for (const list of moves) for (const { low, high } of list) cuts.add(low).add(high + 1);
  const starts = [...cuts].sort((a, b) => a - b);
  const buckets = starts.map((): { live: number[]; states: number[] } => ({ live: [], states: [] }));
  for (const [i, list] of moves.entries()) {
    for (const { low, high, to } of list) {
      for (let k = indexOf(starts, low); (starts[k] ?? Number.POSITIVE_INFINITY) <= high; k++) {
        buckets[k]?.live.push(from.live[i] ?? 0);
        buckets[k]?.states.push(to);
      }
    }
  }
  const found = new Map<string, Visit>();
  for (const { low, high, to } of stretches) {
    for (let k = indexOf(starts, low); (starts[k] ?? Number.POSITIVE_INFINITY) <= high; k++) {
      const unit = bestUnit(starts[k] ?? 0, (starts[k + 1] ?? high + 1) - 1);
      const visit: Visit = { mains: to, live: buckets[k]?.live ?? [], states: buckets[k]?.states ?? [], unit, from };
      const key = keyOf(visit);
      const known = found.get(key);
      if (known === undefined || unitRank(unit) < unitRank(known.unit)) found.set(key, visit);
    }
  }
  return [...found.values()];
}

/** As `branches`, where the mains leave no choice: in static text, that is most of the way. */
function alongOne(others: readonly PathAutomaton[], from: Visit, unit: number, mains: readonly number[]): Visit {
  const live: number[] = [];
  const states: number[] = [];
  for (const [i, other] of from.live.entries()) {
    const moves = others[other]?.moves(from.states[i] ?? 0) ?? [];
    const move = moves.find(({ low, high }) => low <= unit && unit <= high);
    if (move === undefined) continue;
    live.push(other);
    states.push(move.to);
  }
  return { mains, live, states, unit, from };
}

/** The place of a value that is in a sorted list. */
function indexOf(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// One unit of each kind that reads differently, in the order of their ranks.
const SAMPLES: readonly number[] = [120, 97, 49, 65, 45, 95, 126, 47];

function bestUnit(low: number, high: number): number {
  const sample = SAMPLES.find((unit) => unit >= low && unit <= high);
  if (sample !== undefined) return sample;
  let best = low;
  for (let unit = low; unit <= Math.min(high, 127); unit++) if (unitRank(unit) < unitRank(best)) best = unit;
  return best;
}

/** The shortest way to a path that all mains take; `dead` remembers where there is none. */
function finish(
  mains: readonly PathAutomaton[],
  states: readonly number[],
  dead: Set<string>,
): readonly number[] | undefined {
  const start: Visit = { mains: states, live: [], states: [], unit: 0, from: undefined };
  const seen = new Set<string>([keyOf(start)]);
  const queue = [start];
  for (const visit of queue) {
    if (acceptsAll(mains, visit.mains)) return wordOf(visit);
    const ways = commonMoves(mains, visit.mains).map(({ low, high, to }) => ({ to, unit: bestUnit(low, high) }));
    for (const { to, unit } of ways.sort((a, b) => unitRank(a.unit) - unitRank(b.unit))) {
      const next: Visit = { mains: to, live: [], states: [], unit, from: visit };
      const key = keyOf(next);
      if (seen.has(key) || dead.has(key)) continue;
      seen.add(key);
      if (seen.size * mains.length > MAX_WORK) tooLarge("a route has too many states");
      queue.push(next);
    }
  }
  for (const key of seen) dead.add(key);
  return undefined;
}
