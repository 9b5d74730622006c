import { CodedError } from "../../errors/index.ts";
import { createReader, type Reader } from "../../pool/index.ts";
import {
  AGAIN,
  ARRAY_BUFFER,
  BIGINT,
  BITS,
  DATE,
  FALSE,
  FLOAT,
  FLOATS,
  HOLE,
  INTEGER,
  INTEGERS,
  LIST,
  MAP,
  MAX_DEPTH,
  MAX_VALUES,
  MIXED,
  NULL,
  OBJECT,
  ROWS,
  SAME,
  SET,
  type Shape,
  SOME,
  STEPS,
  TEXT,
  TEXTS,
  TRUE,
  TUPLES,
  TYPED,
  TYPED_FIRST,
  UNDEFINED,
  UNITS,
  WORDS,
} from "./marks.ts";

const ABSENT = Symbol("hole");

/** Reads what a `DataWriter` has written. Whatever the bytes are: it ends, allocates no more than it may, and yields whole values or throws. */
export class DataReader {
  readonly from: Reader;
  private readonly met: object[] = [];
  private readonly shapes: Shape[] = [];
  /** Values that may still come. */
  private left = MAX_VALUES;
  private depth = 0;

  constructor(bytes: Uint8Array) {
    this.from = createReader(bytes);
  }

  /** @throws CodedError `LIVE_BAD_SNAPSHOT`, or the reader's own. */
  take(): unknown {
    return this.takeMarked(this.from.u8());
  }

  private takeMarked(mark: number): unknown {
    const { from } = this;
    this.spend(1);
    switch (mark) {
      case NULL:
        return null;
      case UNDEFINED:
        return undefined;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case INTEGER:
        return from.svarint();
      case FLOAT:
        return from.f64();
      case TEXT:
        return from.string();
      case UNITS: {
        const length = from.varint();
        this.spend(length);
        let text = "";
        for (let at = 0; at < length; at++) text += String.fromCharCode(from.varint());
        return text;
      }
      case BIGINT:
        return bigintOf(from.string());
      default:
        return this.deeper(() => this.takeContainer(mark));
    }
  }

  /** A column with its length. */
  takeList(): unknown[] {
    const { from } = this;
    return this.takeColumn(from.varint());
  }

  takeText(): string {
    const text = this.take();
    if (typeof text !== "string") throw badSnapshot("a key is no text");
    return text;
  }

  private takeContainer(mark: number): unknown {
    const { from } = this;
    switch (mark) {
      case AGAIN: {
        const container = this.met[from.varint()];
        if (container === undefined) throw badSnapshot("a number of nothing");
        return container;
      }
      case LIST: {
        const list: unknown[] = [];
        this.met.push(list);
        fillList(list, this.takeList());
        return list;
      }
      case OBJECT: {
        const shape = this.takeShape();
        const object = emptyOf(shape);
        this.met.push(object);
        for (const key of shape.keys) define(object, key, this.take());
        return object;
      }
      case MAP: {
        const map = new Map<unknown, unknown>();
        this.met.push(map);
        const keys = this.takeList();
        const values = this.takeList();
        if (keys.length !== values.length) throw badSnapshot("a map with other keys than values");
        for (const [at, key] of keys.entries()) map.set(key, values[at]);
        return map;
      }
      case SET: {
        const set = new Set<unknown>();
        this.met.push(set);
        for (const item of this.takeList()) set.add(item);
        return set;
      }
      default:
        return this.takeFlat(mark);
    }
  }

  private takeFlat(mark: number): object {
    const { from } = this;
    if (mark === DATE) return this.meet(new Date(from.f64()));
    const kind = mark === ARRAY_BUFFER ? undefined : TYPED[mark - TYPED_FIRST];
    if (kind === undefined && mark !== ARRAY_BUFFER) throw badSnapshot(`mark ${mark}`);
    const { buffer } = from.bytes(from.varint()).slice(); // a copy: aligned, and holds no more than it shows
    if (kind === undefined) return this.meet(buffer);
    if (buffer.byteLength % kind.BYTES_PER_ELEMENT !== 0) throw badSnapshot("half an element");
    return this.meet(new kind(buffer));
  }

  private takeItem(): unknown {
    const mark = this.from.u8();
    return mark === HOLE ? ABSENT : this.takeMarked(mark);
  }

