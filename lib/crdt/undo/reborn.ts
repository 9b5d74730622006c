/** What is deleted does not come back: an undo inserts new units in its place, and writes anew. This remembers which stand for which, for undos of what was done before. */
import { containerName } from "../container-name.ts";
import { containerOf } from "../containers.ts";
import type { Container, ContainerName, DocModel, ReplicaLog, Sequence, Write } from "../model.ts";
import { allRuns } from "../sequence/runs.ts";
import { eachPart } from "../sequence/units.ts";

/** A unit. */
interface Place {
  readonly log: ReplicaLog;
  readonly counter: number;
}

interface Move {
  readonly counter: number;
  readonly length: number;
  readonly to: ReplicaLog;
  readonly toCounter: number;
}

export class Reborn {
  /** By counter; none overlap, as a unit comes back once: the next time it is its successor that does. */
  private readonly moves = new Map<ReplicaLog, Move[]>();

  /** An element that holds a container comes back with another one. */
  private readonly homes = new Map<Container, ContainerName>();

  /** One that is undone, or whose units come back, is written anew: a mark for each stretch of its text that does. */
  private readonly writes = new WeakMap<Write, Write[]>();

  moveHome(before: Container, now: ContainerName): void {
    this.homes.set(before, now);
  }

  /** The container that stands for this one now. */
  homeOf(doc: DocModel, home: Container): Container {
    const now = this.homes.get(home);
    if (now !== undefined) return this.homeOf(doc, containerOf(doc, now));
    if (home.parent === null) return home;
    const parent = this.homeOf(doc, home.parent);
    return parent === home.parent ? home : containerOf(doc, containerName(home.type, home.name, parent));
  }

  add(log: ReplicaLog, counter: number, length: number, to: ReplicaLog, toCounter: number): void {
    let list = this.moves.get(log);
    if (list === undefined) {
      list = [];
      this.moves.set(log, list);
    }
    list.splice(firstAfter(list, counter), 0, { counter, length, to, toCounter });
  }

  rewritten(before: Write, now: Write): void {
    const list = this.writes.get(before);
    if (list === undefined) this.writes.set(before, [now]);
    else list.push(now);
  }

  /** The write, and those that stand for it or for one of these. */
  standIns(write: Write): Write[] {
    const found = [write];
    for (const one of found) found.push(...(this.writes.get(one) ?? [])); // grows meanwhile
    return found;
  }

  standsFor(write: Write, before: Write): boolean {
    return this.standIns(before).includes(write);
  }

  /** Visits the units that stand for these now. O(log n) and what there is between. */
  follow(
    log: ReplicaLog,
    counter: number,
    length: number,
    visit: (log: ReplicaLog, counter: number, length: number) => void,
  ): void {
    const list = this.moves.get(log) ?? NONE;
    const end = counter + length;
    let at = counter;
    for (let i = Math.max(0, firstAfter(list, counter) - 1); at < end; i++) {
      const move = list[i];
      const from = move === undefined ? end : Math.min(end, move.counter);
      if (from > at) {
        visit(log, at, from - at);
        at = from;
      }
      if (move === undefined) continue;
      const stop = Math.min(end, move.counter + move.length);
      if (stop <= at) continue;
      this.follow(move.to, move.toCounter + at - move.counter, stop - at, visit);
      at = stop;
    }
  }

  /** Where a container stands for one of a deleted element: of the units that stood before this one there, the last that has come back and shows: deleted ones keep no order. O(units of the old one). */
  lastBefore(home: Sequence, oldHome: Sequence, log: ReplicaLog, counter: number): Place | undefined {
    let found: Place | undefined;
    for (const { span, offset, length } of allRuns(oldHome.tree)) {
      const from = span.counter + offset;
      const isHere = span.log === log && counter >= from && counter < from + length;
      this.follow(span.log, from, isHere ? counter - from : length, (to, at, count) =>
        eachPart(to, at, count, (run, _, end) => {
          if (run.content !== null && run.span.home === home) found = { log: to, counter: run.span.counter + end - 1 };
        }),
      );
      if (isHere) break;
    }
    return found;
  }
}

const NONE: readonly Move[] = [];

/** Place of the first move of a unit behind `counter`. */
function firstAfter(list: readonly Move[], counter: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as Move).counter <= counter)
      low = middle + 1; // cast: within the list
    else high = middle;
  }
  return low;
}
