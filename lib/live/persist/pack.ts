import { CodedError, isCodedError } from "../../errors/index.ts";
import { DELTAS, READ, STREAM } from "../../pool/index.ts";
import type { KeyedList, KeyedMap } from "../../signals/collections/index.ts";
import { batch, nodeKind, type Signal, untracked } from "../../signals/index.ts";
import { badSnapshot, DataReader, define } from "./decode-data.ts";
import { DataWriter } from "./encode-data.ts";
import { shapeOf } from "./shape.ts";

/** What stands at a path of the state. */
const PLAIN = 0;
const SIGNAL = 1;
const KEYED_MAP = 2;
const KEYED_LIST = 3;
/** What `mount` makes, and what follows from the rest: functions, computeds, derived collections. */
const MADE = 4;
const OBJECT = 5;
const ARRAY = 6;
/** A signal or a collection that stands at another path as well. */
const SEEN = 7;

/** What a state may pack to. */
export interface PackLimits {
  /** Bytes. @defaultValue 1_048_576 */
  readonly maxBytes?: number;
}

/**
 * Packs the values in a state: plain values, signals, keyed maps and keyed lists at any path of its objects and lists. What `mount` will make anew
 * (computeds, derived collections, functions) is only marked, so that it is missed when it is not there.
 * @throws CodedError `LIVE_UNPACKABLE` with the path of what is none of these.
 * @remarks Costs O(values); reads are not noted.
 */
export function packState(state: unknown, limits: PackLimits = {}): Uint8Array {
  return packParts(state, limits).bytes;
}

/** The same, with the signals, collections and streams that were found. */
export function packParts(
  state: unknown,
  limits: PackLimits = {},
): { readonly bytes: Uint8Array; readonly parts: ReadonlySet<object>; readonly streams: readonly object[] } {
  const to = new DataWriter();
  const packer = new Packer(to);
  untracked(() => packer.put(state));
  const bytes = to.out.toBytes(); // exactly: they may be kept for long
  const { maxBytes = 1_048_576 } = limits;
  if (bytes.length <= maxBytes) return { bytes, parts: packer.parts, streams: packer.streams };
  throw new CodedError("LIVE_UNPACKABLE", `state packs to ${bytes.length} bytes`, { value: bytes.length });
}

/**
 * Puts packed values where they were into what `mount` has made: signals and collections are set, plain values replaced, in place where they are containers.
 * @param made - What `mount` has returned now.
 * @param streams - Gets the streams of the state, in the order in which `packParts` gives them.
 * @returns The state: `made`, unless it was a plain value.
 * @throws CodedError `LIVE_BAD_SNAPSHOT` when the bytes are not ours, or `mount` has made something else at a path: then nothing was done; what a signal's or
 * a collection's own writing throws: then `made` is of no use.
 */
export function unpackState(bytes: Uint8Array, made: unknown, streams: object[] = []): unknown {
  const unpacker = new Unpacker(new DataReader(bytes), streams);
  const state = untracked(() => unpacker.take(made));
  unpacker.finish();
  return state;
}

class Packer {
  /** Signals and collections. */
  readonly parts: Set<object> = new Set();
  /** In the order of their paths; one that stands at several is there as often. */
  readonly streams: object[] = [];
  private readonly to: DataWriter;
  private readonly seen: Set<object> = new Set();

  constructor(to: DataWriter) {
    this.to = to;
  }

  put(value: unknown): void {
    const { to } = this;
    const { out } = to;
    const kind = kindAt(value);
    const made = value as object; // cast: primitives are plain
    if (kind === PLAIN) {
      out.u8(PLAIN);
      to.put(value);
    } else if (kind !== MADE && this.seen.has(made)) out.u8(SEEN);
    else {
      this.seen.add(made);
      out.u8(kind);
      if (kind === SIGNAL || kind === KEYED_MAP || kind === KEYED_LIST) this.parts.add(made);
      if (kind === SIGNAL)
        to.put((made as Signal<unknown>).peek()); // cast: its kind
      else if (kind === OBJECT) this.putObject(made);
      else if (kind === ARRAY)
        this.putArray(made as readonly unknown[]); // cast: its kind
      else if (kind === MADE) {
        if (STREAM in made) this.streams.push(made);
      } else this.putRows(kind, made as KeyedMap<unknown, unknown>); // cast: a collection, which has entries
    }
  }

