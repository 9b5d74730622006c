import type { Platform } from "../../app/index.ts";
import type { ErrorCode } from "../../errors/index.ts";
import { spread } from "../../html/index.ts";
import { type Signal, signal } from "../../signals/index.ts";
import type { UploadFrame } from "../../wire/index.ts";
import { Incoming } from "./entry.ts";
import { type FileHead, plainName, refusalOf, type UploadRule } from "./rules.ts";
import type { RefusedUpload, UploadedFile, UploadField } from "./types.ts";

/** What is said to a piece of a file. */
export interface UploadAnswer {
  /** Bytes of it that have come so far. */
  readonly received: number;
  /** What is wrong with it, or "". */
  readonly code: ErrorCode | "";
}

/** A file that came with a form, whole. */
export interface PostedFile {
  readonly field: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

const MAX_REFUSED = 10;

/** One field of a session. */
interface Field {
  readonly rule: UploadRule;
  readonly entries: Signal<readonly Incoming[]>;
  readonly refused: Signal<readonly RefusedUpload[]>;
}

/** The files of one session, from their announcement until a handler takes them. */
export class Uploads {
  private readonly platform: Platform;
  private readonly fields: ReadonlyMap<string, Field>;
  private readonly entries = new Map<number, Incoming>();
  private stopTimer: (() => void) | undefined;
  private posted = 0;

  constructor(rules: ReadonlyMap<string, UploadRule>, platform: Platform) {
    this.platform = platform;
    this.fields = new Map([...rules].map(([name, rule]) => [name, { rule, entries: signal([]), refused: signal([]) }]));
  }

  /** No file has come, or is on its way. */
  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  /**
   * Takes what a page says of an entry.
   * 1. Taken back: freed. 2. Announced: let in, or refused; the same file again goes on from where it was.
   * 3. Bytes: added where they continue what is there; else the answer says from where to go on.
   */
  take(id: number, offset: number, part: UploadFrame[3]): UploadAnswer {
    if (part === null) {
      this.drop(id);
      return { received: 0, code: "" };
    }
    if (!(part instanceof Uint8Array)) return this.announce(id, part);
    const entry = this.entries.get(id);
    if (entry === undefined) return { received: 0, code: "LIVE_NO_UPLOAD" };
    if (offset !== entry.length) return { received: entry.length, code: "" };
    const code = this.add(entry, part);
    return code === undefined ? { received: entry.length, code: "" } : { received: 0, code };
  }

  /** Takes a file that came whole, with a form. */
  addPosted({ field, name, type, bytes }: PostedFile): ErrorCode | undefined {
    const found = this.fields.get(field);
    if (found === undefined) return "LIVE_NO_UPLOAD";
    const entry = this.letIn(--this.posted, found, { name: plainName(name), type, size: bytes.length });
    return typeof entry === "string" ? entry : this.add(entry, bytes);
  }

  /** Frees one entry. */
  drop(id: number): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    entry.free();
    this.forget(entry);
  }

  /** Frees what came with a form and no handler has taken: its browser sends it again. */
  dropPosted(): void {
    for (const id of [...this.entries.keys()]) if (id < 0) this.drop(id);
  }

  /** Frees all. */
  close(): void {
    for (const entry of this.entries.values()) entry.free();
    this.entries.clear();
    this.stopTimer?.();
    this.stopTimer = undefined;
  }

  /** What a handler finds: files that are whole, by field. */
  whole(): Readonly<Record<string, readonly UploadedFile[]>> {
    const files: Record<string, readonly UploadedFile[]> = Object.create(null);
    for (const [name, { entries }] of this.fields) {
      const whole = entries.peek().filter((entry) => entry.isWhole);
      files[name] = whole.map((entry) => entry.file(() => this.forget(entry)));
    }
    return files;
  }

  /** What a page shows, by field. */
  shown(): Readonly<Record<string, UploadField>> {
    const shown: Record<string, UploadField> = Object.create(null);
    for (const [name, { rule, entries, refused }] of this.fields) {
      shown[name] = {
        get entries() {
          return entries.get();
        },
        get refused() {
          return refused.get();
        },
        input: (attributes = {}) =>
          spread({
            ...attributes,
            ...{ type: "file", name, multiple: rule.maxFiles > 1, "bus-upload": name },
            accept: rule.accept.length > 0 ? rule.accept.join(",") : null,
          }),
      };
    }
    return shown;
  }

  private announce(
    id: number,
    [fieldName, name, type, size]: Extract<UploadFrame[3], readonly unknown[]>,
  ): UploadAnswer {
    const field = this.fields.get(fieldName);
    if (field === undefined) return { received: 0, code: "LIVE_NO_UPLOAD" };
    const head: FileHead = { name: plainName(name), type: type.slice(0, 200), size };
    const before = this.entries.get(id);
    if (before?.is(field.rule, head)) return { received: before.length, code: "" };
    this.drop(id);
    const entry = this.letIn(id, field, head);
    return typeof entry === "string" ? { received: 0, code: entry } : { received: 0, code: "" };
  }

  private letIn(id: number, field: Field, head: FileHead): Incoming | ErrorCode {
    const { rule, entries, refused } = field;
    const code = refusalOf(rule, head, entries.peek().length);
    if (code !== undefined) {
      refused.update((list) => [...list.slice(1 - MAX_REFUSED), { name: head.name, code }]);
      return code;
    }
    const entry = new Incoming(id, rule, head, this.platform.now());
    this.entries.set(id, entry);
    if (refused.peek().length > 0) refused.set([]);
    entries.update((list) => [...list, entry]);
    this.watch();
    return entry;
  }

  private add(entry: Incoming, bytes: Uint8Array): ErrorCode | undefined {
    const { rule } = entry;
    const isTooLarge = entry.length + bytes.length > entry.size;
    if (isTooLarge || rule.held + bytes.length > rule.maxTotalBytes) {
      const code = isTooLarge ? "LIVE_UPLOAD_TOO_LARGE" : "LIVE_UPLOAD_FULL";
      this.drop(entry.id);
      this.fields
        .get(rule.name)
        ?.refused.update((list) => [...list.slice(1 - MAX_REFUSED), { name: entry.name, code }]);
      return code;
    }
    entry.touchedAtMs = this.platform.now();
    entry.add(bytes);
    return undefined;
  }

  private forget(entry: Incoming): void {
    if (this.entries.get(entry.id) !== entry) return;
    this.entries.delete(entry.id);
    this.fields.get(entry.rule.name)?.entries.update((list) => list.filter((other) => other !== entry));
  }

  /** One timer, for whichever entry is due first. */
  private watch(): void {
    if (this.stopTimer !== undefined || this.entries.size === 0) return;
    const nowMs = this.platform.now();
    let dueMs = Number.POSITIVE_INFINITY;
    for (const entry of this.entries.values()) {
      entry.touchedAtMs = Math.min(entry.touchedAtMs, nowMs); // a clock that was set back must not keep it for longer
      dueMs = Math.min(dueMs, entry.touchedAtMs + entry.rule.keepMs);
    }
    this.stopTimer = this.platform.after(Math.max(1, dueMs - nowMs), () => {
      this.stopTimer = undefined;
      const lateMs = this.platform.now();
      for (const entry of [...this.entries.values()]) {
        if (entry.touchedAtMs + entry.rule.keepMs <= lateMs) this.drop(entry.id);
      }
      this.watch();
    });
  }
}
