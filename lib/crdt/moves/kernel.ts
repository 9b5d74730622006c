/**
 * Moves within a list, after "Moving Elements in List CRDTs" (Kleppmann, 2020): an element keeps its identity, and where it shows is a register.
 *
 * A move inserts a slot, a unit like any other, and writes right after it which element is to show there: the last write wins, so of concurrent moves one
 * does, and the element is in one place. Where it was inserted it stands aside. It is deleted where it was inserted, so a deletion wins over moves.
 */

import { containerName, unitName } from "../container-name.ts";
import { containerOf } from "../containers.ts";
import { Reader, Writer } from "../encoding/bytes.ts";
import { MAX_COUNTER } from "../encoding/format.ts";
import { readRefs, writeRefs } from "../encoding/refs.ts";
import type { Body, Container, DocModel, ReplicaLog, Run, Sequence, Write } from "../model.ts";
import { bad } from "../refuse.ts";
import { partAt } from "../sequence/leaves.ts";
import { hideUnits, setAside } from "../sequence/sequence.ts";
import { itemAt, type Unit } from "../sequence/units.ts";
import { logDeletion, spanAt, supersede } from "../update/log.ts";
import { childOf, type Item } from "../values.ts";

export const MOVES = 9;

export interface Claim {
  readonly write: Write;
  readonly time: number;
  readonly slot: Unit;
}

export interface Element {
  readonly unit: Unit;
  /** Undefined when it had been deleted before its first move came, or never was one: what is to show it stands aside for ever. */
  readonly item: Item | undefined;
  claims: Claim[];
  /** Where it shows; undefined: where it was inserted. */
  winner: Claim | undefined;
}

/** Of a list, without a name. Each slot has a container of the same type beside, named as the unit is. */
export interface MovesContainer extends Container {
  readonly elements: Map<string, Element>;
  readonly slots: Map<string, Element>;
  /** Elements to look at again. */
  readonly dirty: Set<Element>;
}

/** A body: the element, and a Lamport time. The slot is the unit before the write. */
export function moveBody(own: number, time: number, { span, offset }: Unit): Uint8Array {
  const out = new Writer();
  writeRefs(out, own, [{ replica: span.log.id, counter: span.counter + offset }]);
  out.varint(time);
  return out.toBytes();
}

function parse(body: Body, own: number): { replica: number; counter: number; time: number } {
  const from = new Reader(body as Uint8Array);
  const [element, ...others] = readRefs(from, own);
  const time = from.varint();
  if (element === undefined || others.length + from.remaining > 0) throw bad("a move of more or less than one element");
  return { ...element, time };
}

/** For a stranger's write. Whose it is makes no difference here. */
export function checkMove(body: Body): number {
  const { time } = parse(body, -1);
  if (time === 0 || time >= MAX_COUNTER) throw bad("a move at an impossible time");
  return time;
}

/** A move of what is no element of its list, or without a slot, is dropped. */
export function commitMove(doc: DocModel, write: Write): void {
  const home = write.home as MovesContainer; // cast: its kind's `home` made it
  const { replica, counter, time } = parse(write.body, write.log.id);
  if (time > doc.clock) doc.clock = time;
  const log = doc.logs.get(replica);
  const unit = log === undefined || counter >= log.next ? undefined : unitAt(home, log, counter);
  const slot = write.counter === 0 ? undefined : unitAt(home, write.log, write.counter - 1);
  if (unit === undefined || slot === undefined || home.name !== "" || home.parent === null) {
    supersede(write);
    return;
  }
  const name = unitName(replica, counter);
  let element = home.elements.get(name);
  if (element === undefined) {
    const item = itemAt(unit);
    element = { unit, item: item === undefined || isSlot(item) ? undefined : item, claims: [], winner: undefined };
    home.elements.set(name, element);
  }
  element.claims.push({ write, time, slot });
  const slotName = unitName(write.log.id, write.counter - 1);
  home.slots.set(slotName, element);
  containerOf(doc, containerName(MOVES, slotName, home.parent));
  home.dirty.add(element);
}

function unitAt({ parent }: Container, log: ReplicaLog, counter: number): Unit | undefined {
  const span = spanAt(log, counter, parent as Sequence); // cast: only spans of that very container are answered
  return span === undefined ? undefined : { span, offset: counter - span.counter };
}

export function isSlot(item: Item): boolean {
  return childOf(item)?.type === MOVES;
}

function isGone({ span, offset }: Unit): boolean {
  const { content, aside }: Run = partAt(span, offset);
  return content === null && aside === null;
}

export function isAside({ span, offset }: Unit): boolean {
  return partAt(span, offset).aside !== null;
}

/** Makes each element show where its last move says, and nowhere else. */
export function settle(home: MovesContainer): void {
  for (const element of home.dirty) {
    const { unit, item } = element;
    const kept: Claim[] = [];
    for (const claim of element.claims)
      if (isGone(claim.slot)) supersede(claim.write);
      else kept.push(claim);
    element.claims = kept;
    let winner: Claim | undefined;
    if (item !== undefined && !isGone(unit))
      for (const claim of kept) if (winner === undefined || isLater(claim, winner)) winner = claim;
    element.winner = winner;
    for (const claim of kept) setAside(claim.slot.span, claim.slot.offset, claim !== winner);
    if (item !== undefined) setAside(unit.span, unit.offset, winner !== undefined);
  }
  home.dirty.clear();
}

function isLater(a: Claim, b: Claim): boolean {
  if (a.time !== b.time) return a.time > b.time;
  if (a.write.log !== b.write.log) return a.write.log.id > b.write.log.id;
  return a.write.counter > b.write.counter;
}

/** Deletes a unit, whether it shows or stands aside. */
export function deleteUnit(log: ReplicaLog, { span, offset }: Unit): void {
  if (isGone({ span, offset })) return;
  logDeletion(log, span.log, span.counter + offset, span.counter + offset + 1);
  hideUnits(span, offset, offset + 1);
}