  private putRows(kind: number, rows: Pick<KeyedMap<unknown, unknown>, "entries">): void {
    const { to } = this;
    const entries = [...rows.entries()];
    if (kind === KEYED_MAP) to.inside(".keys()", () => to.putList(entries.map(([key]) => key)));
    to.inside(".values()", () => to.putList(entries.map(([, item]) => item)));
  }

  private putObject(object: object): void {
    const { to } = this;
    const keys = Object.keys(object);
    to.out.varint(keys.length);
    for (const key of keys) {
      to.putText(key);
      const property = Object.getOwnPropertyDescriptor(object, key);
      if (property?.get !== undefined || property?.set !== undefined) to.out.u8(MADE);
      else to.inside(`.${key}`, () => this.put(property?.value));
    }
  }

  private putArray(list: readonly unknown[]): void {
    const { to } = this;
    to.out.varint(list.length);
    for (const [at, item] of list.entries()) to.inside(`[${at}]`, () => this.put(item));
  }
}

class Unpacker {
  private readonly from: DataReader;
  private readonly path: string[] = [];
  private readonly steps: (() => void)[] = [];
  private readonly streams: object[];

  constructor(from: DataReader, streams: object[]) {
    this.from = from;
    this.streams = streams;
  }

  /** Reads what stands at a path, and plans what is to be done about it. @returns what is to stand there. */
  take(made: unknown): unknown {
    const kind = this.from.from.u8();
    switch (kind) {
      case PLAIN: {
        const value = this.from.take();
        this.expect(kindAt(made) === PLAIN);
        return this.refill(made, value);
      }
      case SIGNAL: {
        const value = this.from.take();
        this.expect(kindAt(made) === SIGNAL);
        this.steps.push(() => (made as Signal<unknown>).set(value)); // cast: its kind
        return made;
      }
      case KEYED_MAP: {
        const keys = this.from.takeList();
        const values = this.from.takeList();
        this.expect(kindAt(made) === KEYED_MAP && keys.length === values.length);
        const map = made as KeyedMap<unknown, unknown>; // cast: its kind
        this.steps.push(() => {
          map.clear(); // else keys that mount has put in keep their places
          map.setAll(keys.map((key, at) => [key, values[at]]));
        });
        return made;
      }
      case KEYED_LIST: {
        const values = this.from.takeList();
        this.expect(kindAt(made) === KEYED_LIST);
        this.steps.push(() => (made as KeyedList<unknown, unknown>).replaceAll(values)); // cast: its kind
        return made;
      }
      case MADE:
      case SEEN:
        this.expect(typeof made === "object" || typeof made === "function");
        if (kind === MADE && typeof made === "object" && made !== null && STREAM in made) this.streams.push(made);
        return made;
      case OBJECT:
        this.takeObject(made);
        return made;
      case ARRAY:
        this.takeArray(made);
        return made;
      default:
        throw badSnapshot(`kind ${kind}`);
    }
  }

  /** Nothing may be left; then does what was planned. */
  finish(): void {
    if (this.from.from.remaining > 0) throw badSnapshot("more bytes than values");
    batch(() => {
      for (const step of this.steps) step();
    });
  }

  private takeObject(made: unknown): void {
    if (typeof made !== "object" || made === null || shapeOf(made) === undefined) throw this.other();
    const count = this.from.from.varint();
    const gone = new Set(Object.keys(made));
    for (let at = 0; at < count; at++) {
      const key = this.from.takeText();
      gone.delete(key);
      const property = Object.getOwnPropertyDescriptor(made, key);
      this.path.push(`.${key}`);
      const before: unknown = property?.get === undefined ? property?.value : property.get;
      const value = this.take(before);
      this.path.pop();
      if (property === undefined || !Object.is(value, before)) this.steps.push(() => define(made, key, value));
    }
    for (const key of gone) {
      if (kindAt((made as Record<string, unknown>)[key]) !== PLAIN) throw this.other(`.${key}`); // cast: a plain object
      this.steps.push(() => void Reflect.deleteProperty(made, key));
    }
  }

