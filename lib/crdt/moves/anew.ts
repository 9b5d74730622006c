/** What happens to a list happens to another one of the same content, moves as moves. */
import { Node } from "../editor.ts";
import type { Carrier, Container, Sequence } from "../model.ts";
import type { CrdtList, ListDelta } from "../types.ts";

interface Movable extends CrdtList {
  move(from: number, to: number): void;
}

/** @param namesIn - The elements of a list in order, each by a name that it keeps when it is moved. */
export function followMoves(
  from: CrdtList,
  home: Container,
  carrier: Carrier,
  namesIn: (list: Sequence) => string[],
): void {
  const list = Node.homeOf(from) as Sequence; // cast: its type says so
  carrier.followItems(from, home);
  let known = namesIn(list);
  from.observe((delta) => {
    const before = known;
    known = namesIn(list);
    const moved = movedOf(before, new Set(known), delta);
    if (moved.size === 0) carrier.changeItems(home, delta);
    else change(from, home, carrier, { before, after: known, moved });
  });
}

function movedOf(before: readonly string[], after: ReadonlySet<string>, delta: ListDelta): Set<string> {
  const moved = new Set<string>();
  let at = 0;
  for (const step of delta) {
    if ("insert" in step) continue;
    if ("retain" in step) at += step.retain;
    else
      for (const end = at + step.delete; at < end; at++)
        if (after.has(before[at] as string)) moved.add(before[at] as string); // casts: within the list
  }
  return moved;
}

interface Moved {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly moved: ReadonlySet<string>;
}

/** What neither came nor moved keeps its order, so each of the others goes behind what is to stand before it. O(changes x n). */
function change(from: CrdtList, home: Container, carrier: Carrier, { before, after, moved }: Moved): void {
  const to = carrier.target.node(home) as Movable; // cast: its kind is loaded
  const there = [...before];
  const [had, stays] = [new Set(before), new Set(after)];
  for (let at = there.length - 1; at >= 0; at--) {
    if (stays.has(there[at] as string)) continue; // cast: within the list
    to.delete(at, 1);
    there.splice(at, 1);
  }
  const values = from.toArray();
  after.forEach((name, i) => {
    const isNew = !had.has(name);
    if (!isNew && !moved.has(name)) return;
    const place = i === 0 ? 0 : there.indexOf(after[i - 1] as string) + 1; // cast: within the list
    if (isNew) {
      carrier.insert(home, place, values.slice(i, i + 1));
      there.splice(place, 0, name);
      return;
    }
    const now = there.indexOf(name);
    const next = now < place ? place - 1 : place;
    to.move(now, next);
    there.splice(next, 0, ...there.splice(now, 1));
  });
}
