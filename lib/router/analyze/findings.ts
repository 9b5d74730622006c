import { automataOf, Contest, type Rivals, type Taken } from "./contest.ts";
import { areHostsLevel, type Entry, isInside, type Prepared, serves, type Way } from "./entries.ts";
import { findPath } from "./search.ts";
import { namesOf } from "./shapes.ts";
import type { RouteEntry, RouteFinding, RouteFindingKind, RouteFix, RoutePolicy, TableRoute } from "./types.ts";

/** What a finding needs besides the route. */
interface Draft extends Taken {
  readonly kind: RouteFindingKind;
  readonly methods: readonly string[];
}

/**
 * Finds what is wrong with the routes of a table.
 * 1. For each route, those that may overlap with it come from an index of outlines: a few, usually.
 * 2. Of these, the ones that the policy prefers could hide it; whether they do is a search over automata.
 * 3. What is a duplicate is not called unreachable, too.
 */
export class Finder<Route extends TableRoute> {
  private readonly table: Prepared<Route>;
  private readonly contest: Contest<Route>;

  constructor(table: Prepared<Route>, policy: RoutePolicy) {
    this.table = table;
    this.contest = new Contest(table, policy);
  }

  findings(): RouteFinding<Route>[] {
    return this.table.entries.flatMap((entry) => this.about(entry).map((draft) => this.report(entry, draft)));
  }

  private about(entry: Entry): readonly Draft[] {
    const rivals = this.contest.rivalsOf(entry);
    const pairs = this.contest.firstMatch ? this.sameLanguages(entry, rivals) : this.sameShapes(entry, rivals);
    const isNamed = (method: string): boolean =>
      pairs.some(
        ({ methods, by }) =>
          methods.includes(method) &&
          by.every((winner) => isInside(entry, winner) && this.contest.takesAll(winner, entry)),
      );
    const hidden: Draft[] = [];
    const shadowed: Draft[] = [];
    for (const method of new Set(entry.route.methods)) {
      if (isNamed(method)) continue;
      const taken = this.contest.whoTakesAll(entry, rivals, method, Number.POSITIVE_INFINITY);
      if (taken !== undefined) hidden.push({ ...taken, kind: "unreachable", methods: [method] });
      else if (this.contest.firstMatch) shadowed.push(...this.shadows(rivals, method));
    }
    return [...pairs, ...joined(hidden), ...joined(shadowed)];
  }

  // Pairs

  private sameShapes(entry: Entry, rivals: Rivals): readonly Draft[] {
    const drafts = new Map<string, Draft>();
    for (const [way, others] of rivals) {
      for (const rival of others) {
        if (rival.entry.index > entry.index) continue;
        const draft = this.pairOf(way, rival);
        const key = `${draft?.kind} ${rival.entry.index}`;
        if (draft !== undefined && !drafts.has(key)) drafts.set(key, draft);
      }
    }
    return [...drafts.values()];
  }

  private pairOf(way: Way, rival: Way): Draft | undefined {
    const order = this.contest.order(way, rival);
    const mine = way.entry;
    const other = rival.entry;
    if (order === "same") {
      const methods = mine.route.methods.filter((method) => other.route.methods.includes(method));
      const sameRequests = isInside(mine, other) && isInside(other, mine);
      if (methods.length === 0 || (!sameRequests && !areHostsLevel(mine, other))) return undefined;
      const word = findPath([way.automaton(), this.table.paths], []) ?? findPath([way.automaton()], []) ?? [];
      const kind = sameRequests && sameNames(way, rival) ? "duplicate" : "ambiguous";
      return { kind, methods, by: [other], word };
    }
    if (order !== "ambiguous" || (!isInside(mine, other) && !isInside(other, mine))) return undefined;
    const own = mine.route.methods.filter((method) => serves(other.route, method));
    const methods = own.length > 0 ? own : mine.route.methods.filter((method) => standsFor(method, other.route));
    const word = methods.length > 0 ? findPath([way.automaton(), rival.automaton(), this.table.paths], []) : undefined;
    return word && { kind: "ambiguous", methods, by: [other], word };
  }

  private sameLanguages(entry: Entry, rivals: Rivals): readonly Draft[] {
    const named = new Set<string>();
    const drafts: Draft[] = [];
    for (const other of entriesOf(rivals)) {
      if (other.index > entry.index) break;
      const methods = entry.route.methods.filter(
        (method) => other.route.methods.includes(method) && !named.has(method),
      );
      if (methods.length === 0 || other.route.passes || !isInside(entry, other) || !isInside(other, entry)) continue;
      if (!this.contest.takesAll(other, entry) || !this.contest.takesAll(entry, other)) continue;
      const word = this.contest.anyPath(entry);
      const [mine] = entry.ways;
      const [its] = other.ways;
      if (word === undefined || mine === undefined || its === undefined) continue;
      for (const method of methods) named.add(method);
      drafts.push({ kind: sameNames(mine, its) ? "duplicate" : "ambiguous", methods, by: [other], word });
    }
    return drafts;
  }

