import type { PathAutomaton } from "./automaton.ts";
import { type Entry, isInside, type Prepared, serves, type Way } from "./entries.ts";
import { type Outline, OutlineIndex } from "./overlaps.ts";
import { findPath } from "./search.ts";
import { compareShapes, type ShapeOrder } from "./shapes.ts";
import type { RoutePolicy, TableRoute } from "./types.ts";

/** Routes that take paths of another, and one such path, which the first of them answers. */
export interface Taken {
  readonly by: readonly Entry[];
  readonly word: readonly number[];
}

/** For each way of a route, those of other routes that may share a path with it. */
export type Rivals = ReadonlyMap<Way, readonly Way[]>;

/** Who answers which paths: the sets of paths of a table's routes, held against each other as the policy says. */
export class Contest<Route extends TableRoute> {
  readonly firstMatch: boolean;
  private readonly table: Prepared<Route>;
  private readonly index: OutlineIndex = new OutlineIndex();

  constructor(table: Prepared<Route>, policy: RoutePolicy) {
    this.table = table;
    this.firstMatch = policy === "first-match";
    for (const way of table.ways) this.index.add(way.id, way.outline);
  }

  rivalsOf(entry: Entry): Rivals {
    return new Map(entry.ways.map((way) => [way, this.rivalsOfWay(way)]));
  }

  private rivalsOfWay(way: Way): readonly Way[] {
    return this.index
      .overlapping(way.outline)
      .map((id) => this.table.ways[id] as Way) // cast: the index holds ids of the table
      .filter((rival) => rival.entry !== way.entry);
  }

  /** Whether one route takes every path of another, whatever comes before the two. */
  takesAll(other: Entry, entry: Entry): boolean {
    const automata = other.ways.map((way) => way.automaton());
    return entry.ways.every((way) => {
      if (!other.ways.some((its) => other.ways.length > 1 || mayTakeAll(its.outline, way.outline))) return false;
      return findPath([way.automaton(), this.table.paths], automata) === undefined;
    });
  }

  anyPath(entry: Entry): readonly number[] | undefined {
    for (const way of entry.ways) {
      const word = findPath([way.automaton(), this.table.paths], []);
      if (word !== undefined) return word;
    }
    return undefined;
  }

  /**
   * The routes that take every path of a route for a method, or `undefined` when it answers some.
   * @param before - Only routes up to this place count.
   */
  whoTakesAll(entry: Entry, rivals: Rivals, method: string, before: number): Taken | undefined {
    const by = new Set<Entry>();
    let word: readonly number[] | undefined;
    for (const [way, others] of rivals) {
      const stronger = others.filter((rival) => rival.entry.index < before && this.isStronger(rival, way, method));
      if (stronger.length === 0 && !way.doubtful) return undefined;
      const taken = this.whoTakes(way, stronger, method);
      if (taken === undefined) return undefined;
      word ??= taken.by.length > 0 ? taken.word : undefined;
      for (const winner of taken.by) by.add(winner);
    }
    // nobody takes them when the router refuses every path; the pattern itself still tells one
    return {
      by: [...by],
      word:
        word ??
        findPath(
          entry.ways.slice(0, 1).map((way) => way.automaton()),
          [],
        ) ??
        [],
    };
  }

  private whoTakes(way: Way, stronger: readonly Way[], method: string): Taken | undefined {
    const mains = [way.automaton(), this.table.paths];
    const alone = this.strongest(
      stronger.filter((rival) => {
        return mayTakeAll(rival.outline, way.outline) && findPath(mains, [rival.automaton()]) === undefined;
      }),
      method,
    );
    if (alone === undefined) return this.whoShares(mains, stronger, method);
    const first = stronger.filter((rival) => rival !== alone && this.beats(rival, alone, method));
    const word = findPath(mains, automataOf(first));
    return word === undefined ? this.whoShares(mains, first, method) : { by: [alone.entry], word };
  }

  /** Every route that answers a path of the mains, when together they answer all. */
  private whoShares(mains: readonly PathAutomaton[], stronger: readonly Way[], method: string): Taken | undefined {
    const by = new Set<Entry>();
    let word: readonly number[] = [];
    const free = findPath(mains, automataOf(stronger), (takers, current) => {
      const winner = this.strongest(
        takers.map((taker) => stronger[taker] as Way),
        method,
      ); // cast: places in that list
      if (winner === undefined) return;
      if (by.size === 0) word = current();
      by.add(winner.entry);
    });
    return free === undefined ? { by: [...by], word } : undefined;
  }

  /** Whether the policy lets `rival` answer before `way`, for all requests of the method that `way` could get. */
  isStronger(rival: Way, way: Way, method: string): boolean {
    const other = rival.entry;
    if (other.route.passes || !serves(other.route, method) || !isInside(way.entry, other)) return false;
    if (this.firstMatch) return other.index < way.entry.index;
    const order = this.order(rival, way);
    if (order !== "same") return order === "before";
    // at one place the method's own route comes first, then the narrower condition: only a duplicate is left
    return other.route.methods.includes(method) && isInside(other, way.entry) && other.index < way.entry.index;
  }

  /** Which of two ways that take one path answers it. */
  private beats(left: Way, right: Way, method: string): boolean {
    if (this.firstMatch) return left.entry.index < right.entry.index;
    const order = this.order(left, right);
    if (order === "before" || order === "after") return order === "before";
    const [mine, other] = [left.entry, right.entry].map((entry) => methodRank(entry.route, method));
    if (mine !== other) return (mine ?? 0) > (other ?? 0);
    const inside = isInside(left.entry, right.entry);
    return inside === isInside(right.entry, left.entry) ? left.entry.index < right.entry.index : inside;
  }

  private strongest(ways: readonly Way[], method: string): Way | undefined {
    let best: Way | undefined;
    for (const way of ways) if (best === undefined || this.beats(way, best, method)) best = way;
    return best;
  }

  order(left: Way, right: Way): ShapeOrder {
    if (left.shape === undefined || right.shape === undefined) return "apart";
    return compareShapes(left.shape, right.shape);
  }
}

export function automataOf(ways: readonly Way[]): readonly PathAutomaton[] {
  return ways.map((way) => way.automaton());
}

function methodRank(route: TableRoute, method: string): number {
  if (route.methods.includes(method)) return 2;
  return method === "HEAD" && route.methods.includes("GET") ? 1 : 0;
}

/** Says no only when paths of `inner` are certain to lie outside: a static segment never takes all that others take. */
function mayTakeAll(outer: Outline, inner: Outline): boolean {
  const size = outer.segments.length;
  if (size > inner.segments.length) return inner.open;
  for (let i = 0; i < size; i++) {
    const mine = outer.segments[i];
    const its = inner.segments[i];
    if (mine !== undefined && its !== undefined && mine !== its) return false;
  }
  return true;
}
