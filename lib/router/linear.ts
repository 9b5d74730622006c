import type { Positions } from "./automaton.ts";
import { characterClasses } from "./dfa.ts";

// Ways to read one text up to one place. 1 would refuse (?:\d+|\w+)x, which costs at most twice the work.
const MAX_READINGS = 4;
const MAX_STATES = 2048;

/**
 * Says why a backtracking engine could need more than linear time on an automaton, or `undefined` when none could.
 *
 * A backtracking engine does at most as much work as there are ways to read each beginning of the text. We walk the
 * subset construction and count the ways into each position: while no count passes a constant, the work per unit of
 * text is at most that constant times the positions. Loops that feed each other, such as \d+\d+ or (?:a|a)*, and
 * chains such as a?a?a?a? drive some count past every bound.
 * Our own matcher is a table and linear on anything, but compiled forms run on the host's regular expressions.
 */
export function superLinearReason(positions: Positions): string | undefined {
  const { count, members } = characterClasses(positions.sets);
  const start = new Map(positions.first.map((id) => [id, 1]));
  const seen = new Map<string, Readings>([["start", start]]);
  for (const readings of seen.values()) {
    for (let symbol = 0; symbol < count; symbol++) {
      const bit = 1n << BigInt(symbol);
      const here = readings === start ? fitting(start, members, bit) : advance(positions, readings, members, bit);
      if (here === undefined) return "one text can be read in many ways";
      seen.set([...here].sort(byPosition).join(";"), here);
    }
    if (seen.size > MAX_STATES) return "it is too complex to be certain of linear time";
  }
  return undefined;
}

/** For each position reached, in how many ways. */
type Readings = ReadonlyMap<number, number>;

function fitting(readings: Readings, members: readonly bigint[], bit: bigint): Readings {
  return new Map([...readings].filter(([id]) => ((members[id] ?? 0n) & bit) !== 0n));
}

function advance(positions: Positions, from: Readings, members: readonly bigint[], bit: bigint): Readings | undefined {
  const next = new Map<number, number>();
  for (const [id, ways] of from) {
    for (const to of positions.follow[id] ?? []) {
      if (((members[to] ?? 0n) & bit) === 0n) continue;
      const total = (next.get(to) ?? 0) + ways;
      if (total > MAX_READINGS) return undefined;
      next.set(to, total);
    }
  }
  return next;
}

function byPosition(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0];
}
