import { CodedError } from "../errors/index.ts";
import { commitSteps, logOf, mapOf, textOf, touch } from "./commit.ts";
import { cursorAt, resolveCursor } from "./cursor.ts";
import { decodeUpdate } from "./decode.ts";
import type { Editor } from "./editor.ts";
import { createEncoder, type Range } from "./encode.ts";
import { createEvents } from "./events.ts";
import { mapSurface } from "./map.ts";
import type { DocModel, ReplicaLog } from "./model.ts";
import { checkName } from "./names.ts";
import { createPending, type PendingUpdates, type Waiting } from "./pending.ts";
import type { Ref, Update } from "./rows.ts";
import { stageUpdate } from "./stage.ts";
import { checkIndex, textSurface } from "./text.ts";
import type {
  ApplyResult,
  CrdtLimits,
  CrdtMap,
  CrdtText,
  Cursor,
  CursorSide,
  Doc,
  DocOptions,
  PendingReport,
  Version,
} from "./types.ts";

const DEFAULT_LIMITS: Required<CrdtLimits> = {
  maxUpdateBytes: 64 * 1024 * 1024,
  maxOperations: 100_000_000,
  maxReplicas: 100_000,
  maxLamportJump: 2 ** 32,
  maxPendingBytes: 16 * 1024 * 1024,
  maxPendingUpdates: 10_000,
};

/**
 * Makes an empty document.
 * @throws CodedError `CRDT_BAD_REPLICA_ID` for a `replicaId` that is no integer from 0 to 2^53 - 1.
 * @example
 * ```ts
 * const ann = createDoc({ random: nodePlatform.random });
 * const bob = createDoc({ random: nodePlatform.random });
 * ann.onUpdate((bytes) => bob.apply(bytes));
 * ann.text("body").insert(0, "hi");
 * bob.text("body").toString(); // "hi"
 * ```
 * @public
 */
export function createDoc(options: DocOptions = {}): Doc {
  if (options.replicaId !== undefined) checkReplicaId(options.replicaId);
  return new Document(options);
}

class Document implements Doc, Editor {
  private readonly options: DocOptions;
  private readonly limits: Required<CrdtLimits>;
  private readonly model: DocModel = {
    logs: new Map(),
    texts: new Map(),
    maps: new Map(),
    clock: 0,
    touched: new Map(),
  };
  private readonly encoder = createEncoder();
  private readonly events = createEvents(this.model, this.encoder);
  private readonly waiting: PendingUpdates;
  private readonly texts = new Map<string, CrdtText>();
  private readonly maps = new Map<string, CrdtMap>();
  private id: number | undefined;
  /** Set at the first local edit: from then on nobody else may write as this replica. */
  private own: ReplicaLog | undefined;
  private depth = 0;

  constructor(options: DocOptions) {
    this.options = options;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.waiting = createPending(this.limits);
    this.id = options.replicaId;
  }

  get replicaId(): number {
    this.id ??= drawReplicaId(this.options);
    return this.id;
  }

  text(name: string): CrdtText {
    let surface = this.texts.get(name);
    if (surface === undefined) {
      checkName(name);
      surface = textSurface(textOf(this.model, name), this, this.events);
      this.texts.set(name, surface);
    }
    return surface;
  }

  map(name: string): CrdtMap {
    let surface = this.maps.get(name);
    if (surface === undefined) {
      checkName(name);
      surface = mapSurface(mapOf(this.model, name), this.model, this, this.events);
      this.maps.set(name, surface);
    }
    return surface;
  }

  transact<T>(f: () => T, { origin }: { readonly origin?: unknown } = {}): T {
    this.depth++;
    try {
      return f();
    } finally {
      if (--this.depth === 0) this.events.finish(origin);
    }
  }

  edit(run: (log: ReplicaLog) => void): void {
    this.own ??= logOf(this.model, this.replicaId);
    this.depth++;
    try {
      touch(this.model, this.own);
      run(this.own);
    } finally {
      if (--this.depth === 0) this.events.finish(undefined);
    }
  }

  onUpdate(listener: (bytes: Uint8Array, origin: unknown) => void): () => void {
    return this.events.onUpdate(listener);
  }

  encode({ since }: { readonly since?: Version } = {}): Uint8Array {
    const ranges: Range[] = [];
    for (const log of this.model.logs.values()) ranges.push({ log, from: since?.get(log.id) ?? 0 });
    return this.encoder.encode(ranges);
  }

  apply(bytes: Uint8Array, origin?: unknown): ApplyResult {
    if (this.depth > 0) throw new CodedError("CRDT_IN_TRANSACTION", "apply was called inside a transaction");
    const update = decodeUpdate(bytes, this.limits);
    const missing = this.take(update);
    if (missing !== undefined) {
      this.waiting.add(update, bytes, missing);
      return { pending: true, changed: false };
    }
    this.wake();
    return { pending: false, changed: this.events.finish(origin) };
  }

  version(): Version {
    const version = new Map<number, number>();
    for (const log of this.model.logs.values()) if (log.next > 0) version.set(log.id, log.next);
    return version;
  }

  pending(): PendingReport {
    const { updates, bytes } = this.waiting;
    const missing = this.waiting
      .replicas()
      .map((replica) => ({ replica, counter: this.model.logs.get(replica)?.next ?? 0 }));
    return { updates, bytes, missing };
  }

  cursor(text: CrdtText, index: number, side: CursorSide = "left"): Cursor {
    checkIndex(index, 0, text.length);
    return cursorAt(textOf(this.model, text.name), index, side);
  }

  resolve(cursor: Cursor): number | undefined {
    return resolveCursor(this.model, cursor);
  }

  /** Stages and commits one update; when it must wait, gives the operation it waits for. */
  private take(update: Update): Ref | undefined {
    const staged = stageUpdate(this.model, update, this.limits);
    if (staged.kind === "waiting") return staged.missing;
    const { own } = this;
    if (own !== undefined && staged.steps.some((step) => step.replica === own.id)) {
      throw new CodedError("CRDT_REPLICA_REUSED", `Another session writes as replica ${own.id}`, { value: own.id });
    }
    commitSteps(this.model, staged.steps);
    return undefined;
  }

  /** Takes in what waited for the operations that are new; each may let others in. */
  private wake(): void {
    for (let woken = true; woken; ) {
      woken = false;
      for (const log of this.model.touched.keys()) {
        for (
          let next = this.waiting.take(log.id, log.next);
          next !== undefined;
          next = this.waiting.take(log.id, log.next)
        ) {
          woken = true;
          this.retry(next);
        }
      }
    }
  }

  private retry({ update, bytes }: Waiting): void {
    try {
      const missing = this.take(update);
      if (missing !== undefined) this.waiting.add(update, bytes, missing);
    } catch {
      // A damaged update from before: it is dropped, and the good one that woke it is not to blame.
    }
  }
}

function checkReplicaId(id: number): void {
  if (Number.isSafeInteger(id) && id >= 0) return;
  throw new CodedError("CRDT_BAD_REPLICA_ID", `${id} is no integer from 0 to 2^53 - 1`, { value: id });
}

function drawReplicaId({ random }: DocOptions): number {
  if (random === undefined) {
    throw new CodedError("CRDT_NO_REPLICA_ID", "The document was made with neither replicaId nor random");
  }
  const bytes = random(7);
  if (bytes.length !== 7) throw new CodedError("CRDT_BAD_REPLICA_ID", `random(7) gave ${bytes.length} bytes`);
  return bytes.reduce((id, byte, i) => id * (i === 6 ? 32 : 256) + (i === 6 ? byte & 31 : byte), 0);
}
