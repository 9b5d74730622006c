import { INNER_SLASH, type PathNode } from "./nodes.ts";
import { compile, type Program, type Step, tooLarge } from "./program.ts";

/** Units from `low` to `high` lead to a state. */
export interface Move {
  readonly low: number;
  readonly high: number;
  readonly to: number;
}

/** What the search needs of a language: a deterministic automaton, its states made as they are asked for. */
export interface PathAutomaton {
  readonly start: number;
  /** Whether a path may end in a state. */
  accepts(state: number): boolean;
  /** Sorted and disjoint; units in no move lead nowhere. */
  moves(state: number): readonly Move[];
}

const MAX_STATES = 20_000;

/**
 * Compiles an expression.
 * 1. It becomes a program of small steps, as for a parallel matcher: read a unit, go on at two places, look ahead.
 * 2. A state is the set of places that reading a text can lead to; each place carries the look-aheads that are not
 *    decided yet, themselves sets of places. Sets are finite, so this is a deterministic automaton, made lazily.
 * @throws CodedError `ROUTER_ANALYSIS_TOO_LARGE`.
 */
export function createAutomaton(node: PathNode): PathAutomaton {
  const program = compile(node);
  const states: State[] = [];
  const ids = new Map<string, number>();

  function idOf(places: readonly Place[]): number {
    const key = places.length === 1 ? keyOf(places[0] as Place) : places.map(keyOf).sort().join(" "); // cast: it has one
    const known = ids.get(key);
    if (known !== undefined) return known;
    if (states.length >= MAX_STATES) tooLarge(`a route needs more than ${MAX_STATES} states`);
    ids.set(key, states.length);
    return states.push({ places, moves: undefined, accepts: undefined }) - 1;
  }

  const start = idOf(closure(program, [{ at: 0, looks: [] }], true, false));
  return {
    start,
    accepts(id) {
      const state = states[id] as State; // cast: ids come from here
      state.accepts ??= endsWell(program, state.places);
      return state.accepts;
    },
    moves(id) {
      const state = states[id] as State; // cast: as above
      state.moves ??= movesInText(program, state.places, idOf) ?? movesFrom(program, state.places, idOf);
      return state.moves;
    },
  };
}

interface State {
  readonly places: readonly Place[];
  moves: readonly Move[] | undefined;
  accepts: boolean | undefined;
}

/** A place in the program, and what must, or must not, fit the rest of the text. */
interface Place {
  readonly at: number;
  readonly looks: readonly Look[];
}

interface Look {
  readonly negated: boolean;
  readonly at: readonly number[];
}

/**
 * The places where the text is read, or where it must end, that can be reached without reading.
 * @param atStart - Nothing is read yet.
 * @param atEnd - Nothing will be read any more.
 */
function closure(program: Program, from: readonly Place[], atStart: boolean, atEnd: boolean): Place[] {
  const seen = new Set<string>();
  const found: Place[] = [];
  const stack = [...from].reverse();
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const key = keyOf(place);
    if (seen.has(key)) continue;
    seen.add(key);
    const { at, looks } = place;
    const step = program[at] as Step; // cast: places come from the program
    if (step.kind === "jump") stack.push({ at: step.to, looks });
    else if (step.kind === "split") stack.push({ at: step.to, looks }, { at: at + 1, looks });
    else if (step.kind === "look") {
      const more = startLook(program, at, step.negated, atStart, atEnd);
      if (more !== undefined) stack.push({ at: step.after, looks: mergeLooks(looks, more) });
    } else if (step.kind === "edge") {
      if (step.start ? atStart : atEnd) stack.push({ at: at + 1, looks });
      else if (!step.start) found.push(place);
    } else found.push(place);
  }
  return found;
}

/** What is left of a look-ahead at its start; `undefined` when it fails at once. */
function startLook(
  program: Program,
  at: number,
  negated: boolean,
  atStart: boolean,
  atEnd: boolean,
): Look[] | undefined {
  const places = closure(program, [{ at: at + 1, looks: [] }], atStart, atEnd).map((place) => place.at);
  return decide(program, { negated, at: places });
}

/** A look-ahead after a step: gone when it is satisfied, `undefined` when it failed. */
function decide(program: Program, { negated, at }: Look): Look[] | undefined {
  if (at.some((place) => program[place]?.kind === "done")) return negated ? undefined : [];
  if (at.length === 0) return negated ? [] : undefined;
  return [{ negated, at: [...at].sort((a, b) => a - b) }];
}

