/**
 * What a document holds, worked out from all operations that were ever made, each time anew: no log, no merging, nothing that is kept up to date. It reads
 * updates by the decoder, and everything that stands in a write by itself.
 */
import { isDeepStrictEqual } from "node:util";
import { Reader } from "../../lib/crdt/encoding/bytes.ts";
import { decodeUpdate } from "../../lib/crdt/encoding/decode.ts";
import type { Row, Update } from "../../lib/crdt/encoding/rows.ts";
import type { Body, ContainerName, Register } from "../../lib/crdt/model.ts";
import { childOf, contentOf, type Item, ItemChild } from "../../lib/crdt/values.ts";
import { decodeValue } from "../../lib/wire/index.ts";
import { NaiveText } from "./fugue-max.ts";
import { naiveTree } from "./tree-moves.ts";

const [TEXT, MAP, LIST, COUNTER, SET, TREE, MARKS, MOVES] = [1, 2, 3, 4, 5, 6, 7, 9] as const;

interface Unit {
  readonly content: string | Item | null;
  readonly home: string;
  /** What its own right children have as right origin, unless they say otherwise. */
  readonly right: string | null;
}

interface Written {
  readonly replica: number;
  readonly counter: number;
  readonly home: ContainerName;
  readonly body: Body;
}

const LIMITS = {
  maxUpdateBytes: 1e9,
  maxOperations: 1e9,
  maxReplicas: 1e6,
  maxLamportJump: 1e9,
  maxPendingBytes: 1e9,
  maxPendingUpdates: 1e9,
};

export class NaiveDocument {
  private readonly units = new Map<string, Unit>();
  private readonly orders = new Map<string, NaiveText>();
  private readonly writes = new Map<string, Written>();
  private readonly deleted = new Set<string>();
  private readonly homes = new Map<string, ContainerName>();

  /** Takes in the update of one transaction; of several, in an order in which they could have happened. */
  add(bytes: Uint8Array): void {
    const { sections }: Update = decodeUpdate(bytes, LIMITS);
    for (const { id, rows, deletions } of sections) {
      for (const row of rows) {
        if (row.kind === 2) this.note({ replica: id, counter: row.counter, home: row.home, body: row.body });
        else if (row.kind < 2) this.insert(id, row);
      }
      for (const { of, bounds } of deletions)
        for (let i = 0; i < bounds.length; i += 2)
          for (let at = bounds[i] as number; at < (bounds[i + 1] as number); at++) this.deleted.add(`${of.id}.${at}`);
    }
  }

  private note(write: Written): void {
    this.writes.set(`${write.replica}.${write.counter}`, write);
    for (let at: ContainerName | null = write.home; at !== null; at = at.parent) this.homes.set(at.key, at);
  }

  private insert(replica: number, row: Row): void {
    const contents = row.pieces.flatMap(({ content, length }): (string | Item | null)[] =>
      content === null
        ? Array<null>(length).fill(null)
        : [...Array(length).keys()].map((i) => content[i] as string | Item),
    );
    const parent = row.parent === null ? null : `${row.parent.id}.${row.parentCounter}`;
    const above = parent === null ? undefined : (this.units.get(parent) as Unit);
    const home = above?.home ?? (row.home as ContainerName).key;
    for (let at = row.home as ContainerName | null | undefined; at; at = at.parent) this.homes.set(at.key, at);
    const isLeft = parent !== null && row.side === 0;
    let right = isLeft ? parent : (above?.right ?? null);
    if (row.right !== undefined) right = row.right === null ? null : `${row.right.id}.${row.rightCounter}`;
    const order = this.orders.get(home) ?? new NaiveText();
    this.orders.set(home, order);
    contents.forEach((content, i) => {
      const id = { replica, counter: row.counter + i };
      const before = i === 0 ? parent : `${replica}.${id.counter - 1}`;
      this.units.set(`${replica}.${id.counter}`, { content, home, right });
      order.apply({
        kind: "insert",
        id,
        unit: "",
        parent: before === null ? null : unitId(before),
        side: isLeft && i === 0 ? "left" : "right",
        rightOrigin: right === null ? null : unitId(right),
      });
    });
  }

  /** The content of a root. */
  root(type: number, name: string): unknown {
    return this.show({ type, key: `${type}:${name}` });
  }

  private show({ type, key }: { readonly type: number; readonly key: string }): unknown {
    if (type === TEXT) return this.text(key);
    if (type === LIST) return this.list(key).map((item) => this.element(item, key));
    if (type === MAP) return this.map(key);
    if (type === COUNTER) return this.parts(key).reduce((sum, part) => sum + part, 0);
    if (type === SET) return this.members(key).map((body) => decodeValue(body));
    if (type === TREE) return this.tree(key);
    return this.multiMap(key);
  }

