/** What happens to a text or a list happens to another one, which may lack some of its units: next to the same ones, as far as those are there. */
import type { WireValue } from "../../wire/index.ts";
import { type Dressed, dress } from "../marks/rich-change.ts";
import type { RichDelta } from "../marks/rich-delta.ts";
import type { Carried, Container, DocModel } from "../model.ts";
import { isCrdtNode } from "../nodes.ts";
import type { CrdtList, CrdtNode, CrdtValue, ListDelta } from "../types.ts";
import { SameUnits, type Stretch } from "./same-units.ts";

type Delta = RichDelta | ListDelta;

export class UnitTwins {
  private readonly first: DocModel;
  private readonly names: Map<string, string>;
  private readonly units = new Map<Container, SameUnits>();

  /**
   * Both documents hold the same so far.
   * @param names - Elements of the first that hold nodes, by what they are called in the second, as far as that is another name.
   */
  constructor(first: DocModel, names: Map<string, string>) {
    this.first = first;
    this.names = names;
    for (const container of first.containers.values()) {
      const elements = this.elementsOf(container);
      if (elements !== undefined) this.units.set(container, new SameUnits(joined(elements)));
    }
  }

  /** Does what the first one was told. */
  make(container: Container, from: CrdtList, delta: Delta, to: CrdtNode): void {
    this.take(container, from, delta, { to: to as unknown as Sequential, made: undefined, isLeft: false }); // cast: a text or a list
  }

  /** Takes note of what has happened to the second already, or to the first only. */
  follow(container: Container, from: CrdtList, delta: Delta, made: CrdtNode | undefined, isLeft = false): void {
    this.take(container, from, delta, { to: undefined, made: made as unknown as Sequential | undefined, isLeft }); // cast: a text or a list
  }

  /**
   * 1. What went from the first, goes; what comes back in another place has been moved.
   * 2. What came, comes behind what it stands behind in the first, as far as that is there.
   */
  private take(container: Container, { length }: CrdtList, delta: Delta, second: Second): void {
    const units = this.unitsOf(container, length - growth(delta));
    const { to, isLeft } = second;
    const gone: Stretch[] = [];
    let kept = 0;
    for (const step of delta)
      if ("retain" in step) kept += step.retain;
      else if ("delete" in step) gone.push(...units.remove(kept, step.delete));
    const moved = gone.length > 0 ? this.movedIn(container, delta, gone) : [];
    const left = moved.length > 0 ? gone.flatMap(singles).filter((unit) => !isAmong(moved, unit)) : gone;
    if (!isLeft) for (const { index, length: count } of units.drop(left)) to?.delete(index, count);
    walk(delta, (at, step) => {
      if ("retain" in step) {
        if ("marks" in step && step.marks !== undefined && to !== undefined)
          for (const { index, length: count } of units.locate(at, step.retain))
            to.mark({ start: index, end: index + count }, step.marks);
      } else if ("embed" in step) {
        const place = units.insert(at, 1, isLeft);
        to?.insertEmbed(place, step.embed);
        if (to !== undefined) dress(to, place, 1, step.marks ?? {});
      } else if ("insert" in step && typeof step.insert === "string") {
        const place = units.insert(at, step.insert.length, isLeft);
        to?.insert(place, step.insert);
        if (to?.toDelta !== undefined)
          dress(to, place, step.insert.length, ("marks" in step ? step.marks : undefined) ?? {});
      } else if ("insert" in step)
        for (const [i, value] of (step.insert as readonly CrdtValue[]).entries()) {
          // cast: texts have been done
          const unit = this.elementsOf(container, at + i, at + i + 1)?.[0];
          if (unit === undefined || !isAmong(moved, unit)) this.insert(units, at + i, value, unit, second);
          else {
            const places = units.move(at + i, unit, isLeft);
            if (places !== undefined) to?.move(places.from, places.to);
          }
        }
    });
  }

  private insert(
    units: SameUnits,
    at: number,
    value: CrdtValue,
    unit: Stretch | undefined,
    { to, made, isLeft }: Second,
  ): void {
    const place = units.insert(at, 1, isLeft, unit);
    if (!isCrdtNode(value)) {
      to?.insert(place, value);
      return;
    }
    const twin = to === undefined ? made?.get(place) : to.insertChild(place, value.type);
    if (isCrdtNode(twin)) this.names.set(value.name, twin.name);
  }

  private unitsOf(container: Container, length: number): SameUnits {
    let units = this.units.get(container);
    if (units === undefined) {
      units = new SameUnits(length > 0 ? [{ id: 0, from: 0, length }] : []);
      this.units.set(container, units);
    }
    return units;
  }

  /** Of a list whose elements move. */
  private movedIn(container: Container, delta: Delta, gone: readonly Stretch[]): Stretch[] {
    const moved: Stretch[] = [];
    walk(delta, (at, step) => {
      if (!("insert" in step)) return;
      const came = this.elementsOf(container, at, at + step.insert.length) ?? [];
      moved.push(...came.filter((unit) => isAmong(gone, unit)));
    });
    return moved;
  }

  /** Elements of the first, by what they are called where they move. */
  private elementsOf(container: Container, from?: number, to?: number): Stretch[] | undefined {
    return (container.kind as Carried | undefined)?.names?.(this.first, container, from, to).map(unitOf); // cast: its feature may bring this
  }
}

/** What is to be changed, or what has been. */
interface Second {
  readonly to: Sequential | undefined;
  readonly made: Sequential | undefined;
  readonly isLeft: boolean;
}

/** A text, with marks or without, or a list: what is told of one is what it can do. */
interface Sequential extends Dressed {
  insert(index: number, content: WireValue): void;
  insertChild: CrdtList["insertChild"];
  move(from: number, to: number): void;
  get(index: number): CrdtValue | undefined;
}

/** The steps of a delta, each with its place in what it leads to. */
function walk(delta: Delta, visit: (at: number, step: Delta[number]) => void): void {
  let at = 0;
  for (const step of delta) {
    visit(at, step);
    if ("retain" in step) at += step.retain;
    else if ("insert" in step) at += step.insert.length;
    else if ("embed" in step) at++;
  }
}

function growth(delta: Delta): number {
  let sum = 0;
  for (const step of delta) {
    if ("insert" in step) sum += step.insert.length;
    else if ("embed" in step) sum++;
    else if ("delete" in step) sum -= step.delete;
  }
  return sum;
}

function unitOf(name: string): Stretch {
  const [id, from] = name.split(".").map(Number) as [number, number]; // cast: units are named so
  return { id, from, length: 1 };
}

/** Elements that were inserted one after the other, in one. */
function joined(elements: readonly Stretch[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { id, from } of elements) {
    const last = stretches.at(-1);
    if (last?.id === id && last.from + last.length === from)
      stretches[stretches.length - 1] = { ...last, length: last.length + 1 };
    else stretches.push({ id, from, length: 1 });
  }
  return stretches;
}

function singles({ id, from, length }: Stretch): Stretch[] {
  return Array.from({ length }, (_, i) => ({ id, from: from + i, length: 1 }));
}

function isAmong(stretches: readonly Stretch[], { id, from }: Stretch): boolean {
  return stretches.some((each) => each.id === id && from >= each.from && from < each.from + each.length);
}
