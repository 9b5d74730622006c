import type { Doc, Version } from "../../crdt/index.ts";
import type { CodedError } from "../../errors/index.ts";
import type { PeerChange, SyncFrame, SyncLevel } from "../../wire/index.ts";
import type { SyncPlatform } from "../platform.ts";
import type { SentMark } from "./unsaved.ts";

/** An update that the hub did not take. What its replica wrote later was not taken either. */
export interface RefusedUpdate {
  readonly error: CodedError;
  /** As it was sent. */
  readonly update: Uint8Array;
}

/** What a session tells its replica. */
export interface SessionHost {
  readonly doc: Doc;
  readonly name: string;
  readonly platform: SyncPlatform;
  readonly connectMs: number;
  readonly maxFrameBytes: number;
  /** What follows a refusal or a cut, where that is loaded. */
  readonly createAftermath: CreateAftermath | undefined;
  /** It is needed: the session is over. */
  unprepared(): void;
  /** Asks for the whole document, to make what is pending anew. */
  readonly isAnew: boolean;
  /** What a hub at this version lacks. */
  missing(since: Version): readonly Uint8Array[];
  /** The document as the hub has it, which goes on, and what it refused. Resolves once what is pending is made anew. */
  renew(hub: Doc, refused?: RefusedUpdate): Promise<void>;
  /** The document was cut: it goes into the hub's epoch. Resolves with true when all of it is news to the hub, whatever the epoch. */
  cut(steps: readonly CutStep[]): Promise<boolean>;
  /** The hub refused an update; what it took of others is in `taken`. The session is over. */
  refused(refused: RefusedUpdate, taken: readonly Uint8Array[]): void;
  /** Both sides know what the other has; edits made until now are on their way, if they may be. `lacks`: the hub had not all of them. */
  opened(level: SyncLevel, lacks: boolean, hub: Version): void;
  /** The hub has this: before it enters the document, in which it may wait. */
  heard(update: Uint8Array): void;
  /** Of what is sent now. */
  mark(): SentMark;
  /** The hub has made durable what was sent under this mark. */
  acknowledged(mark: SentMark): void;
  peers(full: boolean, changes: readonly PeerChange[]): void;
  /** The channel is gone. `final`: the hub would refuse again. `retryAfterMs`: the hub said when to come back. */
  lost(error: CodedError, final: boolean, retryAfterMs: number | undefined): void;
}

/** What follows in a session when the hub refuses something or has cut the document. */
export interface Aftermath {
  /** Something was refused and is not made anew yet: nothing is sent. */
  readonly isDue: boolean;
  refused(frame: FrameOf<"refused">): void;
  cut(frame: FrameOf<"cut">): void;
  /** The whole document as the hub has it: where something is to be made anew. */
  opened(level: SyncLevel, update: Uint8Array): void;
  /** The hub's document has these too. */
  entered(update: Uint8Array): void;
  /** The hub has taken these. */
  note(updates: readonly Uint8Array[]): void;
  /** The hub, at this version, misses what a frame builds on. */
  missed(sent: Sent | undefined, hub: Version): void;
  /** All that was sent may be answered. */
  settle(): void;
}

/** Makes one. Hubs rarely refuse, and rarely cut: it is a part that is loaded by itself. */
export type CreateAftermath = new (session: SessionInside) => Aftermath;

/** The session it goes on in. */
export interface SessionInside {
  readonly host: SessionHost;
  readonly inFlight: ReadonlyMap<number, Sent>;
  /** What was said to be here when the document was asked for. */
  readonly had: Version;
  /** Of what was asked for; undefined once that is answered. */
  epoch: number | undefined;
  readonly isEnded: boolean;
  open(had: Version): void;
  begin(level: SyncLevel, hub: Version): void;
  /** Instead of what waits. `most`: in the first frame. */
  sendFirst(updates: readonly Uint8Array[], most?: number): void;
  /** Unless the session ends before. */
  after(ms: number, f: () => void): void;
  end(error: CodedError, final: boolean): void;
  /** Nothing more is heard or said. */
  close(): void;
}

/** From one epoch to the next. */
export interface CutStep extends Pick<FrameOf<"cut">, "epoch" | "old" | "step"> {
  /** What the replica had when it asked: that is what the epoch ended with where `old` is empty. */
  readonly had: Version;
}

/** A frame of updates under way. */
export interface Sent {
  readonly mark: SentMark;
  readonly updates: readonly Uint8Array[];
  readonly refused: Set<Uint8Array>;
}

export type FrameOf<K extends SyncFrame["kind"]> = Extract<SyncFrame, { kind: K }>;
