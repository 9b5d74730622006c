import { createWriter, type Writer, type WriterOptions } from "../../pool/index.ts";
import { encoder } from "../encode/unicode.ts";
import type { Sink } from "../render/sink.ts";
import { ByteScratch, FULL } from "./byte-scratch.ts";
import { putMarkup } from "./byte-text.ts";

const MAX_KEPT_BYTES = 1 << 20;
const ROOMY: WriterOptions = { minBytes: 3 * FULL }; // nothing is taken before it is needed

// Kept from one page to the next, and never handed out: a page of 2 KiB takes a tenth less time than with memory taken anew, larger ones as much
// (bench: html, "to bytes"). Absent while a page is under way, so that one that is rendered within it has a writer of its own.
let kept: ByteWriter | undefined;

/** A writer for a page, or a piece of one; whoever takes it puts it back. */
export function takeWriter(): ByteWriter {
  const writer = kept ?? new ByteWriter();
  kept = undefined;
  return writer;
}

export function putBack(writer: ByteWriter): void {
  writer.end();
  kept = writer;
}

/** Gathers a page as UTF-8, and then the next one. */
export class ByteWriter {
  readonly scratch: ByteScratch = new ByteScratch();
  /** Where pages of one's own go that are longer than the scratch. */
  #own: Writer = createWriter(ROOMY);
  #out: Writer = this.#own;
  /** How many characters of the page came as text. */
  joined = 0;
  /** Where the styles of the head belong; -1 for nowhere. */
  #headAt = -1;

  constructor() {
    this.start();
  }

  /** How many bytes there are. */
  get length(): number {
    return this.#out.length + this.scratch.at;
  }

  /** Begins a page: into the writer, or into memory that the next page will overwrite. */
  start(out: Writer = this.#own): void {
    this.#out = out;
    this.#headAt = -1;
    this.joined = 0;
    this.scratch.start(out);
  }

  /** Takes the text out of the sink. */
  flush(sink: Sink): void {
    const { text, headAt } = sink;
    sink.text = "";
    if (headAt < 0) {
      this.add(text);
      return;
    }
    sink.headAt = -1;
    this.add(text.slice(0, headAt));
    this.scratch.spillAll();
    this.#headAt = this.#out.length;
    this.add(text.slice(headAt));
  }

  /** Writes bytes behind the text. */
  append(sink: Sink, bytes: Uint8Array): void {
    this.flush(sink);
    this.scratch.at = this.scratch.bytes(this.scratch.at, bytes);
  }

  /** Writes the rest, and the styles into their place. */
  finish(sink: Sink): void {
    const { page } = sink;
    sink.text += page.late;
    this.flush(sink);
    if (this.#headAt >= 0 && page.headStyles !== "") {
      this.scratch.spillAll();
      this.#insert(this.#headAt, encoder.encode(page.headStyles));
    }
  }

  /** The page, until the next one begins. */
  written(): Uint8Array {
    if (this.#out === this.#own && this.#own.length === 0) return this.scratch.written(); // most pages
    this.scratch.spillAll();
    return this.#out.buffer.subarray(0, this.#out.length);
  }

  /** The half of a pair with which the text ends, or "". */
  get half(): string {
    const { at, halfEnd, half } = this.scratch;
    return at === halfEnd ? String.fromCharCode(half) : "";
  }

  /** What was written but for that half, until more is. */
  wholePairs(): Uint8Array {
    const { scratch } = this;
    if (this.#out.length === 0) return scratch.whole();
    scratch.spill(scratch.at);
    return this.#out.buffer.subarray(0, this.#out.length);
  }

  /** Forgets the page; memory for a long one is not kept. */
  end(): void {
    if (this.#own.buffer.length > MAX_KEPT_BYTES) this.#own = createWriter(ROOMY);
    this.#own.reset();
    this.start();
  }

  /** Writes text as it is. */
  add(text: string): void {
    const { scratch } = this;
    this.joined += text.length;
    scratch.at = scratch.room(putMarkup(scratch, scratch.at, text));
  }

  #insert(at: number, bytes: Uint8Array): void {
    const out = this.#out;
    const end = out.claim(bytes.length);
    const { buffer } = out;
    buffer.copyWithin(at + bytes.length, at, end);
    buffer.set(bytes, at);
  }
}
