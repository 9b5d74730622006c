import { CodedError, isCodedError } from "../../errors/index.ts";
import { STREAM } from "../../pool/index.ts";
import type { KeyedList, KeyedMap } from "../../signals/collections/index.ts";
import { batch, type Signal, untracked } from "../../signals/index.ts";
import { badSnapshot, DataReader, define } from "./decode-data.ts";
import { shapeOf } from "./shape.ts";
import { ARRAY, KEYED_LIST, KEYED_MAP, kindAt, MADE, OBJECT, PLAIN, SEEN, SIGNAL } from "./state-kinds.ts";

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

/** Whether an error says that bytes are no snapshot of ours, whoever has found it. */
export function isBadSnapshot(error: unknown): boolean {
  return isCodedError(error) && (error.code === "LIVE_BAD_SNAPSHOT" || error.code.startsWith("POOL_"));
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