  // First match, read as precedence would

  private shadows(rivals: Rivals, method: string): readonly Draft[] {
    const drafts: Draft[] = [];
    for (const [way, others] of rivals) {
      const earlier = others.filter((rival) => this.contest.isStronger(rival, way, method));
      for (const rival of earlier) {
        if (this.contest.order(way, rival) !== "before") continue;
        const first = earlier.filter((other) => other.entry.index < rival.entry.index);
        const word = findPath([way.automaton(), rival.automaton(), this.table.paths], automataOf(first));
        if (word !== undefined) drafts.push({ kind: "shadowed", methods: [method], by: [rival.entry], word });
      }
    }
    const [first] = drafts.sort((a, b) => (a.by[0]?.index ?? 0) - (b.by[0]?.index ?? 0));
    return first === undefined ? [] : [{ ...first, by: [...new Set(drafts.flatMap((draft) => draft.by))] }];
  }

  // Reports

  private report(entry: Entry, { kind, methods, by, word }: Draft): RouteFinding<Route> {
    return {
      kind,
      route: refer(entry),
      by: by.map((winner) => refer<Route>(winner)),
      methods,
      witness: this.table.show(word),
      fix: this.fixFor(entry, kind, methods, by),
    };
  }

  private fixFor(entry: Entry, kind: RouteFindingKind, methods: readonly string[], by: readonly Entry[]): RouteFix {
    const { index } = entry;
    const name = `${methods.join(", ")} ${entry.route.pattern}`;
    const before =
      kind === "shadowed" ? Math.min(...by.map((winner) => winner.index)) : this.moveBefore(entry, kind, methods, by);
    if (before !== undefined) {
      const target = by.find((winner) => winner.index === before)?.route.pattern ?? "";
      return { kind: "move", index, before, text: `Move ${name} before ${target}.` };
    }
    return { kind: "remove", index, methods, text: removal(name, kind, by) };
  }

  /** A place from which an unreachable route is reached, before a broader one; `undefined` when there is none. */
  private moveBefore(
    entry: Entry,
    kind: RouteFindingKind,
    methods: readonly string[],
    by: readonly Entry[],
  ): number | undefined {
    if (!this.contest.firstMatch || kind !== "unreachable") return undefined;
    const broader = by.filter((winner) => this.isMoreSpecific(entry, winner));
    if (broader.length === 0) return undefined;
    const before = Math.min(...broader.map((winner) => winner.index));
    const rivals = this.contest.rivalsOf(entry);
    const reached = methods.every((method) => this.contest.whoTakesAll(entry, rivals, method, before) === undefined);
    return reached ? before : undefined;
  }

  private isMoreSpecific(entry: Entry, other: Entry): boolean {
    const orders = entry.ways.flatMap((way) => other.ways.map((its) => this.contest.order(way, its)));
    if (orders.includes("before")) return true;
    if (!isInside(other, entry) && isInside(entry, other)) return true;
    return this.contest.takesAll(other, entry) && !this.contest.takesAll(entry, other);
  }
}

function refer<Route extends TableRoute>({ index, route }: Entry): RouteEntry<Route> {
  return { index, route: route as Route }; // cast: every entry holds a route of the table
}

function removal(name: string, kind: RouteFindingKind, by: readonly Entry[]): string {
  const winners = by.map((winner) => winner.route.pattern).join(" and ");
  if (by.length === 0) return `Remove ${name}: no path of a request can fit it.`;
  if (kind === "unreachable") return `Remove ${name}: every path of it is answered by ${winners}.`;
  if (kind === "duplicate") return `Remove ${name}: the table has it twice.`;
  return `Remove ${name}, or give it paths of its own: it claims those of ${winners}.`;
}

/** Findings that differ by method alone, as one. */
function joined(drafts: readonly Draft[]): readonly Draft[] {
  const groups = new Map<string, Draft>();
  for (const draft of drafts) {
    const key = `${draft.kind} ${draft.by.map((entry) => entry.index).join()} ${draft.word.join()}`;
    const known = groups.get(key);
    groups.set(key, known === undefined ? draft : { ...known, methods: [...known.methods, ...draft.methods] });
  }
  return [...groups.values()];
}

function entriesOf(rivals: Rivals): readonly Entry[] {
  const entries = new Set([...rivals.values()].flat().map((way) => way.entry));
  return [...entries].sort((a, b) => a.index - b.index);
}

function sameNames(left: Way, right: Way): boolean {
  if (left.shape === undefined || right.shape === undefined)
    return left.entry.route.pattern === right.entry.route.pattern;
  return namesOf(left.shape) === namesOf(right.shape);
}

function standsFor(method: string, route: TableRoute): boolean {
  return method === "*" || (method === "GET" && route.methods.includes("HEAD"));
}
