import { createDoc, type Doc, updateRanges, type Version } from "../../crdt/index.ts";
import { CodedError, type ErrorCode } from "../../errors/index.ts";
import type { SyncLevel } from "../../wire/index.ts";
import { covers } from "./outgoing.ts";
import { Patience } from "./patience.ts";
import type { Aftermath, CutStep, FrameOf, RefusedUpdate, Sent, SessionInside } from "./session-types.ts";

/** What follows in a session when the hub refuses something or has cut the document: in the end both sides know again what the other has. */
export class SessionAftermath implements Aftermath {
  readonly #session: SessionInside;
  /** The first that was refused: nothing is sent until the rest is acknowledged. */
  #refused: RefusedUpdate | undefined;
  #taken: Uint8Array[] = [];
  /** What the hub has, in a session in which something was refused: to make anew what is refused next. */
  #hub: Doc | undefined;
  readonly #patience: Patience;
  #cuts: CutStep[] = [];

  constructor(session: SessionInside) {
    this.#session = session;
    this.#patience = new Patience(session.host.platform);
  }

  get isDue(): boolean {
    return this.#refused !== undefined;
  }

  /** Nothing of it is in the hub's document, so sending it again would end the same. */
  refused({ ref, replica, from, code, message }: FrameOf<"refused">): void {
    const sent = this.#session.inFlight.get(ref);
    const update = sent?.updates.find((each) => hasRange(each, replica, from));
    if (sent === undefined || update === undefined) return;
    sent.refused.add(update);
    this.#refused ??= { error: new CodedError(code as ErrorCode, message), update }; // cast: one of the hub's release is still worth showing
  }

  cut({ epoch, old, step }: FrameOf<"cut">): void {
    const session = this.#session;
    const { had } = session;
    if (session.epoch === undefined || (step !== "lost" && epoch !== session.epoch + this.#cuts.length + 1))
      throw new CodedError("SYNC_BAD_FRAME", `a cut to ${epoch}, which is not due`);
    this.#cuts.push({ epoch, old: old.slice(), step, had }); // the channel may reuse its buffer
    if (step === "next") return;
    const steps = this.#cuts;
    this.#cuts = [];
    session.epoch = undefined;
    if (had.size === 0) {
      session.end(new CodedError("SYNC_CUT", "the document was cut"), false); // before what was refused is made anew
      return;
    }
    this.#after(session.host.cut(steps), "the cut could not be followed", (isNews) =>
      session.open(isNews ? NOTHING : session.host.doc.version()),
    );
  }

  opened(level: SyncLevel, update: Uint8Array): void {
    const session = this.#session;
    const hub = createDoc();
    this.#hub = hub;
    if (update.length > 0) hub.apply(update);
    this.#after(session.host.renew(hub), NOT_ANEW, () => session.begin(level, hub.version()));
  }

  entered(update: Uint8Array): void {
    this.#hub?.apply(update);
  }

  note(updates: readonly Uint8Array[]): void {
    if (this.#hub !== undefined) for (const update of updates) this.#hub.apply(update);
    else if (this.#refused !== undefined) this.#taken.push(...updates);
  }

  missed(sent: Sent | undefined, hub: Version): void {
    // What builds on something refused is not there either.
    this.note(sent?.updates.filter((update) => updateRanges(update).every((range) => covers(hub, range))) ?? []);
    this.settle();
  }

  /** Once all that was sent is answered, the hub's document is known. */
  settle(): void {
    const session = this.#session;
    const refused = this.#refused;
    if (refused === undefined || session.inFlight.size > 0 || session.isEnded) return;
    const hub = this.#hub;
    if (hub === undefined) {
      session.close();
      session.host.refused(refused, this.#taken);
      return;
    }
    const waitMs = this.#patience.refused();
    if (waitMs > 0) session.after(waitMs, () => this.#makeAnew(hub, refused));
    else this.#makeAnew(hub, refused);
  }

  #makeAnew(hub: Doc, refused: RefusedUpdate): void {
    const session = this.#session;
    this.#after(session.host.renew(hub, refused), NOT_ANEW, () => {
      this.#refused = undefined;
      const left = session.host.missing(hub.version());
      this.#patience.madeAnew(left.length);
      session.sendFirst(left, 1); // were the next refused too, all behind it would be again
    });
  }

  #after<T>(done: Promise<T>, failed: string, goOn: (result: T) => void): void {
    const session = this.#session;
    done.then(
      (result) => {
        if (!session.isEnded) goOn(result);
      },
      (cause: unknown) => session.end(new CodedError("SYNC_UNAVAILABLE", failed, { cause }), false),
    );
  }
}

const NOTHING: Version = new Map();
const NOT_ANEW = "edits could not be made anew";

/** Whether an update is the one that a hub names by the first number of one of its ranges: insertions and deletions of a replica are counted apart. */
function hasRange(update: Uint8Array, replica: number, from: number): boolean {
  return updateRanges(update).some((range) => range.replica === replica && range.from === from);
}
