import type { CodedError } from "../errors/index.ts";
import { isCodedError } from "../errors/index.ts";
import { limitOf, notBytes } from "./limits.ts";
import { isText, tokenSize } from "./token-size.ts";
import { DEPTH_BORNE, type DecodeLimits, MAX_BYTES, MAX_DEPTH, MAX_ITEMS, type WireValue } from "./value.ts";
import { refuse, ValueReader } from "./value-reader.ts";

/**
 * Decodes a stream of values that arrives in pieces, cut anywhere.
 * @public
 */
export interface Decoder {
  /**
   * Takes the next bytes, which it does not keep, and returns the values that are now whole, oldest first. Cost: O(bytes), however they are cut.
   * @throws CodedError what `decodeValue` would throw of the same bytes, with the offset in the value that is refused; values before it are returned
   * first, and the next call throws. `WIRE_FRAME_TOO_LARGE` and `WIRE_TOO_MANY_ITEMS` as soon as a value claims too much. Once it has thrown, every call does.
   * `WIRE_BAD_ARGUMENT` for what is no view of bytes; that changes nothing.
   */
  push(chunk: Uint8Array): WireValue[];
  /** Bytes received of the value that is not whole yet. */
  readonly pendingBytes: number;
  /** Says that nothing follows. @throws CodedError `WIRE_CUT_SHORT` when a value is not whole, or what `push` would throw. */
  end(): void;
}

/**
 * Makes a decoder for values sent one after another over a stream. The limits are those of each value.
 * @remarks Memory: the unfinished value as decoded so far, and at most twice the bytes of its unfinished text or bin.
 * @example
 * ```ts
 * const decoder = createDecoder();
 * decoder.push(new Uint8Array([1, 0x92, 2])); // [1]
 * decoder.push(new Uint8Array([3])); // [[2, 3]]
 * ```
 * @public
 */
export function createDecoder(limits: Omit<DecodeLimits, "canonical"> = {}): Decoder {
  return new StreamDecoder(limits);
}

/** An array or a map that is not whole yet. */
interface Open {
  readonly list: WireValue[] | undefined;
  readonly map: Record<string, WireValue>;
  key: string | undefined;
  left: number;
}

const EMPTY = new Uint8Array(0);

/*
 * Outline. What lies whole in a chunk is read at once, as decodeValue does. A value that goes on in the next chunk is read by tokens: scalars
 * whole, of arrays and maps the heads; `open` holds those that are begun. Of a token that is cut, `held` keeps the bytes until it has the `need`.
 * So no byte is looked at more than twice.
 */
class StreamDecoder implements Decoder {
  private readonly maxBytes: number;
  private readonly maxDepth: number;
  private readonly maxItems: number;
  private readonly open: Open[] = [];
  private items: number;
  /** Bytes of the current value before the current token. */
  private used = 0;
  private held: Uint8Array = EMPTY;
  private heldLength = 0;
  private need = 0;
  private values: WireValue[] = [];
  private failure: CodedError | undefined;

  constructor(limits: DecodeLimits) {
    this.maxBytes = limitOf(limits.maxBytes, MAX_BYTES);
    this.maxDepth = Math.min(limitOf(limits.maxDepth, MAX_DEPTH), DEPTH_BORNE);
    this.maxItems = limitOf(limits.maxItems, MAX_ITEMS);
    this.items = this.maxItems;
  }

  get pendingBytes(): number {
    return this.used + this.heldLength;
  }

  push(chunk: Uint8Array): WireValue[] {
    if (this.failure !== undefined) throw this.failure;
    if (!ArrayBuffer.isView(chunk)) throw notBytes();
    this.values = [];
    try {
      this.read(chunk);
    } catch (error) {
      this.fail(error as CodedError); // cast: nothing here calls anybody else's code
      if (this.values.length === 0) throw error;
    }
    return this.values;
  }

  end(): void {
    this.failure ??= this.pendingBytes > 0 ? refuse("WIRE_CUT_SHORT", this.pendingBytes) : undefined;
    if (this.failure !== undefined) throw this.failure;
  }

