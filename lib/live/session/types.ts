import type { MaybePromise, Platform, SocketChannel } from "../../app/index.ts";
import type { ErrorCode } from "../../errors/index.ts";
import type { Bus, HelloFrame } from "../../wire/index.ts";
import type { Instruction, SessionLimits } from "../machine/instructions.ts";
import type { SessionState } from "../machine/states.ts";
import type { SleepQueue } from "../persist/hibernation.ts";
import type { Found } from "../persist/records.ts";
import type { SessionRecord } from "../persist/session-record.ts";
import type { WakeQueue } from "../persist/wake-queue.ts";
import type { TemplateSets } from "../route/template-sets.ts";
import type { PostedFile } from "../upload/uploads.ts";
import type { SessionInfo } from "../view/context-types.ts";
import type { PageSnapshot, ViewRun, ViewRunOptions } from "../view/run.ts";
import type { View } from "../view/view.ts";
import type { LogSink } from "./log.ts";
import type { SessionTelemetry, TelemetryHooks } from "./telemetry.ts";

/** What a session is made of. */
export interface SessionOptions {
  readonly view: View;
  readonly info: SessionInfo;
  readonly params: unknown;
  /** As pages name it. */
  readonly build: string;
  readonly bind: Readonly<Record<string, unknown>>;
  readonly platform: Platform;
  readonly limits: SessionLimits;
  /** Which templates pages have. */
  readonly templateSets: TemplateSets;
  /** See `ViewRunOptions`. */
  readonly enter?: ViewRunOptions["enter"];
  /** Looks, after each render, for rows of collections that show what is not in their item. */
  readonly development: boolean;
  /** Gets the session's log. */
  readonly log: LogSink | undefined;
  /** Hears how the session fares; nothing is counted without it. */
  readonly telemetry: TelemetryHooks | undefined;
  /** Without traffic for this long, the session sleeps; 0: never. */
  readonly hibernateMs: number;
  readonly sleepQueue: SleepQueue;
  readonly wakeQueue: Pick<WakeQueue, "add">;
  /** Brings messages of others. */
  readonly bus: Bus;
  /** Begins the topics on it. */
  readonly topicPrefix: string;
  /** Where events and states are written down, if anywhere. */
  readonly record: SessionRecord | undefined;
  /** Hears errors and what the protocol has to report. */
  report(code: ErrorCode, error?: unknown): void;
  /** Nothing will come of this session any more. */
  ended(): void;
}

/** A session, as the parts it is made of see it. */
export interface SessionInside {
  readonly options: SessionOptions;
  readonly run: ViewRun;
  readonly machine: SessionState;
  readonly visitor: string;
  /** When what is dispatched now has begun: a clock costs some 50 ns to read, and an event would do so five times. */
  readonly nowMs: number;
  /** When the message came that is taken now, where nobody asks how long it takes. */
  readonly cameAtMs: number | undefined;
  dispatch(instruction: Instruction): void;
  /** There is traffic. */
  touch(nowMs: number): void;
  /** The view has thrown where its session cannot go on. */
  fail(error: unknown): void;
}

/** An event that came by POST. */
export interface Posting {
  readonly handler: number;
  readonly args: unknown;
  readonly files: readonly PostedFile[];
}

/** What came of it. */
export interface Posted {
  /** What went wrong. */
  readonly code: ErrorCode | undefined;
  /** Its page is the answer. */
  readonly isInvalid: boolean;
  /** Where the page is sent. */
  readonly destination: string | undefined;
}

/** One visitor's view: user code, tree and socket around the pure machine. */
export interface Session {
  readonly id: string;
  /** Path and query of its page. */
  readonly url: string;
  readonly kind: SessionState["kind"];
  /** Who has joined it; "" for nobody that could be told from others. */
  visitor: string;
  /** What it has done, if that is counted. */
  readonly telemetry: SessionTelemetry | undefined;
  /** The user's side of it. */
  readonly run: ViewRun;
  /** Mounts. @throws what `mount` throws. */
  open(): MaybePromise<void>;
  /** Renders what stands now for HTTP, and waits for a socket from now on, unless it has ended. @throws what `render` throws. */
  snapshot(holdMs: number): PageSnapshot;
  /** Runs an event that came by POST, after those before it. @throws what the handler throws. */
  post(event: Posting): Promise<Posted>;
  /** Goes on with what another process has left; then a socket joins. @throws CodedError `LIVE_BAD_SNAPSHOT`, what `mount` and the store throw. */
  restore(found: Found): Promise<void>;
  /** Whether no other process has taken the session over. @throws what the store throws. */
  isMine(): Promise<boolean>;
  /** Joins a socket to the session. */
  join(channel: SocketChannel, hello: HelloFrame, sameBuild: boolean): void;
  /** Where a post has left a record, it says from now on whose the session is: no page load takes it over elsewhere. @returns once it is written. */
  claim(): Promise<void>;
  /** A message of this channel; ignored when the session has another one by now. */
  receive(from: SocketChannel, bytes: Uint8Array): void;
  /** Asks the client to leave and come back, some time within `overMs`. */
  drain(reason: string, retryAfterMs: number, overMs: number): void;
  dispatch(instruction: Instruction): void;
}
