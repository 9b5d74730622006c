import { CodedError } from "../../errors/index.ts";
import { type Computed, computed, type ReadableSignal, type Signal, signal } from "../../signals/index.ts";
import type { FileHead, UploadRule } from "./rules.ts";
import type { UploadEntry, UploadedFile } from "./types.ts";

const PIECE = 65_536;
const FIRST = 4_096;

/** A file that is being gathered. Its bytes are copied together: a message's own memory may be part of something larger. */
export class Incoming implements UploadEntry {
  readonly id: number;
  readonly rule: UploadRule;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  touchedAtMs: number;
  private held: Uint8Array = new Uint8Array();
  private readonly count: Signal<number> = signal(0);
  private readonly part: Computed<number>;
  private isOver = false;

  constructor(id: number, rule: UploadRule, { name, type, size }: FileHead, nowMs: number) {
    this.id = id;
    this.rule = rule;
    this.name = name;
    this.type = type;
    this.size = size;
    this.touchedAtMs = nowMs;
    this.part = computed(() => (size === 0 ? 100 : Math.floor((this.count.get() / size) * 100)));
  }

  get received(): ReadableSignal<number> {
    return this.count;
  }

  get percent(): ReadableSignal<number> {
    return this.part;
  }

  get length(): number {
    return this.count.peek();
  }

  get isWhole(): boolean {
    return this.length === this.size;
  }

  /** Whether it is the same file, as far as its description tells. */
  is(rule: UploadRule, { name, type, size }: FileHead): boolean {
    return this.rule === rule && this.name === name && this.type === type && this.size === size;
  }

  /** Adds bytes, which must not be more than are missing. */
  add(bytes: Uint8Array): void {
    const before = this.length;
    const after = before + bytes.length;
    if (after > this.held.length) {
      const grown = new Uint8Array(Math.min(this.size, Math.max(after, 2 * this.held.length, FIRST)));
      grown.set(this.held.subarray(0, before));
      this.held = grown;
    }
    this.held.set(bytes, before);
    this.rule.held += bytes.length;
    this.count.set(after);
  }

  /** Forgets its bytes. */
  free(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.rule.held -= this.length;
    this.held = new Uint8Array();
  }

  /** As a handler gets it. @param taken - Is called when the handler takes it. */
  file(taken: () => void): UploadedFile {
    const { id, name, type, size } = this;
    const take = (): Uint8Array => {
      if (this.isOver) throw new CodedError("LIVE_UPLOAD_TAKEN", "a file was taken or given up before");
      const bytes = this.held.subarray(0, size);
      this.free();
      taken();
      return bytes;
    };
    return { id, name, type, size, bytes: take, stream: () => piecesOf(take()) };
  }
}

async function* piecesOf(whole: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < whole.length; at += PIECE) yield whole.subarray(at, at + PIECE);
}