  private read(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.heldLength > 0) at = this.fill(chunk, at);
      else if (this.used === 0) at = this.readWhole(chunk, at);
      else at = this.readToken(chunk, at);
    }
  }

  /** Reads a value that ends in this chunk; of another one, the first token. Returns where it stopped. */
  private readWhole(chunk: Uint8Array, at: number): number {
    const reader = new ValueReader(chunk, at, Math.min(chunk.length, at + this.maxBytes), this.maxItems);
    try {
      this.values.push(reader.take(this.maxDepth));
      return reader.at;
    } catch (error) {
      if (isCodedError(error) && error.code === "WIRE_CUT_SHORT") return this.readToken(chunk, at);
      throw shifted(error, -at);
    }
  }

  private readToken(chunk: Uint8Array, at: number): number {
    const size = this.sizeAt(chunk, at, chunk.length);
    if (size <= chunk.length - at) {
      this.take(chunk, at, size);
      return at + size;
    }
    this.need = size;
    this.hold(chunk, at, chunk.length);
    return chunk.length;
  }

  /** Adds to the token that is held, and takes it when it is whole. */
  private fill(chunk: Uint8Array, at: number): number {
    const end = Math.min(at + this.need - this.heldLength, chunk.length);
    this.hold(chunk, at, end);
    if (this.heldLength < this.need) return end;
    const size = this.sizeAt(this.held, 0, this.heldLength);
    if (size > this.need) this.need = size;
    else {
      this.heldLength = 0;
      this.take(this.held, 0, size);
      if (this.held.length > HELD_KEPT) this.held = EMPTY;
    }
    return end;
  }

  private hold(chunk: Uint8Array, at: number, end: number): void {
    const length = this.heldLength + end - at;
    if (length > this.held.length) {
      // By what has come, not by what is claimed.
      const longer = new Uint8Array(Math.max(length, Math.min(this.need, this.held.length * 2)));
      longer.set(this.held.subarray(0, this.heldLength));
      this.held = longer;
    }
    this.held.set(chunk.subarray(at, end), this.heldLength);
    this.heldLength = length;
  }

  /** How long the token is, or what it takes to tell. */
  private sizeAt(bytes: Uint8Array, at: number, end: number): number {
    const size = this.isKeyNext() && !isText(bytes[at] as number) ? 1 : tokenSize(bytes, at, end); // cast: at < end
    if (this.used + size > this.maxBytes) throw refuse("WIRE_FRAME_TOO_LARGE", this.used + size);
    return size;
  }

  private isKeyNext(): boolean {
    const last = this.open[this.open.length - 1];
    return last !== undefined && last.list === undefined && last.key === undefined;
  }

  /** Takes a token that is whole. */
  private take(bytes: Uint8Array, at: number, size: number): void {
    const type = bytes[at] as number; // cast: a token has a byte at least
    const reader = new ValueReader(bytes, at, at + size, 0);
    const before = this.used - at;
    this.used += size;
    try {
      if (this.isKeyNext()) this.takeKey(reader);
      else if ((type > 0x7f && type < 0xa0) || (type > 0xdb && type < 0xe0)) this.begin(type, reader);
      else this.add(reader.take(0));
    } catch (error) {
      throw shifted(error, before);
    }
  }

  private takeKey(reader: ValueReader): void {
    const last = this.open[this.open.length - 1] as Open; // cast: isKeyNext saw it
    const key = reader.key();
    if (key in last.map) throw refuse("WIRE_BAD_KEY", reader.at);
    last.key = key;
  }

  private begin(type: number, reader: ValueReader): void {
    reader.at++;
    const count = type < 0xa0 ? type & 15 : reader.integer(type & 1 ? 4 : 2);
    const isMap = type < 0x90 || type > 0xdd;
    if (this.open.length >= this.maxDepth) throw refuse("WIRE_TOO_DEEP", reader.at);
    if (this.used + count * (isMap ? 2 : 1) > this.maxBytes) throw refuse("WIRE_FRAME_TOO_LARGE", reader.at);
    this.items -= count;
    if (this.items < 0) throw refuse("WIRE_TOO_MANY_ITEMS", reader.at);
    const begun: Open = { list: isMap ? undefined : [], map: Object.create(null), key: undefined, left: count };
    if (count > 0) this.open.push(begun);
    else this.add(begun.list ?? begun.map);
  }

  /** Puts a value where it belongs, and what it completes in its turn. */
  private add(value: WireValue): void {
    let whole = value;
    for (let last = this.open.pop(); last !== undefined; last = this.open.pop()) {
      if (last.list !== undefined) last.list.push(whole);
      else last.map[last.key as string] = whole; // cast: its key came before
      last.key = undefined;
      if (--last.left > 0) {
        this.open.push(last);
        return;
      }
      whole = last.list ?? last.map;
    }
    this.values.push(whole);
    this.used = 0;
    this.items = this.maxItems;
  }

  private fail(error: CodedError): void {
    this.failure = error;
    this.open.length = 0;
    this.held = EMPTY;
  }
}

/** A longer array for cut text or bin is not kept for the next. */
const HELD_KEPT = 65_536;

/** The same error with its offset counted from the start of the value. */
function shifted(error: unknown, by: number): unknown {
  return isCodedError(error) && typeof error.value === "number" ? refuse(error.code, error.value + by) : error;
}
