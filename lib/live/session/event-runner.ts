import type { MaybePromise } from "../../app/index.ts";
import { CodedError, type ErrorCode } from "../../errors/index.ts";
import type { HandlerResult } from "../handler.ts";
import type { Output } from "../machine/instructions.ts";
import type { Ledger } from "../machine/states.ts";
import type { Snapshot } from "../persist/records.ts";
import type { UploadAnswer } from "../upload/uploads.ts";
import { checkReply } from "./help.ts";
import { INVALIDATE } from "./page-sender.ts";
import { Recorder } from "./recorder.ts";
import type { Posted, Posting, SessionInside } from "./types.ts";

type Asked<Kind extends Output["kind"]> = Extract<Output, { readonly kind: Kind }>;

const CLOSE = { kind: "close" } as const;

/** Runs what events ask for, writes down that it has, and tells the machine what came of it. */
export class EventRunner {
  readonly recorder: Recorder;
  private readonly inside: SessionInside;
  private posts = 0;
  private posted: Promise<unknown> = Promise.resolve();

  constructor(inside: SessionInside) {
    const { record, report } = inside.options;
    this.inside = inside;
    this.recorder = new Recorder(record, {
      report,
      stored: (handled) => this.stored(handled),
      lost: () => this.lost(),
    });
  }

  run({ ref, handler, args }: Asked<"run">): void {
    const { run, nowMs } = this.inside;
    if (this.recorder.isRecording || run.isAsleep) this.runLater(ref, handler, args);
    else {
      // What most events are: with nothing to wait for, nothing is made for waiting.
      this.inside.touch(nowMs);
      this.answer(ref, run.handle(handler, args, ref, this.epoch()));
    }
  }

  private runLater(ref: number, handler: number, args: unknown): void {
    const { run, options } = this.inside;
    const name = options.view.handlers[handler]?.name ?? "";
    this.answer(
      ref,
      this.recorded(ref, name, () => run.handle(handler, args, ref, this.epoch())),
    );
  }

  navigate({ ref, url }: Asked<"navigate">): void {
    this.answer(
      ref,
      this.recorded(ref, "", () => this.inside.run.navigate(url, ref, this.epoch())),
    );
  }

  upload({ entry, offset, part }: Asked<"upload">): void {
    const { inside } = this;
    const tell = ({ received, code }: UploadAnswer): void =>
      inside.dispatch({ kind: "uploaded", entry, received, code, nowMs: inside.options.platform.now() });
    const { isAsleep } = inside.run;
    const result = this.awake(() => inside.run.upload(entry, offset, part), inside.nowMs);
    if (isAsleep) inside.dispatch(INVALIDATE); // a page that wakes for this follows nothing yet
    if (result instanceof Promise) void result.then(tell, (error) => inside.fail(error));
    else tell(result);
  }

  /** As `post` of a session. What an event brings and what it leaves are there in its turn only: they are not those of another. */
  post(event: Posting): Promise<Posted> {
    const { run } = this.inside;
    const handle = async (): Promise<Posted> => {
      let code: ErrorCode | undefined;
      let asked: ReturnType<typeof run.takePosted>;
      try {
        code = await this.handlePosted(event);
      } finally {
        asked = run.takePosted();
      }
      return { code, ...asked };
    };
    const mine = this.posted.then(handle);
    this.posted = mine.catch(() => {}); // its own request hears of it
    return mine;
  }

  private async handlePosted({ handler, args, files }: Posting): Promise<ErrorCode | undefined> {
    const { run } = this.inside;
    const result = await this.awake(() => {
      for (const file of files) run.uploads?.addPosted(file);
      // Counted downwards: refs, which count upwards, name the events of sockets.
      return run.handle(handler, args, --this.posts, this.epoch());
    });
    const { machine } = this.inside;
    const isStored = this.recorder.isRecording && "ledger" in machine;
    const unstored = isStored ? await this.recorder.posted(machine.ledger.handled) : undefined;
    this.leaveForeign();
    if (result === undefined || !("code" in result)) return unstored; // nobody is there for a reply
    if (result.code === "LIVE_HANDLER_FAILED") throw result.error;
    return result.code;
  }

  /** As `claim` of a session. */
  async claim(): Promise<void> {
    const { machine } = this.inside;
    if (!this.recorder.hasWritten || !("ledger" in machine)) return;
    const { handled, seq } = machine.ledger;
    if (handled === 0 && seq <= 0) await this.recorder.posted(handled); // else the record says already that it is in use
  }

  private answer(ref: number, result: MaybePromise<HandlerResult>): void {
    if (result instanceof Promise)
      void result.then(
        (settled) => this.settle(ref, settled, this.inside.options.platform.now()),
        (error) => this.inside.fail(error), // it could not wake
      );
    else this.settle(ref, result, this.inside.nowMs);
  }

  private settle(ref: number, result: HandlerResult, nowMs: number): void {
    const { options } = this.inside;
    const known = result === undefined || "code" in result ? result : checkReply(result);
    const failure = known !== undefined && "code" in known ? known : undefined;
    const reply = known !== undefined && "reply" in known ? known.reply : undefined;
    if (failure?.error !== undefined) options.report(failure.code, failure.error);
    this.inside.dispatch({ kind: "settled", ref, error: failure?.code, reply, nowMs });
    this.leaveForeign();
  }

  /** Where another process was first to write the session it goes on with that, once its page comes again: it is told first what came of its event. */
  private leaveForeign(): void {
    if (this.recorder.isForeign) this.inside.options.platform.after(0, () => this.inside.dispatch(CLOSE));
  }

  /** Runs an event between its two lines in the record; without one, at once. */
  private recorded(ref: number, handler: string, f: () => MaybePromise<HandlerResult>): MaybePromise<HandlerResult> {
    if (!this.recorder.isRecording) return this.awake(f, this.inside.nowMs);
    const { epoch, handled } = this.ledger();
    return this.recorder.run({ ref, handler, epoch, handled }, () => this.awake(f));
  }

  private stored(handled: number): Snapshot {
    const { run, visitor } = this.inside;
    const { epoch, seq } = this.ledger();
    return { url: run.info.url, visitor, epoch, handled, seq: Math.max(0, seq), packed: run.pack(), lost: this.lost() };
  }

  /** The page has heard of none of these for certain: what goes on with the session in another process has to tell it. */
  private lost(): readonly number[] {
    return this.ledger().answers.flatMap(({ lost }) => (lost === undefined ? [] : [lost]));
  }

  private epoch(): number {
    const machine = this.inside.machine;
    return "ledger" in machine ? machine.ledger.epoch : 0;
  }

  private ledger(): Ledger {
    const machine = this.inside.machine;
    if ("ledger" in machine) return machine.ledger;
    throw new CodedError("LIVE_CLOSED", "the session has ended");
  }

  /** Runs what needs the view, which wakes for it. Rejects with what `mount` throws then. */
  private awake<T>(f: () => MaybePromise<T>, nowMs = this.inside.options.platform.now()): MaybePromise<T> {
    const { run } = this.inside;
    this.inside.touch(nowMs);
    return run.isAsleep ? run.wake().then(f) : f();
  }
}