  private isEmpty({ type, key }: ContainerName): boolean {
    if (type === COUNTER) return this.parts(key).length === 0;
    const shown = this.show({ type, key }) as { readonly length: number };
    return shown.length === 0;
  }

  private idsOf(key: string): string[] {
    return (this.orders.get(key)?.ids() ?? []).map(({ replica, counter }) => `${replica}.${counter}`);
  }

  private text(key: string): unknown[] {
    const ids = this.idsOf(key);
    const places = new Map(ids.map((id, place) => [id, place]));
    const own: (Latest & {
      readonly start: number;
      readonly end: number;
      readonly key: string;
      readonly value: unknown;
    })[] = [];
    const registers = new Map<string, Latest & { readonly id: string }>();
    for (const write of this.writesTo(`${MARKS}<${key.length}:${key}`)) {
      const from = new Reader(write.body as Uint8Array);
      const refs = readRefs(from, write.replica);
      const flags = from.u8();
      const [start, end] = [flags & 1 ? refs.shift() : undefined, flags & 4 ? refs.shift() : undefined];
      const latest = { time: from.varint(), replica: write.replica, counter: write.counter };
      const kind = from.name();
      const id = `${write.replica}.${write.counter}`;
      const register = `${start} ${end} ${flags} ${kind}`;
      const other = registers.get(register);
      if (other !== undefined && isLater(other, latest)) continue;
      registers.set(register, { ...latest, id });
      const place = (unit: string, after: boolean): number => (places.get(unit) as number) + (after ? 1 : 0);
      own.push({
        ...latest,
        start: start === undefined ? 0 : place(start, (flags & 2) !== 0),
        end: end === undefined ? ids.length : place(end, (flags & 8) !== 0),
        key: kind,
        value: decodeValue(from.bytes(from.remaining)),
      });
      if (this.deleted.has(id)) own.pop();
      if (other !== undefined) {
        const at = own.findIndex(({ replica, counter }) => replica === other.replica && counter === other.counter);
        if (at >= 0) own.splice(at, 1);
      }
    }
    return ids.flatMap((id, i) => {
      if (this.deleted.has(id)) return [];
      const latest = new Map<string, (typeof own)[0]>();
      for (const mark of own) {
        if (i < mark.start || i >= mark.end) continue;
        const other = latest.get(mark.key);
        if (other === undefined || isLater(mark, other)) latest.set(mark.key, mark);
      }
      const values = [...latest.values()]
        .filter(({ value }) => value !== null)
        .map(({ key: kind, value }) => [kind, value] as const);
      return [[this.units.get(id)?.content, values.sort(byFirst)]];
    });
  }

  private list(key: string): (readonly [item: Item, id: string])[] {
    const ids = this.idsOf(key);
    const winners = new Map<string, Latest & { readonly slot: string }>();
    for (const { replica, counter, body } of this.writesTo(`${MOVES}<${key.length}:${key}`)) {
      const from = new Reader(body as Uint8Array);
      const [element] = readRefs(from, replica) as [string];
      const claim = { time: from.varint(), replica, counter, slot: `${replica}.${counter - 1}` };
      const other = winners.get(element);
      if (this.deleted.has(claim.slot) || this.deleted.has(element)) continue;
      if (other === undefined || isLater(claim, other)) winners.set(element, claim);
    }
    const slots = new Map([...winners].map(([element, { slot }]) => [slot, element]));
    return ids.flatMap((id) => {
      if (this.deleted.has(id) || winners.has(id)) return [];
      const shown = slots.get(id) ?? id;
      const item = this.units.get(shown)?.content as Item;
      return childOf(item)?.type === MOVES ? [] : [[item, shown] as const];
    });
  }

  private element([item, id]: readonly [Item, string], list: string): unknown {
    if (!(item instanceof ItemChild)) return contentOf(item);
    return this.show({ type: item.type, key: `${item.type}<${list.length}:${list}${id}` });
  }

  private map(key: string): [string, unknown][] {
    const latest = new Map<string, Latest & { readonly register: Register }>();
    for (const { replica, counter, body } of this.writesTo(key)) {
      const register = body as Register;
      const { time, key: name } = register;
      const write = { time, replica, counter, register };
      const other = latest.get(name);
      if (other === undefined || isLater(write, other)) latest.set(name, write);
    }
    return [...latest].sort(byFirst).flatMap(([name, { register }]): [string, unknown][] => {
      if (register.value !== undefined) return [[name, register.value]];
      if (register.child > 0) return [[name, this.show(child(register.child, key, name))]];
      for (let type = 1; type < 10; type++) {
        const held = this.homes.get(child(type, key, name).key);
        if (held !== undefined && !this.isEmpty(held)) return [[name, this.show(held)]];
      }
      return [];
    });
  }

