import type { Lease } from "../pool/index.ts";
import type { Sink } from "./sink.ts";
import { encoder, endsInHalf } from "./unicode.ts";

/** Gathers the text of a sink as UTF-8, in memory of its own or in a lease. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;
  /** Where the styles of the head belong; -1 for nowhere. */
  #headAt = -1;
  readonly #lease: Lease | undefined;

  constructor(minBytes: number, lease?: Lease) {
    this.#lease = lease;
    this.#bytes = lease === undefined ? new Uint8Array(minBytes) : lease.bytes;
  }

  get length(): number {
    return this.#length;
  }

  /** Takes the text out of the sink, all but the first half of a surrogate pair. */
  flush(sink: Sink): void {
    const { text } = sink;
    const keep = !sink.done && endsInHalf(text) ? 1 : 0;
    const end = text.length - keep;
    if (sink.headAt >= 0) {
      this.#write(text.slice(0, sink.headAt));
      this.#headAt = this.#length;
      this.#write(text.slice(sink.headAt, end));
      sink.headAt = -1;
    } else this.#write(keep === 0 ? text : text.slice(0, end));
    sink.text = keep === 0 ? "" : text.slice(end);
  }

  /** Writes bytes behind the text. @returns False when half a character waits for its other half. */
  append(sink: Sink, bytes: Uint8Array): boolean {
    this.flush(sink);
    if (sink.text !== "") return false;
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return true;
  }

  /** Writes the rest, and the styles into their place. */
  finish(sink: Sink): void {
    const { page } = sink;
    sink.text += page.late;
    sink.done = true;
    this.flush(sink);
    if (this.#headAt >= 0 && page.headStyles !== "") this.#insert(this.#headAt, encoder.encode(page.headStyles));
    if (this.#lease !== undefined) this.#lease.length = this.#length;
  }

  /** The bytes, without a copy unless an eighth of the memory would be wasted. */
  take(): Uint8Array {
    const bytes = this.#bytes;
    return bytes.length - this.#length > this.#length >> 3
      ? bytes.slice(0, this.#length)
      : bytes.subarray(0, this.#length);
  }

  #write(text: string): void {
    let rest = text;
    // Nearly all text is ASCII: room for one byte per unit is enough, and there is more where it is not.
    this.#reserve(text.length);
    for (;;) {
      const { read, written } = encoder.encodeInto(rest, this.#bytes.subarray(this.#length));
      this.#length += written;
      if (read === rest.length) return;
      rest = rest.slice(read);
      this.#reserve(3 * rest.length);
    }
  }

  #insert(at: number, bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.copyWithin(at + bytes.length, at, this.#length);
    this.#bytes.set(bytes, at);
    this.#length += bytes.length;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const lease = this.#lease;
    if (lease !== undefined) {
      lease.length = this.#length;
      lease.grow(needed);
      this.#bytes = lease.bytes;
    } else {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
  }
}