  private takeArray(made: unknown): void {
    const count = this.from.from.varint();
    if (!Array.isArray(made) || made.length !== count) throw this.other();
    for (let at = 0; at < count; at++) {
      const before: unknown = made[at];
      this.path.push(`[${at}]`);
      const value = this.take(before);
      this.path.pop();
      if (Object.is(value, before)) continue;
      this.steps.push(() => {
        made[at] = value;
      });
    }
  }

  /** What `mount` has made is kept where it can take the content of what was packed: closures may hold it. */
  private refill(made: unknown, value: unknown): unknown {
    if (typeof made !== "object" || made === null || Object.isFrozen(made)) return value;
    if (Array.isArray(made) && Array.isArray(value)) {
      this.steps.push(() => {
        made.length = 0;
        for (const [at, item] of value.entries()) if (at in value) made[at] = item;
        made.length = value.length;
      });
    } else if (made instanceof Map && value instanceof Map) {
      this.steps.push(() => {
        made.clear();
        for (const [key, item] of value) made.set(key, item);
      });
    } else if (made instanceof Set && value instanceof Set) {
      this.steps.push(() => {
        made.clear();
        for (const item of value) made.add(item);
      });
    } else if (isPlainObject(made) && isPlainObject(value)) {
      this.steps.push(() => {
        for (const key of Object.keys(made)) Reflect.deleteProperty(made, key);
        for (const [key, item] of Object.entries(value)) define(made, key, item);
      });
    } else return value;
    return made;
  }

  private expect(isSo: boolean): void {
    if (!isSo) throw this.other();
  }

  private other(step = ""): CodedError {
    const place = `state${this.path.slice(0, 8).join("")}${step}`;
    return new CodedError("LIVE_BAD_SNAPSHOT", `mount has made something else at ${place}`, { value: place });
  }
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && shapeOf(value) !== undefined;
}

/** How what stands at a path is packed. */
function kindAt(value: unknown): number {
  if (typeof value === "function") return MADE;
  if (typeof value !== "object" || value === null) return PLAIN;
  if (nodeKind(value) === "signal") return SIGNAL;
  if (DELTAS in value) {
    if (!("replaceAll" in value)) return MADE;
    return "insertAt" in value ? KEYED_LIST : KEYED_MAP;
  }
  if (READ in value) return MADE;
  const isArray = Array.isArray(value);
  if (!isArray && shapeOf(value) === undefined) return PLAIN; // or what cannot be packed: the writer tells
  if (isPlainInside(value)) return PLAIN;
  return isArray ? ARRAY : OBJECT;
}

/** Whether a container holds nothing but plain values, all the way down; what it holds besides may still be unpackable. */
function isPlainInside(value: object): boolean {
  // The set grows while it is walked: no recursion, and what holds itself is walked once.
  const met = new Set<object>([value]);
  for (const container of met) {
    const items: Iterable<unknown> = Array.isArray(container) ? container : propertiesOf(container);
    for (const item of items) {
      if (typeof item === "function") return false;
      if (typeof item !== "object" || item === null || met.has(item)) continue;
      if (READ in item || DELTAS in item || nodeKind(item) !== undefined) return false;
      if (Array.isArray(item) || shapeOf(item) !== undefined) met.add(item);
    }
  }
  return true;
}

function propertiesOf(object: object): unknown[] {
  return Object.values(Object.getOwnPropertyDescriptors(object)).map((property) =>
    property.get === undefined ? property.value : property.get,
  );
}

/** Whether an error says that bytes are no snapshot of ours, whoever has found it. */
export function isBadSnapshot(error: unknown): boolean {
  return isCodedError(error) && (error.code === "LIVE_BAD_SNAPSHOT" || error.code.startsWith("POOL_"));
}
