import type { ByteScratch } from "../bytes/byte-scratch.ts";
import { type ByteWriter, putBack, takeWriter } from "../bytes/byte-writer.ts";
import { encodeText, endsInHalf, ownBytes } from "../encode/unicode.ts";
import type { Sink } from "./sink.ts";

/** Gathers what may leave of a page, until it is taken. */
export interface Outlet<Piece> {
  /** How much there is to take: characters, or bytes where they are written. */
  readonly length: number;
  /** Nothing will come of it any more, unless something is added. */
  readonly isEmpty: boolean;
  add(text: string): void;
  /** All there is. */
  take(): Piece;
  /** What had been kept back, when nothing will be added any more. */
  last(): Piece | undefined;
  /** Lets what stands in the sink come next, as bytes where templates can. */
  lend(sink: Sink): void;
  /** What a sink that was lent bytes puts its text behind them with. */
  readonly flush: Sink["flush"];
  readonly append: NonNullable<Sink["append"]>;
  /** Gives back what was borrowed for a piece; what was not taken is lost. */
  end(): void;
}

/** Gathers text. */
export class TextOutlet implements Outlet<string> {
  #text = "";

  get length(): number {
    return this.#text.length;
  }

  get isEmpty(): boolean {
    return this.#text === "";
  }

  add(text: string): void {
    this.#text += text;
  }

  take(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }

  last(): undefined {}

  // It lends no bytes.
  lend(): void {}

  flush(): void {}

  append(): void {}

  end(): void {}
}

/** Gathers UTF-8: what templates write as bytes, and text behind it, which is converted when it has to be. */
export class ByteOutlet implements Outlet<Uint8Array> {
  /** Borrowed until the piece is taken: a reader may be slow, and its memory is large. */
  #writer: ByteWriter | undefined;
  /** What follows it. */
  #text = "";
  /** The first half of a surrogate pair whose other half comes with the next piece. */
  #half = "";

  get length(): number {
    return this.#text.length + (this.#writer?.length ?? 0);
  }

  get isEmpty(): boolean {
    return this.length === 0 && this.#half === "";
  }

  add(text: string): void {
    this.#text += text;
  }

  take(): Uint8Array {
    const writer = this.#writer;
    if (writer === undefined || writer.length === 0) return this.#encode();
    if (this.#text !== "") writer.add(this.#rest());
    const bytes = ownBytes(writer.wholePairs());
    this.#half = writer.half;
    return bytes;
  }

  last(): Uint8Array | undefined {
    return this.#half === "" ? undefined : encodeText(this.#rest());
  }

  lend(sink: Sink): void {
    sink.text = this.#rest() + sink.text;
    sink.bytes = this.#scratch;
  }

  readonly flush = (sink: Sink): void => this.#writer?.flush(sink);

  readonly append = (sink: Sink, bytes: Uint8Array): void => this.#writer?.append(sink, bytes);

  end(): void {
    if (this.#writer !== undefined) putBack(this.#writer);
    this.#writer = undefined;
  }

  get #scratch(): ByteScratch {
    this.#writer ??= takeWriter();
    return this.#writer.scratch;
  }

  #rest(): string {
    const text = this.#half + this.#text;
    this.#half = this.#text = "";
    return text;
  }

  #encode(): Uint8Array {
    const text = this.#rest();
    if (!endsInHalf(text)) return encodeText(text);
    this.#half = text.slice(-1);
    return encodeText(text.slice(0, -1));
  }
}
