import { updateRanges, type Version, versionCovers } from "../../crdt/index.ts";
import { CodedError } from "../../errors/index.ts";
import type { Channel, SyncLevel, WireValue } from "../../wire/index.ts";
import { randomFraction } from "../platform.ts";
import type {
  ConnectionListener,
  ConnectionOptions,
  ConnectionOwner,
  Refusal,
  ReplicaStatus,
} from "./connection-types.ts";
import { covers } from "./outgoing.ts";
import { Session } from "./session.ts";
import type { RefusedUpdate } from "./session-types.ts";
import type { SentMark } from "./unsaved.ts";

/** So often in a row a limit may end a session before the user hears of it. */
const LIMITED = 3;

/** A session that went on for so long did not end for what it brought. */
const LONG_MS = 60_000;

/** Keeps a document connected to a hub: tries, waits, tries again. */
export class Connection {
  status: ReplicaStatus = "connecting";
  error: CodedError | undefined;
  level: SyncLevel | undefined;
  readonly #options: ConnectionOptions;
  readonly #owner: ConnectionOwner;
  readonly #listener: ConnectionListener;
  #session: Session | undefined;
  #attempt = 0; // rises with every try: a channel that arrives late belongs to an earlier one
  #failures = 0;
  /** Set until what is pending has been made anew. */
  #refusal: Refusal | undefined;
  /** One by one, so that the hub tells which transaction it refuses. */
  #isCareful = false;
  /** For another hub to have what the last one took. */
  #waits = 0;
  /** Since something was accepted. */
  #refusals = 0;
  /** How often a limit ended the session, since something was accepted. */
  #limited = 0;
  #openedAt = Number.POSITIVE_INFINITY;
  /** Cancels the one timer: the next try, or the patience with the one under way. */
  #cancelRetry: () => void = nothing;

  constructor(options: ConnectionOptions, owner: ConnectionOwner, listener: ConnectionListener) {
    this.#options = options;
    this.#owner = owner;
    this.#listener = listener;
  }

