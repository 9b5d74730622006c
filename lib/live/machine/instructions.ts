import type { ErrorCode } from "../../errors/index.ts";
import type {
  ClientFrame,
  Content,
  HelloFrame,
  Operation,
  TemplateSource,
  UploadFrame,
  WireValue,
} from "../../wire/index.ts";

/** Bounds of one session. @public */
export interface SessionLimits {
  /** Patches in flight before renders wait. @defaultValue 8 */
  readonly windowFrames: number;
  /** Bytes in flight before renders wait. @defaultValue 65_536 */
  readonly windowBytes: number;
  /** A client whose window stays full this long is let go. @defaultValue 30_000 */
  readonly stallMs: number;
  /** How long a page waits for its socket. @defaultValue 30_000 */
  readonly holdMs: number;
  /** How long a session outlives its socket. @defaultValue 60_000 */
  readonly detachedMs: number;
  /** A client silent for this long is taken for gone; it pings every 25 seconds. @defaultValue 75_000 */
  readonly idleMs: number;
  /** Frames of any type a client may send per second, in the long run. @defaultValue 50 */
  readonly framesPerSecond: number;
  /** Frames it may send at once. @defaultValue 200 */
  readonly frameBurst: number;
  /** Bytes of frames of any type a client may send per second, in the long run; uploads count. @defaultValue 4_194_304 */
  readonly bytesPerSecond: number;
  /** Bytes it may send at once. @defaultValue 16_777_216 */
  readonly byteBurst: number;
  /** Events that may wait while one is handled. @defaultValue 128 */
  readonly waitingEvents: number;
}

/** What happened to a session. */
export type Instruction =
  | {
      /** A client says HELLO. */
      readonly kind: "hello";
      readonly frame: HelloFrame;
      /** Why it may not join, if so. */
      readonly refusal: ErrorCode | undefined;
      /** Whether its page came from this build. */
      readonly sameBuild: boolean;
      readonly nowMs: number;
    }
  /** A message of `bytes` bytes. */
  | { readonly kind: "frame"; readonly frame: ClientFrame; readonly bytes: number; readonly nowMs: number }
  /** Bytes that are no frame. */
  | { readonly kind: "badFrame"; readonly code: ErrorCode; readonly nowMs: number }
  /** A handler or a navigation ended. */
  | {
      readonly kind: "settled";
      readonly ref: number;
      /** The code of what it threw. */
      readonly error: ErrorCode | undefined;
      /** What it returned, if anything. */
      readonly reply?: WireValue | undefined;
      readonly nowMs: number;
    }
  /** The answer to an upload: bytes that have come so far, and the code of what is wrong, or "". */
  | {
      readonly kind: "uploaded";
      readonly entry: number;
      readonly received: number;
      readonly code: ErrorCode | "";
      readonly nowMs: number;
    }
  /** The answer to a render of a patch; empty when nothing changed. */
  | { readonly kind: "rendered"; readonly operations: readonly Operation[]; readonly nowMs: number }
  /** The answer to a render of a patch, when what the client shows is no longer known: all of the page. */
  | {
      readonly kind: "redrawn";
      readonly templates: readonly TemplateSource[];
      readonly content: Content;
      readonly nowMs: number;
    }
  /** The answer to a render of a whole page. */
  | {
      readonly kind: "mounted";
      readonly epoch: number;
      readonly templates: readonly (TemplateSource | number)[];
      readonly templatesHash: number;
      readonly render: number;
      readonly content: Content;
      /** What the page before it has bound means nothing here: build and names of handlers for the client. */
      readonly renewed?: readonly [build: string, handlers?: readonly string[]] | undefined;
      readonly nowMs: number;
    }
  /** Mount or render threw. */
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly nowMs: number }
  /** Something the view reads has changed. */
  | { readonly kind: "invalidate" }
  /** The time of a timer has come. */
  | {
      readonly kind: "tick";
      readonly nowMs: number;
      /** How much later than was asked for, by the same clock. */
      readonly lateMs?: number | undefined;
    }
  | { readonly kind: "socketLost"; readonly nowMs: number }
  /** Another socket says HELLO for this session. */
  | { readonly kind: "takenOver"; readonly nowMs: number }
  /** An expired session is the one of a snapshot: the next HELLO finds it as it was then. */
  | {
      readonly kind: "restore";
      readonly epoch: number;
      readonly seq: number;
      readonly handled: number;
      /** An event that had begun, and of which nobody knows what it did; or 0. */
      readonly unknown: number;
      /** Events before it of which the same may be true, and nobody may have told the page. */
      readonly lost?: readonly number[] | undefined;
      readonly nowMs: number;
    }
  | { readonly kind: "drain"; readonly reason: string; readonly retryAfterMs: number; readonly nowMs: number }
  | { readonly kind: "close" };

/** What to do about it, in this order. */
export type Output =
  | { readonly kind: "send"; readonly bytes: Uint8Array }
  /** Run a handler; answer with `settled`. */
  | { readonly kind: "run"; readonly ref: number; readonly handler: number; readonly args: WireValue }
  /** Show another address; answer with `settled`. */
  | { readonly kind: "navigate"; readonly ref: number; readonly url: string }
  /** A file is announced, a piece of it has come, or it is taken back; answer with `uploaded`, in any order. */
  | { readonly kind: "upload"; readonly entry: number; readonly offset: number; readonly part: UploadFrame[3] }
  /** Make a patch; answer with `rendered`, or with `failed`. */
  | { readonly kind: "render" }
  /**
   * Make a whole page; answer with `mounted`, or with `failed`.
   * `fresh`: of new state; `compare`: its render hash is wanted.
   */
  | { readonly kind: "mount"; readonly fresh: boolean; readonly compare: boolean }
  /** Come back with `tick` at this time. */
  | { readonly kind: "timer"; readonly atMs: number }
  /** Close the socket. */
  | { readonly kind: "close"; readonly code: number; readonly reason: string }
  /** Something an operator may want to know. */
  | { readonly kind: "report"; readonly code: ErrorCode };
