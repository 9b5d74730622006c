import type { ErrorCode } from "../errors/index.ts";
import type { ClientFrame, Content, HelloFrame, Operation, TemplateSource, WireValue } from "../wire/index.ts";

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
  | { readonly kind: "frame"; readonly frame: ClientFrame; readonly nowMs: number }
  /** Bytes that are no frame. */
  | { readonly kind: "badFrame"; readonly code: ErrorCode; readonly nowMs: number }
  /** A handler ended; `error` is the code of what it threw. */
  | { readonly kind: "settled"; readonly ref: number; readonly error: ErrorCode | undefined; readonly nowMs: number }
  /** The answer to a render of a patch; empty when nothing changed. */
  | { readonly kind: "rendered"; readonly operations: readonly Operation[]; readonly nowMs: number }
  /** The answer to a render of a whole page. */
  | {
      readonly kind: "mounted";
      readonly epoch: number;
      readonly templates: readonly TemplateSource[];
      readonly templatesHash: number;
      readonly render: number;
      readonly content: Content;
      readonly nowMs: number;
    }
  /** Mount or render threw. */
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly nowMs: number }
  /** Something the view reads has changed. */
  | { readonly kind: "invalidate" }
  | { readonly kind: "tick"; readonly nowMs: number }
  | { readonly kind: "socketLost"; readonly nowMs: number }
  /** Another socket says HELLO for this session. */
  | { readonly kind: "takenOver"; readonly nowMs: number }
  | { readonly kind: "drain"; readonly reason: string; readonly retryAfterMs: number; readonly nowMs: number }
  | { readonly kind: "close" };

/** What to do about it, in this order. */
export type Output =
  | { readonly kind: "send"; readonly bytes: Uint8Array }
  /** Run a handler; answer with `settled`. */
  | { readonly kind: "run"; readonly ref: number; readonly handler: number; readonly args: WireValue }
  /** Render; answer a patch with `rendered`, a mount with `mounted`, either with `failed`. */
  | { readonly kind: "render"; readonly what: "patch" | "mount"; readonly fresh: boolean }
  /** Come back with `tick` at this time. */
  | { readonly kind: "timer"; readonly atMs: number }
  /** Close the socket. */
  | { readonly kind: "close"; readonly code: number; readonly reason: string }
  /** Something an operator may want to know. */
  | { readonly kind: "report"; readonly code: ErrorCode };