  start(): void {
    if (this.status === "stopped") return;
    this.#cancelRetry();
    const attempt = ++this.#attempt;
    this.#set("connecting");
    const { connect, connectMs = 20_000, platform } = this.#options;
    const channel = new Promise<Channel>((resolve) => resolve(connect()));
    this.#cancelRetry = platform.after(connectMs, () => {
      this.#attempt++; // the channel may still come
      this.#failed(new CodedError("SYNC_SILENT", `no connection within ${connectMs} ms`));
    });
    channel.then(
      (open) => {
        if (attempt !== this.#attempt) return open.close();
        this.#cancelRetry();
        this.#begin(open);
      },
      (cause: unknown) => {
        if (attempt !== this.#attempt) return;
        this.#cancelRetry();
        this.#failed(new CodedError("SYNC_UNAVAILABLE", "the hub cannot be reached", { cause }));
      },
    );
  }

  /** Tries now instead of waiting. */
  retry(): void {
    if (this.status === "offline" || (this.status === "refused" && this.#session === undefined)) this.start();
  }

  /** Asks anew what the hub has, where there is somebody to ask. */
  restart(): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#session = undefined;
    session.stop();
    this.#listener.lost();
    this.start();
  }

  stop(): void {
    if (this.status === "stopped") return;
    this.#attempt++;
    this.#cancelRetry();
    this.#session?.stop();
    this.#session = undefined;
    this.#set("stopped");
    this.#listener.lost();
  }

  /** An update entered the document. */
  push(update: Uint8Array, origin: unknown): void {
    const session = this.#session;
    if (session === undefined || origin === session) return;
    session.push(update);
    if (this.level === "read") this.#refuseEdits();
    else if (this.status === "synced") this.#set("syncing");
  }

  /** Whether an update with this origin came from the hub. */
  isFromHub(origin: unknown): boolean {
    return origin !== undefined && origin === this.#session;
  }

  setPresence(state: WireValue): void {
    this.#session?.setPresence(state);
  }

  #set(status: ReplicaStatus): void {
    this.status = status;
    this.#listener.changed();
  }

  /** Edits of a reader stay here: the hub would refuse them. What others write still arrives. */
  #refuseEdits(): void {
    this.error = new CodedError("SYNC_READ_ONLY", "this connection may only read");
    this.#set("refused");
  }

  #failed(error: CodedError): void {
    this.#lost(error, false, undefined);
    if (this.#failures > 1) this.#listener.unreachable?.();
  }

  #begin(channel: Channel): void {
    const { doc, name, platform, connectMs = 20_000, maxFrameBytes = 67_108_864 } = this.#options;
    const { known } = this.#owner;
    const refusal = this.#refusal;
    this.#openedAt = Number.POSITIVE_INFINITY;
    this.#session = new Session(channel, {
      isAnew: refusal !== undefined,
      createAftermath: this.#owner.createAftermath,
      unprepared: () => void this.#prepare(),
      missing: (since) => this.#missing(since),
      renew: async (hub, refused) => {
        const now = refused === undefined ? refusal : this.#refusalOf(refused);
        const version = hub.version();
        const has = (update: Uint8Array): boolean => updateRanges(update).every((range) => covers(version, range));
        if (now?.taken.every(has) === false && ++this.#waits < 5) {
          throw new CodedError("SYNC_UNAVAILABLE", "another hub has not all yet"); // else those edits would be there twice
        }
        this.#refusal = undefined;
        this.#waits = 0;
        if (now !== undefined) await this.#owner.renew(hub, now);
      },
      cut: (steps) => this.#owner.cut(steps),
      refused: (refused, taken) => this.#refused(refused, taken),
      doc,
      name,
      platform,
      connectMs,
      maxFrameBytes,
      opened: (level, lacks, hub) => this.#opened(level, lacks, hub),
      heard: (update) => known.heard(update),
      mark: () => known.mark(),
      acknowledged: (mark) => this.#acknowledged(mark),
      peers: (full, changes) => this.#listener.peers(full, changes),
      lost: (error, final, retryAfterMs) => this.#lost(error, final, retryAfterMs),
    });
  }

  /** Comes back at once, when what is needed is loaded. */
  async #prepare(): Promise<void> {
    const attempt = ++this.#attempt;
    this.#session = undefined;
    this.#set("connecting");
    this.#listener.lost();
    const failed = await this.#owner.prepare().catch((cause: unknown) => ({ cause }));
    if (attempt !== this.#attempt) return;
    const what = "a part of the program could not be loaded";
    if (failed) this.#lost(new CodedError("SYNC_UNAVAILABLE", what, failed), false, undefined);
    else this.start();
  }

  #acknowledged(mark: SentMark): void {
    this.#owner.known.acknowledge(mark);
    if (this.status === "syncing" && this.#session?.isSettled) this.#set("synced");
    this.#refusals = this.#limited = 0;
    this.#listener.acknowledged();
  }

  #opened(level: SyncLevel, lacks: boolean, hub: Version): void {
    const session = this.#session;
    this.#failures = 0;
    this.#openedAt = this.#options.platform.now();
    this.level = level;
    this.#owner.known.correct(hub);
    this.#listener.changed(); // an observer may edit on hearing of the level,
    if (session === undefined || this.#session !== session) return; // or stop
    if (level === "read" && lacks) this.#refuseEdits();
    else {
      this.error = undefined;
      this.#set(session.isSettled ? "synced" : "syncing");
    }
    if (this.#session === session) this.#listener.opened();
  }

  #missing(since: Version): readonly Uint8Array[] {
    const { doc } = this.#options;
    if (versionCovers(since, doc.version())) return [];
    const each = this.#isCareful ? this.#owner.outgoing.since(since) : undefined;
    return each ?? [doc.encode({ since })];
  }

  /** Comes back at once: first to send each transaction by itself where they were sent as one, then to make anew what is left. */
  #refused(refused: RefusedUpdate, taken: readonly Uint8Array[]): void {
    this.#session = undefined;
    const refusal = this.#refusalOf(refused);
    if (this.#isCareful || refusal.updates.size > 0) this.#refusal = { ...refusal, taken };
    this.#isCareful = true;
    this.error = refused.error;
    this.#listener.lost();
    if (this.status === "stopped") return;
    const wait = ++this.#refusals > 3 ? this.#retryMs(this.#refusals - 3) : 0; // where all is refused, not all the time
    this.#set(wait > 0 ? "offline" : "connecting");
    this.#cancelRetry = this.#options.platform.after(wait, () => this.start());
  }

  #refusalOf({ error, update }: RefusedUpdate): Refusal {
    return { error, updates: new Set(this.#owner.outgoing.has(update) ? [update] : []), taken: [] };
  }

  #lost(error: CodedError, isOver: boolean, retryAfterMs: number | undefined): void {
    const final = isOver || error.code === "CRDT_REPLICA_REUSED"; // another try would bring the same edits of the other
    this.#session = undefined;
    if (error.code === "SYNC_CUT") this.#refusal = undefined; // what was refused is brought over, and refused again there
    this.error = error;
    const limited = this.#countLimited(error);
    const status = final || limited >= LIMITED ? "refused" : "offline";
    this.#set(status);
    this.#listener.lost();
    if (final || this.status !== status) return; // an observer may have called stop or retry
    const wait = retryAfterMs ?? this.#retryMs(Math.max(this.#failures++, limited));
    this.#cancelRetry = this.#options.platform.after(wait, () => this.start());
  }

  /** How many sessions in a row a limit has ended: what is above one for good is so the next time too, and only some limits, such as bytes a minute, let it in later. */
  #countLimited({ code }: CodedError): number {
    if (this.#options.platform.now() - this.#openedAt > LONG_MS) this.#limited = 0;
    return code.endsWith("_LIMIT") ? ++this.#limited : 0; // the hub's, or what this document takes
  }

  /** Doubles, up to a cap, and half of it is random: clients that were cut off together do not come back together. */
  #retryMs(failures: number): number {
    const { platform, minRetryMs = 300, maxRetryMs = 15_000 } = this.#options;
    const full = Math.min(maxRetryMs, minRetryMs * 2 ** failures);
    return full / 2 + (randomFraction(platform) * full) / 2;
  }
}

function nothing(): void {}
