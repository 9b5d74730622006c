import type { Writer } from "../pool/index.ts";
import type { Sink } from "./sink.ts";
import { encoder, endsInHalf } from "./unicode.ts";

/** Gathers the text of a sink as UTF-8. */
export class ByteWriter {
  readonly #out: Writer;
  /** Where the styles of the head belong; -1 for nowhere. */
  #headAt = -1;

  constructor(out: Writer) {
    this.#out = out;
  }

  /** Takes the text out of the sink, all but the first half of a surrogate pair. */
  flush(sink: Sink): void {
    const { text } = sink;
    const keep = !sink.done && endsInHalf(text) ? 1 : 0;
    const end = text.length - keep;
    if (sink.headAt >= 0) {
      this.#out.utf8(text.slice(0, sink.headAt));
      this.#headAt = this.#out.length;
      this.#out.utf8(text.slice(sink.headAt, end));
      sink.headAt = -1;
    } else this.#out.utf8(keep === 0 ? text : text.slice(0, end));
    sink.text = keep === 0 ? "" : text.slice(end);
  }

  /** Writes bytes behind the text. @returns False when half a character waits for its other half. */
  append(sink: Sink, bytes: Uint8Array): boolean {
    this.flush(sink);
    if (sink.text !== "") return false;
    this.#out.bytes(bytes);
    return true;
  }

  /** Writes the rest, and the styles into their place. */
  finish(sink: Sink): void {
    const { page } = sink;
    sink.text += page.late;
    sink.done = true;
    this.flush(sink);
    if (this.#headAt >= 0 && page.headStyles !== "") this.#insert(this.#headAt, encoder.encode(page.headStyles));
  }

  #insert(at: number, bytes: Uint8Array): void {
    const end = this.#out.claim(bytes.length);
    const { buffer } = this.#out;
    buffer.copyWithin(at + bytes.length, at, end);
    buffer.set(bytes, at);
  }
}
