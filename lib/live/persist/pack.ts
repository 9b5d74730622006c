import { CodedError } from "../../errors/index.ts";
import { STREAM } from "../../pool/index.ts";
import type { KeyedMap } from "../../signals/collections/index.ts";
import { type Signal, untracked } from "../../signals/index.ts";
import { DataWriter } from "./encode-data.ts";
import { ARRAY, KEYED_LIST, KEYED_MAP, kindAt, MADE, OBJECT, PLAIN, SEEN, SIGNAL } from "./state-kinds.ts";

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
