import type { MaybePromise } from "../../app/index.ts";
import { type ErrorCode, isCodedError } from "../../errors/index.ts";
import type { HandlerResult } from "../handler.ts";
import type { Found, Snapshot } from "../persist/records.ts";
import type { SessionRecord } from "../persist/session-record.ts";

/** What a recorder needs of its session. */
export interface RecorderHost {
  /** The session as it is. @throws CodedError `LIVE_UNPACKABLE` */
  stored(handled: number): Snapshot;
  /** See `Snapshot`. */
  lost(): readonly number[];
  report(code: ErrorCode, error?: unknown): void;
}

/** An event that is about to run. */
export interface RecordedEvent {
  readonly ref: number;
  readonly handler: string;
  readonly epoch: number;
  /** Last ref handled before it. */
  readonly handled: number;
}

/** Writes down what a session does, as long as that is possible. */
export class Recorder {
  private readonly host: RecorderHost;
  private record: SessionRecord | undefined;

  constructor(record: SessionRecord | undefined, host: RecorderHost) {
    this.record = record;
    this.host = host;
  }

  get isRecording(): boolean {
    return this.record !== undefined;
  }

  /** Whether there is a record that others find. */
  get hasWritten(): boolean {
    return this.record?.isHeld === true;
  }

  /** Whether what others have written is what goes on. */
  get isForeign(): boolean {
    return this.record?.isForeign === true;
  }

  /** Whether no other process has taken the session over. @throws what the store throws. */
  async isMine(): Promise<boolean> {
    return (await this.record?.isMine()) ?? true;
  }

  /** Takes over what another process, which may still hold it, has left: from here on that begins nothing, and writes in vain. @returns the latest of it. */
  async take(found: Found): Promise<Found> {
    return (await this.record?.take(found)) ?? found;
  }

  /** Runs an event between its two lines in the record. */
  async run(event: RecordedEvent, f: () => MaybePromise<HandlerResult>): Promise<HandlerResult> {
    const { record, host } = this;
    const { ref, handler, epoch, handled } = event;
    try {
      await record?.started(ref, handler, () => host.stored(handled), epoch, host.lost());
    } catch (error) {
      const code = this.failed(error);
      if (code === "LIVE_CLOSED") return { code }; // nobody waits for it any more
      if (code !== undefined) return { code, error };
    }
    const result = await f();
    if (record === undefined || this.record !== record) return result;
    try {
      await record.committed(host.stored(ref));
      return result;
    } catch (error) {
      const code = this.failed(error);
      return code === undefined || code === "LIVE_CLOSED" ? result : { code, error };
    }
  }

  /** Writes down what an event has left that came by POST: nobody waits for its acknowledgement, and a browser that hears nothing asks its user. */
  async posted(handled: number): Promise<ErrorCode | undefined> {
    const { record } = this;
    if (record === undefined) return undefined;
    try {
      await record.committed(this.host.stored(handled));
      return undefined;
    } catch (error) {
      const code = this.failed(error);
      if (code !== undefined) this.host.report(code, error);
      return code;
    }
  }

  /** Nobody will come back to it. */
  drop(): void {
    this.record?.drop().catch((error: unknown) => this.host.report("LIVE_NOT_STORED", error));
  }

  /** What cannot be packed goes on without a record; anything else is the store's failure. */
  private failed(error: unknown): ErrorCode | undefined {
    const code = isCodedError(error) ? error.code : undefined;
    if (code === "LIVE_TAKEN_OVER" || code === "LIVE_CLOSED") return code;
    if (!isCodedError(error) || code !== "LIVE_UNPACKABLE") return "LIVE_NOT_STORED";
    this.host.report(error.code, error);
    this.drop();
    this.record = undefined;
    return undefined;
  }
}
