/** What one's own transactions did, in a form that can be taken back later: by the ids of units, and by what keys held before. */
import { containerName, unitName } from "../container-name.ts";
import type { Container, Content, Editor, Recalled, ReplicaLog, Sequence, Span } from "../model.ts";
import { partAt } from "../sequence/leaves.ts";
import { compareRuns } from "../sequence/runs.ts";
import { eachPart, spanOf } from "../sequence/units.ts";
import { childOf, type Item } from "../values.ts";
import { inverterOf } from "./inverters.ts";

/** The type of the container that a slot of a moved element seems to hold. */
const SLOT = 9;

/** Units by their ids: they have one replica, and counters without holes. */
export interface Units {
  readonly log: ReplicaLog;
  readonly counter: number;
  readonly length: number;
}

export interface DeletedUnits extends Units {
  readonly content: Content;
  /** What they had beside, and how many more units before these had it. */
  readonly recalled: unknown;
  readonly skip: number;
  /** They are a slot, at which this showed. */
  readonly element: Units | undefined;
}

export interface SequencePart {
  readonly kind: "sequence";
  readonly home: Sequence;
  readonly inserted: readonly Units[];
  /** In the order of the sequence. */
  readonly deleted: readonly DeletedUnits[];
}

export interface KeyPart {
  readonly kind: "key";
  readonly home: Container;
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What a transaction did to one container. */
export type Part = SequencePart | KeyPart;

interface Changed {
  readonly inserted: Units[];
  readonly deleted: DeletedUnits[];
  /** Of the kind's. */
  readonly memory: { kept?: unknown };
}

/** Listens to a document; what others do passes through it and is forgotten. */
export class Recorder {
  private readonly editor: Editor;
  private readonly sequences = new Map<Sequence, Changed>();
  private readonly keys = new Map<Container, Map<string, unknown>>();

  constructor(editor: Editor) {
    this.editor = editor;
  }

  inserted(span: Span, offset: number, length: number): void {
    const { log, counter } = span;
    this.of(span.home).inserted.push({ log, counter: counter + offset, length });
  }

  hidden(span: Span, offset: number, length: number, content: Content): void {
    const { home, log, counter } = span;
    const kind = home.kind as Recalled; // cast: kinds may have it
    if (kind.elementOf !== undefined) {
      this.hiddenItems(span, offset, content as readonly Item[]); // cast: then it is a list
      return;
    }
    const changed = this.of(home);
    const recalled = kind.recall?.(this.editor, span, offset, length, changed.memory);
    changed.deleted.push({
      log,
      counter: counter + offset,
      length,
      content,
      recalled,
      skip: 0,
      element: undefined,
    });
  }

  /** Elements that have been moved show at slots, each by itself. */
  private hiddenItems({ home, log, counter }: Span, offset: number, items: readonly Item[]): void {
    const { deleted } = this.of(home);
    items.forEach((item, i) => {
      const found = (home.kind as Recalled).elementOf?.(this.editor, home, item); // cast: see above
      const element = found === undefined ? undefined : unitsOf(found.unit);
      const content = [found?.item === undefined ? item : found.item];
      deleted.push({ log, counter: counter + offset + i, length: 1, content, recalled: undefined, skip: 0, element });
    });
  }

  changing(home: Container, key: string): void {
    let keys = this.keys.get(home);
    if (keys === undefined) {
      keys = new Map();
      this.keys.set(home, keys);
    }
    if (!keys.has(key)) keys.set(key, inverterOf(home)?.read(home, key, this.editor));
  }

  /** Ends a transaction: what it did, when it was one's own and left a trace. */
  take(isOwn: boolean): Part[] {
    const parts: Part[] = [];
    if (isOwn) {
      for (const [home, { inserted, deleted }] of this.sequences) {
        const old = deleted
          .map((units) => olderUnits(this.beforeMoves(home, units)))
          .filter(({ length }) => length > 0);
        const kept = inserted.flatMap(withoutSlots).filter(isShown);
        if (old.length + kept.length === 0) continue;
        parts.push({ kind: "sequence", home, inserted: kept, deleted: old.sort(byPlace) });
      }
      for (const [home, keys] of this.keys) {
        const inverter = inverterOf(home);
        if (inverter === undefined) continue;
        for (const [key, before] of keys) {
          const after = inverter.read(home, key, this.editor);
          if (!inverter.isSame(before, after)) parts.push({ kind: "key", home, key, before, after });
        }
      }
    }
    this.sequences.clear();
    this.keys.clear();
    return parts;
  }

  /** An element that was moved and then deleted comes back where it was before. */
  private beforeMoves(home: Sequence, units: DeletedUnits): DeletedUnits {
    const { element, log, counter } = units;
    if (element === undefined || log.nextBefore < 0 || counter < log.nextBefore) return units;
    const moves = this.editor.model.containers.get(containerName(SLOT, "", home).key);
    const place = moves && this.keys.get(moves)?.get(unitName(element.log.id, element.counter));
    if (place === undefined) return units;
    const shown = unitsOf(place as { readonly span: Span; readonly offset: number }); // cast: what their inverter reads
    const isElement = shown.log === element.log && shown.counter === element.counter;
    return { ...units, ...shown, element: isElement ? undefined : element };
  }

  private of(home: Sequence): Changed {
    let found = this.sequences.get(home);
    if (found === undefined) {
      found = { inserted: [], deleted: [], memory: {} };
      this.sequences.set(home, found);
    }
    return found;
  }
}

/** Those that were there before the transaction: what it inserted and deleted again left no trace. */
function olderUnits(units: DeletedUnits): DeletedUnits {
  const { log, counter, length, content, ...rest } = units;
  if (units.element !== undefined)
    return olderUnits({ ...units, ...units.element, element: undefined }).length > 0 ? units : { ...units, length: 0 };
  if (log.nextBefore < 0 || counter + length <= log.nextBefore) return units;
  const older = Math.max(0, log.nextBefore - counter);
  return { log, counter, length: older, content: content.slice(0, older), ...rest };
}

function unitsOf({ span, offset }: { readonly span: Span; readonly offset: number }): Units {
  return { log: span.log, counter: span.counter + offset, length: 1 };
}

/** Slots come and go with moves. */
function withoutSlots(units: Units): Units[] {
  const found: Units[] = [];
  eachPart(units.log, units.counter, units.length, ({ span, content, offset }, from, to) => {
    const { elementOf } = span.home.kind as Recalled; // cast: kinds may have it
    if (elementOf === undefined) {
      found.push({ log: span.log, counter: span.counter + from, length: to - from });
      return;
    }
    for (let at = from; at < to; at++) {
      const child = childOf((content as readonly Item[] | null)?.[at - offset]); // cast: then it is a list
      if (child?.type !== SLOT) found.push({ log: span.log, counter: span.counter + at, length: 1 });
    }
  });
  return found;
}

function isShown({ log, counter, length }: Units): boolean {
  let shown = false;
  eachPart(log, counter, length, (run) => {
    if (run.content !== null || run.aside !== null) shown = true;
  });
  return shown;
}

function byPlace(a: DeletedUnits, b: DeletedUnits): number {
  const [left, right] = [spanOf(a.log, a.counter), spanOf(b.log, b.counter)];
  const order = compareRuns(partAt(left, a.counter - left.counter), partAt(right, b.counter - right.counter));
  return order !== 0 ? order : a.counter - b.counter;
}