  /** What each replica has added, by its id. */
  private parts(key: string): number[] {
    const last = new Map<number, Written>();
    for (const write of this.writesTo(key))
      if ((last.get(write.replica)?.counter ?? -1) < write.counter) last.set(write.replica, write);
    const kept = [...last.values()].filter(({ replica, counter }) => !this.deleted.has(`${replica}.${counter}`));
    return kept.sort((a, b) => a.replica - b.replica).map(({ body }) => decodeValue(body as Uint8Array) as number);
  }

  private members(key: string): Uint8Array[] {
    const found = new Map<string, Uint8Array>();
    for (const { replica, counter, body } of this.writesTo(key))
      if (!this.deleted.has(`${replica}.${counter}`)) found.set((body as Uint8Array).join(), body as Uint8Array);
    return [...found].sort(byFirst).map(([, body]) => body); // single bytes sort as they are written
  }

  private tree(key: string): unknown[] {
    const places = new Map<string, string>();
    const moves = this.writesTo(key).map(({ replica, counter, body }) => {
      const from = new Reader(body as Uint8Array);
      const refs = readRefs(from, replica);
      const flags = from.u8();
      const time = from.varint();
      const node = flags & 1 ? `${replica}.${counter}` : (refs.shift() as string);
      const place = String.fromCharCode(...from.bytes(from.remaining));
      return {
        time,
        replica,
        counter,
        node,
        parent: flags & 4 ? undefined : flags & 2 ? null : (refs[0] as string),
        place,
      };
    });
    // Of several that do nothing at all, none decides the place: so they are done one by one.
    moves.sort((a, b) => a.time - b.time || a.replica - b.replica || a.counter - b.counter);
    const parents = naiveTree(moves, ({ node, place, replica, counter }) =>
      places.set(node, JSON.stringify([place, replica, counter])),
    );
    const below = (parent: string | null): unknown[] =>
      [...parents]
        .filter(([, above]) => above === parent)
        .map(([node]) => node)
        .sort((a, b) => comparePlaces(places.get(a) as string, places.get(b) as string))
        .map((node) => [node, this.map(child(MAP, key, node).key), below(node)]);
    return below(null);
  }

  private multiMap(key: string): [string, unknown[]][] {
    const found = new Map<string, (Latest & { readonly value: unknown })[]>();
    for (const { replica, counter, body } of this.writesTo(key)) {
      if (this.deleted.has(`${replica}.${counter}`)) continue;
      const from = new Reader(body as Uint8Array);
      readRefs(from, replica);
      const time = from.varint();
      const name = from.name();
      found.set(name, [
        ...(found.get(name) ?? []),
        { time, replica, counter, value: decodeValue(from.bytes(from.remaining)) },
      ]);
    }
    return [...found].sort(byFirst).map(([name, all]) => {
      const values = all.sort((a, b) => (isLater(a, b) ? -1 : 1)).map(({ value }) => value);
      return [name, values.filter((value, i) => values.findIndex((other) => isDeepStrictEqual(other, value)) === i)];
    });
  }

  private writesTo(key: string): Written[] {
    return [...this.writes.values()].filter(({ home }) => home.key === key);
  }
}

interface Latest {
  readonly time: number;
  readonly replica: number;
  readonly counter: number;
}

function isLater(a: Latest, b: Latest): boolean {
  return (a.time - b.time || a.replica - b.replica || a.counter - b.counter) > 0;
}

function child(type: number, key: string, name: string): { readonly type: number; readonly key: string } {
  return { type, key: `${type}<${key.length}:${key}${name}` };
}

function unitId(id: string): { readonly replica: number; readonly counter: number } {
  const [replica, counter] = id.split(".").map(Number) as [number, number];
  return { replica, counter };
}

function readRefs(from: Reader, own: number): string[] {
  return Array.from({ length: from.varint() }, () => {
    const code = from.varint();
    return `${code % 2 === 0 ? own : from.varint()}.${Math.floor(code / 2)}`;
  });
}

/** Keys first, unit by unit; one that is the start of another compares by its replica's bytes, as if they stood behind it. */
function comparePlaces(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => {
    const [key, replica, counter] = JSON.parse(text) as [string, number, number];
    return [...key].map((unit) => unit.charCodeAt(0)).concat(bytesOf(replica), bytesOf(counter), 1);
  }) as [number[], number[]];
  for (let i = 0; i < Math.min(left.length, right.length); i++)
    if (left[i] !== right[i]) return (left[i] as number) - (right[i] as number);
  return left.length - right.length;
}

function bytesOf(value: number): number[] {
  return Array.from({ length: 7 }, (_, i) => Math.floor(value / 256 ** (6 - i)) % 256);
}

function byFirst(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}
