import { CodedError } from "../../errors/index.ts";
import { createWriter, type Writer } from "../../pool/index.ts";
import { type ColumnWriter, putColumn } from "./encode-column.ts";
import {
  AGAIN,
  ARRAY_BUFFER,
  BIGINT,
  DATE,
  FALSE,
  FLOAT,
  HOLE,
  INTEGER,
  LIST,
  MAP,
  MAX_DEPTH,
  MAX_VALUES,
  NULL,
  OBJECT,
  SET,
  type Shape,
  TEXT,
  TRUE,
  TYPED,
  TYPED_FIRST,
  UNDEFINED,
  UNITS,
} from "./marks.ts";
import { ABSENT, hasLoneSurrogate, shapeOf } from "./shape.ts";

/** Packs plain values, one behind the other. What is met twice, in whichever of them, is packed once. */
export class DataWriter implements ColumnWriter {
  readonly out: Writer = createWriter();
  /** Where it is, for the error that says so. */
  readonly path: string[] = [];
  private readonly numbers: Map<object, number> = new Map();
  private readonly shapes: Map<string, number> = new Map();

  /** @throws CodedError `LIVE_UNPACKABLE`. */
  put(value: unknown): void {
    const { out } = this;
    switch (typeof value) {
      case "string":
        this.putText(value);
        break;
      case "number":
        this.putNumber(value);
        break;
      case "boolean":
        out.u8(value ? TRUE : FALSE);
        break;
      case "undefined":
        out.u8(UNDEFINED);
        break;
      case "bigint":
        out.u8(BIGINT);
        out.string(value.toString(16));
        break;
      case "object":
        if (value === null) out.u8(NULL);
        else this.putObject(value);
        break;
      case "symbol":
        if (value !== ABSENT) throw this.refuse("a symbol");
        out.u8(HOLE);
        break;
      default:
        throw this.refuse("a function");
    }
  }

  /** A column of its own, with its length. */
  putList(items: readonly unknown[]): void {
    this.out.varint(items.length);
    putColumn(this, items);
  }

  /** Gives a container its number. @returns whether it had one. */
  number(container: object): boolean {
    if (this.numbers.has(container)) return true;
    this.numbers.set(container, this.numbers.size);
    return false;
  }

  /** Whether a container has its number. */
  knows(container: object): boolean {
    return this.numbers.has(container);
  }

  putShape(shape: Shape): void {
    const { out, shapes } = this;
    const name = `${shape.inherits ? 1 : 0}${JSON.stringify(shape.keys)}`;
    const known = shapes.get(name);
    out.varint(known ?? shapes.size);
    if (known !== undefined) return;
    shapes.set(name, shapes.size);
    out.varint(shape.keys.length * 2 + (shape.inherits ? 1 : 0));
    for (const key of shape.keys) this.putText(key);
  }

  putText(text: string): void {
    const { out } = this;
    if (!hasLoneSurrogate(text)) {
      out.u8(TEXT);
      out.string(text);
      return;
    }
    out.u8(UNITS);
    out.varint(text.length);
    for (let at = 0; at < text.length; at++) out.varint(text.charCodeAt(at));
  }

  /** Runs `f` one step further down. */
  inside(step: string, f: () => void): void {
    if (this.path.length === MAX_DEPTH) throw this.refuse(`nested more than ${MAX_DEPTH} deep`);
    this.path.push(step);
    f();
    this.path.pop();
  }

  refuse(what: string): CodedError {
    const place = `state${this.path.slice(0, 8).join("")}${this.path.length > 8 ? "..." : ""}`;
    return new CodedError("LIVE_UNPACKABLE", `${place} is ${what}`, { value: place });
  }

  private putNumber(value: number): void {
    const { out } = this;
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      out.u8(INTEGER);
      out.svarint(value);
    } else {
      out.u8(FLOAT);
      out.f64(value);
    }
  }

  private putObject(value: object): void {
    const { out } = this;
    const number = this.numbers.get(value);
    const shape = shapeOf(value);
    if (number !== undefined) {
      out.u8(AGAIN);
      out.varint(number);
    } else if (Array.isArray(value)) this.putArray(value);
    else if (shape === undefined) this.putSpecial(value);
    else {
      this.number(value);
      out.u8(OBJECT);
      this.putShape(shape);
      for (const key of shape.keys) {
        this.inside(`.${key}`, () => this.put((value as Record<string, unknown>)[key])); // cast: a plain object
      }
    }
  }

  private putArray(list: readonly unknown[]): void {
    if (Object.getPrototypeOf(list) !== Array.prototype) throw this.refuse(nameOf(list));
    if (list.length > MAX_VALUES) throw this.refuse(`a list of ${list.length}`);
    this.number(list);
    let own = 0;
    for (const _ in list) own++;
    const hasHoles = own < list.length;
    const isPlain = hasHoles ? Object.keys(list).every((key) => key === String(Number(key))) : own === list.length;
    if (!isPlain) throw this.refuse("a list with properties of its own");
    this.out.u8(LIST);
    const items = hasHoles ? Array.from(list, (item, at) => (at in list ? item : ABSENT)) : list;
    this.inside("[]", () => this.putList(items));
  }

  private putSpecial(value: object): void {
    const { out } = this;
    const prototype: unknown = Object.getPrototypeOf(value);
    const typed = TYPED.findIndex((kind) => prototype === kind.prototype);
    if (!isSpecial(prototype) && typed < 0) throw this.refuse(nameOf(value));
    this.number(value);
    if (value instanceof Date) {
      out.u8(DATE);
      out.f64(value.getTime());
    } else if (value instanceof Map) {
      out.u8(MAP);
      this.inside(".keys()", () => this.putList([...value.keys()]));
      this.inside(".values()", () => this.putList([...value.values()]));
    } else if (value instanceof Set) {
      out.u8(SET);
      this.inside(".values()", () => this.putList([...value]));
    } else {
      const isBuffer = value instanceof ArrayBuffer;
      const { buffer, byteOffset, byteLength } = isBuffer
        ? { buffer: value, byteOffset: 0, byteLength: value.byteLength }
        : (value as ArrayBufferView); // cast: isSpecial and TYPED leave nothing else
      out.u8(isBuffer ? ARRAY_BUFFER : TYPED_FIRST + typed);
      out.varint(byteLength);
      out.bytes(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)); // cast: a shared one reads the same
    }
  }
}

function isSpecial(prototype: unknown): boolean {
  return [Date.prototype, Map.prototype, Set.prototype, ArrayBuffer.prototype].some((known) => known === prototype);
}

function nameOf(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" && name !== "Object"
    ? `an instance of ${name.slice(0, 40)}`
    : "no plain object";
}