function mergeLooks(left: readonly Look[], right: readonly Look[]): readonly Look[] {
  if (right.length === 0) return left;
  const merged = new Map([...left, ...right].map((look) => [lookKey(look), look]));
  return [...merged.keys()].sort().flatMap((key) => merged.get(key) ?? []);
}

function lookKey({ negated, at }: Look): string {
  return `${negated ? "!" : "="}${at.join(",")}`;
}

function keyOf({ at, looks }: Place): string {
  return looks.length === 0 ? `${at}` : `${at}[${looks.map(lookKey).join(";")}]`;
}

/** The moves in the middle of static text, which is what most states of most routes are; `undefined` elsewhere. */
function movesInText(
  program: Program,
  places: readonly Place[],
  idOf: (places: readonly Place[]) => number,
): Move[] | undefined {
  const [only] = places;
  if (only === undefined || places.length > 1 || only.looks.length > 0) return undefined;
  const step = program[only.at];
  if (step?.kind !== "read" || step.ranges.length !== 2 || program[only.at + 1]?.kind !== "read") return undefined;
  const [low = 0, high = 0] = step.ranges;
  return [{ low, high, to: idOf([{ at: only.at + 1, looks: only.looks }]) }];
}

function movesFrom(program: Program, places: readonly Place[], idOf: (places: readonly Place[]) => number): Move[] {
  const moves: Move[] = [];
  for (const [low, high] of stretches(program, places)) {
    const next = closure(program, after(program, places, low), false, false);
    if (next.length === 0) continue;
    const to = idOf(next);
    const last = moves[moves.length - 1];
    if (last !== undefined && last.to === to && last.high === low - 1) moves[moves.length - 1] = { ...last, high };
    else moves.push({ low, high, to });
  }
  return moves;
}

/** Stretches of units that no set in reach tells apart. */
function stretches(program: Program, places: readonly Place[]): (readonly [low: number, high: number])[] {
  const sets = places.flatMap(({ at, looks }) => [at, ...looks.flatMap((look) => look.at)]);
  const cuts = new Set<number>();
  let reads = false;
  for (const at of sets) {
    const step = program[at];
    if (step?.kind !== "read") continue;
    reads = true;
    for (const [i, unit] of step.ranges.entries()) cuts.add(i % 2 === 0 ? unit : unit + 1);
  }
  if (!reads) return [];
  const starts = [...cuts].sort((a, b) => a - b);
  return starts
    .map((low, i) => [low, (starts[i + 1] ?? INNER_SLASH + 1) - 1] as const)
    .filter(([low, high]) => low <= high);
}

function after(program: Program, places: readonly Place[], unit: number): Place[] {
  const next: Place[] = [];
  for (const { at, looks } of places) {
    if (!reads(program, at, unit)) continue;
    let kept: readonly Look[] | undefined = [];
    for (const look of looks) {
      const stepped = look.at
        .filter((place) => reads(program, place, unit))
        .map((place) => ({ at: place + 1, looks: [] }));
      const at = closure(program, stepped, false, false).map((place) => place.at);
      const rest = decide(program, { negated: look.negated, at });
      kept = rest && mergeLooks(kept, rest);
      if (kept === undefined) break;
    }
    if (kept !== undefined) next.push({ at: at + 1, looks: kept });
  }
  return next;
}

function reads(program: Program, at: number, unit: number): boolean {
  const step = program[at];
  if (step?.kind !== "read") return false;
  const { ranges } = step;
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    if (unit >= (ranges[i] ?? 0) && unit <= (ranges[i + 1] ?? 0)) return true;
  }
  return false;
}

/** Whether the text may end here, and with it every look-ahead. */
function endsWell(program: Program, places: readonly Place[]): boolean {
  const isDone = (at: number): boolean => program[at]?.kind === "done";
  const fits = (from: readonly number[]): boolean =>
    closure(
      program,
      from.map((at) => ({ at, looks: [] })),
      false,
      true,
    ).some((place) => isDone(place.at));
  return closure(program, places, false, true).some(
    ({ at, looks }) => isDone(at) && looks.every((look) => fits(look.at) !== look.negated),
  );
}