  /** The items of a list of known length. */
  private takeColumn(length: number): unknown[] {
    if (length === 0) return [];
    const { from } = this;
    this.spend(length);
    const kind = from.u8();
    switch (kind) {
      case SAME: {
        const value = this.takeItem();
        return Array.from({ length }, () => value);
      }
      case MIXED:
        return this.deeper(() => Array.from({ length }, () => this.takeItem()));
      case STEPS: {
        const first = from.svarint();
        const step = from.svarint();
        return Array.from({ length }, (_, at) => first + step * at);
      }
      case INTEGERS: {
        let last = 0;
        return Array.from({ length }, () => (last += from.svarint()));
      }
      case FLOATS:
        return Array.from({ length }, () => from.f64());
      case TEXTS:
        return this.takeTexts(length);
      case WORDS: {
        const count = from.varint();
        this.spend(count);
        const words = this.takeTexts(count);
        return Array.from({ length }, () => {
          const word = words[from.varint()];
          if (word === undefined) throw badSnapshot("a word that is not there");
          return word;
        });
      }
      case BITS:
        return this.takeBits(length);
      default:
        return this.deeper(() => this.takeColumns(kind, length));
    }
  }

  private takeColumns(kind: number, length: number): unknown[] {
    const { from } = this;
    switch (kind) {
      case ROWS: {
        const shape = this.takeShape();
        const rows = Array.from({ length }, () => this.meet(emptyOf(shape)));
        for (const key of shape.keys) {
          const column = this.takeColumn(length);
          for (let at = 0; at < length; at++) define(rows[at] as object, key, column[at]); // cast: at < length
        }
        return rows;
      }
      case TUPLES: {
        const places = from.varint();
        const tuples = Array.from({ length }, (): unknown[] => this.meet([]));
        for (let place = 0; place < places; place++) {
          const column = this.takeColumn(length);
          for (let at = 0; at < length; at++) tuples[at]?.push(column[at]);
        }
        return tuples;
      }
      case SOME: {
        const missing = from.u8() === NULL ? null : undefined;
        const is = this.takeBits(length);
        const present = this.takeColumn(is.reduce((count, bit) => count + (bit ? 1 : 0), 0));
        let next = 0;
        return is.map((bit) => (bit ? present[next++] : missing));
      }
      default:
        throw badSnapshot(`a column of kind ${kind}`);
    }
  }

  private takeTexts(count: number): string[] {
    const { from } = this;
    let before = "";
    return Array.from({ length: count }, () => {
      const shared = from.varint();
      if (shared > before.length) throw badSnapshot("more shared than there is");
      this.spend(shared >> 6); // a long beginning many times over is memory as well
      before = before.slice(0, shared) + from.string();
      return before;
    });
  }

  private takeBits(length: number): boolean[] {
    const bytes = this.from.bytes(Math.ceil(length / 8));
    return Array.from({ length }, (_, at) => (((bytes[at >> 3] ?? 0) >> (at & 7)) & 1) === 1);
  }

  private takeShape(): Shape {
    const { from, shapes } = this;
    const number = from.varint();
    const known = shapes[number];
    if (known !== undefined) return known;
    if (number !== shapes.length) throw badSnapshot("a shape that is not there");
    const head = from.varint();
    const count = Math.floor(head / 2);
    this.spend(count);
    const shape = { keys: Array.from({ length: count }, () => this.takeText()), inherits: head % 2 === 1 };
    shapes.push(shape);
    return shape;
  }

  private meet<T extends object>(container: T): T {
    this.met.push(container);
    return container;
  }

  private spend(count: number): void {
    this.left -= count;
    if (this.left < 0) throw badSnapshot("more values than fit");
  }

  private deeper<T>(f: () => T): T {
    if (this.depth > 3 * MAX_DEPTH) throw badSnapshot("nested too deep"); // what is written nests no deeper
    this.depth++;
    const value = f();
    this.depth--;
    return value;
  }
}

/** Bytes that no packed state of ours has. */
export function badSnapshot(what: string): CodedError {
  return new CodedError("LIVE_BAD_SNAPSHOT", `The snapshot has ${what}`, { value: what });
}

/** Sets a property of its own, whatever its name. */
export function define(object: object, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else (object as Record<string, unknown>)[key] = value; // cast: a plain object
}

function emptyOf(shape: Shape): object {
  return shape.inherits ? {} : Object.create(null);
}

function fillList(list: unknown[], items: readonly unknown[]): void {
  list.length = items.length;
  for (const [at, item] of items.entries()) if (item !== ABSENT) list[at] = item;
}

function bigintOf(text: string): bigint {
  if (!/^-?[0-9a-f]+$/.test(text)) throw badSnapshot("no number");
  return text.startsWith("-") ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
}
