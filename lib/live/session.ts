import type { MaybePromise, Platform, SocketChannel } from "../app/index.ts";
import { CodedError, type ErrorCode, isCodedError } from "../errors/index.ts";
import { CAN_INFLATE, CAN_REUSE, type ClientFrame, decodeClientFrame, type HelloFrame, LEAVE } from "../wire/index.ts";
import { deflateMount } from "./deflate.ts";
import type { HandlerResult } from "./handler.ts";
import type { Instruction, Output } from "./instructions.ts";
import { advance } from "./machine.ts";
import { Hibernation } from "./persist/hibernation.ts";
import type { Found, SessionRecord, Snapshot } from "./persist/records.ts";
import { canDo, chanceOf, checkReply, epochOf, isOver, renewedFor } from "./session-help.ts";
import { SessionLog } from "./session-log.ts";
import type { Session, SessionOptions } from "./session-types.ts";
import { Ledger, type SessionState } from "./states.ts";
import { SessionMeter, type SessionTelemetry } from "./telemetry.ts";
import type { UploadAnswer } from "./uploads.ts";
import { type PageSnapshot, ViewRun } from "./view-run.ts";

const NOTHING: PageSnapshot = { markup: "", render: 0, templates: [], templatesHash: 0, styles: [] };

/** Makes a session that has expired: `open` makes it a rendered one, a HELLO mounts it. */
export function createSession(options: SessionOptions): Session {
  return new LiveSession(options);
}

/*
 * 1. `dispatch` feeds the machine and performs what it says, one instruction at a time.
 * 2. What runs user code is ViewRun's: state, what is shown, patches.
 * A class: in Node 20 an object literal with a getter makes its functions slow.
 */
class LiveSession implements Session {
  readonly id: string;
  private readonly options: SessionOptions;
  readonly run: ViewRun;
  visitor: string = "";
  private machine: SessionState;
  private readonly log: SessionLog | undefined;
  private readonly meter: SessionMeter | undefined;
  private channel: SocketChannel | undefined = undefined;
  /** What MOUNTs to this channel go through. */
  private deflate: Platform["deflate"] = undefined;
  private stopListening: (() => void) | undefined = undefined;
  private cancelTimer: (() => void) | undefined = undefined;
  private wakesAtMs: number = Number.POSITIVE_INFINITY;
  private cancelDrain: (() => void) | undefined = undefined;
  private readonly inbox: Instruction[] = [];
  private readonly hibernation: Hibernation;
  private record: SessionRecord | undefined;
  private isBusy = false;
  private isEnded = false;
  private isLeft = false;
  private posts = 0;
  private posted: Promise<unknown> = Promise.resolve();
  /** Bound once: one closure per render costs more than the call. */
  private readonly sendPatchSoon = (): void => this.sendPatch();

  constructor(options: SessionOptions) {
    const { view, info, params, bind, development, limits, platform, bus, topicPrefix } = options;
    this.id = info.id;
    this.options = options;
    this.record = options.record;
    this.machine = { kind: "expired", ledger: new Ledger(0, limits, platform.now()), isRestored: false };
    this.run = new ViewRun({
      ...{ view, info, params, bind, development, platform, bus, topicPrefix, enter: options.enter },
      report: options.report,
      changed: () => this.dispatch(INVALIDATE),
    });
    const report = (error: unknown): void => options.report("LIVE_HANDLER_FAILED", error);
    this.log = options.log && new SessionLog(options.log, report);
    this.log?.begin(this.machine, limits);
    const nameOf = (handler: number): string => view.handlers[handler]?.name ?? "";
    this.meter = options.telemetry && new SessionMeter(() => this.run.info, nameOf, options.telemetry, report);
    const { hibernateMs, sleepQueue: queue } = options;
    this.hibernation = new Hibernation({ platform, queue, hibernateMs, trySleep: () => this.trySleep() });
  }

  get telemetry(): SessionTelemetry | undefined {
    return this.meter?.total;
  }

  /** A navigation changes it. */
  get url(): string {
    return this.run.info.url;
  }

  get kind(): SessionState["kind"] {
    return this.machine.kind;
  }

  open(): MaybePromise<void> {
    return this.run.mount();
  }

  snapshot(holdMs: number): PageSnapshot {
    const page = this.run.look();
    if (this.isEnded || page === undefined) return page ?? NOTHING;
    const { platform, limits } = this.options;
    const nowMs = platform.now();
    this.machine = {
      kind: "rendered",
      ledger: new Ledger(epochOf(platform.random(4)), limits, nowMs),
      render: page.render,
      templates: page.templatesHash,
      expiresAtMs: nowMs + holdMs,
    };
    this.log?.begin(this.machine, limits);
    this.options.templateSets.note(page.templatesHash, page.templates);
    this.wakeAt(nowMs + holdMs);
    return page;
  }

  post(handler: number, args: unknown): Promise<ErrorCode | undefined> {
    const handle = async (): Promise<ErrorCode | undefined> => {
      // Counted downwards: refs, which count upwards, name the events of sockets.
      const result = await this.awake(() => this.run.handle(handler, args, --this.posts, this.epoch()));
      if (result === undefined || !("code" in result)) return undefined; // nobody is there for a reply
      if (result.code === "LIVE_HANDLER_FAILED") throw result.error;
      return result.code;
    };
    const mine = this.posted.then(handle);
    this.posted = mine.catch(() => {}); // its own request hears of it
    return mine;
  }

  join(channel: SocketChannel, hello: HelloFrame, sameBuild: boolean): void {
    const { platform } = this.options;
    const nowMs = platform.now();
    if (this.channel !== undefined) this.dispatch({ kind: "takenOver", nowMs });
    if (this.isEnded) {
      channel.close(1001, "ended"); // it was mounting for the other socket; the next try finds it gone
      return;
    }
    this.channel = channel;
    this.deflate = canDo(hello, CAN_INFLATE) ? platform.deflate : undefined;
    this.stopListening = channel.onClose(() => {
      if (this.channel !== channel) return;
      this.channel = undefined;
      this.dispatch({ kind: "socketLost", nowMs: platform.now() });
    });
    this.dispatch({ kind: "hello", frame: hello, refusal: undefined, sameBuild, nowMs });
  }

  async restore(found: Found): Promise<void> {
    const { view, platform } = this.options;
    await this.run.restore(found.packed);
    const { epoch, seq, handled, begun } = found;
    const isRerun = view.handlers.some(({ name, isIdempotent }) => name === begun?.handler && isIdempotent === true);
    const unknown = begun === undefined || isRerun ? 0 : begun.ref;
    await this.record?.take(found); // another process may still hold it: from here on it writes in vain
    this.dispatch({ kind: "restore", epoch, seq, handled, unknown, nowMs: platform.now() });
  }

  async isMine(): Promise<boolean> {
    return (await this.record?.isMine()) ?? true;
  }

  receive(from: SocketChannel, bytes: Uint8Array): void {
    if (from !== this.channel) return;
    const nowMs = this.options.platform.now();
    let frame: ClientFrame;
    try {
      frame = decodeClientFrame(bytes);
    } catch (error) {
      this.meter?.received(bytes.length);
      if (isCodedError(error)) this.dispatch({ kind: "badFrame", code: error.code, nowMs });
      else this.fail(error);
      return;
    }
    this.meter?.received(bytes.length, frame, nowMs);
    try {
      this.isLeft = frame[0] === LEAVE;
      this.dispatch({ kind: "frame", frame, bytes: bytes.length, nowMs });
    } catch (error) {
      this.fail(error); // ours or the application's, but never the whole process's
    }
  }

  drain(reason: string, retryAfterMs: number, overMs: number): void {
    const { platform } = this.options;
    const ask = (): void => this.dispatch({ kind: "drain", reason, retryAfterMs, nowMs: platform.now() });
    this.cancelDrain?.();
    if (overMs > 0) this.cancelDrain = platform.after(overMs * chanceOf(platform.random(4)), ask);
    else ask();
  }

  dispatch(instruction: Instruction): void {
    if (this.isBusy) {
      this.inbox.push(instruction);
      return;
    }
    this.isBusy = true;
    try {
      this.apply(instruction);
      for (let next = this.inbox.shift(); next !== undefined; next = this.inbox.shift()) this.apply(next);
    } finally {
      this.isBusy = false;
    }
    if (isOver(this.machine)) this.end();
  }

  private apply(instruction: Instruction): void {
    const out: Output[] = [];
    const note = this.log?.note(instruction);
    this.machine = advance(this.machine, instruction, this.options.limits, out);
    note?.(this.machine, out);
    for (const output of out) this.perform(output);
    this.meter?.stepped(instruction, this.machine, out);
  }

  private perform(output: Output): void {
    switch (output.kind) {
      case "send":
        this.channel?.send(this.deflate === undefined ? output.bytes : deflateMount(output.bytes, this.deflate));
        return;
      case "run":
        this.answer(
          output.ref,
          this.recorded(output.ref, this.options.view.handlers[output.handler]?.name ?? "", () =>
            this.run.handle(output.handler, output.args, output.ref, this.epoch()),
          ),
        );
        return;
      case "render":
        // Never on the stack of whoever changed a signal: that may be another session's handler. A promise's turn, which costs a third of queueMicrotask.
        void RESOLVED.then(this.sendPatchSoon);
        return;
      case "mount":
        void RESOLVED.then(() => this.sendMount(output.fresh, output.compare));
        return;
      case "navigate":
        this.answer(
          output.ref,
          this.recorded(output.ref, "", () => this.run.navigate(output.url, output.ref, this.epoch())),
        );
        return;
      case "upload":
        this.upload(output);
        return;
      case "timer":
        this.wakeAt(output.atMs);
        return;
      case "close":
        this.closeChannel(output.code, output.reason);
        return;
      case "report":
        // These were reported with their error where it was caught.
        if (!REPORTED.has(output.code)) this.options.report(output.code);
        return;
    }
  }

  private answer(ref: number, result: MaybePromise<HandlerResult>): void {
    if (result instanceof Promise)
      void result.then(
        (settled) => this.settle(ref, settled),
        (error) => this.fail(error), // it could not wake
      );
    else this.settle(ref, result);
  }

  private settle(ref: number, result: HandlerResult): void {
    const nowMs = this.options.platform.now();
    const known = result === undefined || "code" in result ? result : checkReply(result);
    const failure = known !== undefined && "code" in known ? known : undefined;
    const reply = known !== undefined && "reply" in known ? known.reply : undefined;
    if (failure?.error !== undefined) this.options.report(failure.code, failure.error);
    this.dispatch({ kind: "settled", ref, error: failure?.code, reply, nowMs });
  }

  private upload({ entry, offset, part }: Extract<Output, { readonly kind: "upload" }>): void {
    const tell = ({ received, code }: UploadAnswer): void =>
      this.dispatch({ kind: "uploaded", entry, received, code, nowMs: this.options.platform.now() });
    const { isAsleep } = this.run;
    const result = this.awake(() => this.run.upload(entry, offset, part));
    if (isAsleep) this.dispatch(INVALIDATE); // a page that wakes for this follows nothing yet
    if (result instanceof Promise) void result.then(tell, (error) => this.fail(error));
    else tell(result);
  }

  private epoch(): number {
    return "ledger" in this.machine ? this.machine.ledger.epoch : 0;
  }

  /** Runs an event between its two lines in the record; without one, at once. */
  private recorded(ref: number, handler: string, f: () => MaybePromise<HandlerResult>): MaybePromise<HandlerResult> {
    const { record } = this;
    return record === undefined ? this.awake(f) : this.runRecorded(record, ref, handler, f);
  }

  private async runRecorded(
    record: SessionRecord,
    ref: number,
    handler: string,
    f: () => MaybePromise<HandlerResult>,
  ): Promise<HandlerResult> {
    try {
      const { handled } = this.ledger();
      await record.started(ref, handler, () => this.stored(handled), this.epoch());
    } catch (error) {
      const code = this.cannotStore(record, error);
      if (code !== undefined) return { code, error };
    }
    const result = await this.awake(f);
    if (this.record !== record) return result;
    try {
      await record.committed(this.stored(ref));
      return result;
    } catch (error) {
      const code = this.cannotStore(record, error);
      return code === undefined ? result : { code, error };
    }
  }

  private stored(handled: number): Snapshot {
    const { epoch, seq } = this.ledger();
    return { url: this.url, visitor: this.visitor, epoch, handled, seq: Math.max(0, seq), packed: this.run.pack() };
  }

  /** What cannot be packed goes on without a record; anything else is the store's failure. */
  private cannotStore(record: SessionRecord, error: unknown): ErrorCode | undefined {
    if (!isCodedError(error) || error.code !== "LIVE_UNPACKABLE") return "LIVE_NOT_STORED";
    this.options.report(error.code, error);
    this.record = undefined;
    record.drop().catch((failure: unknown) => this.options.report("LIVE_NOT_STORED", failure));
    return undefined;
  }

  private ledger(): Ledger {
    if ("ledger" in this.machine) return this.machine.ledger;
    throw new CodedError("LIVE_CLOSED", "the session has ended");
  }

  /** Runs what needs the view, which wakes for it. Rejects with what `mount` throws then. */
  private awake<T>(f: () => MaybePromise<T>): MaybePromise<T> {
    this.hibernation.touch();
    return this.run.isAsleep ? this.run.wake().then(f) : f();
  }

  private async trySleep(): Promise<void> {
    if (!this.isResting() || this.run.isAsleep) return;
    try {
      // What nobody has told of must be in the page that is left: patches go on from it.
      const operations = this.run.refresh();
      if (operations === undefined) return;
      if (operations.length === 0) await this.run.sleep(() => this.isResting());
      else {
        this.dispatch({ kind: "rendered", operations, nowMs: this.options.platform.now() });
        this.hibernation.touch();
      }
    } catch (error) {
      this.options.report("LIVE_UNPACKABLE", error);
    }
  }

  /** Whether there is nothing to do, and a client that may come back to it. */
  private isResting(): boolean {
    const { machine } = this;
    if (machine.kind !== "live" && machine.kind !== "throttled" && machine.kind !== "detached") return false;
    const { running, waiting, isRendering } = machine.ledger;
    return running === 0 && waiting.length === 0 && !isRendering;
  }

  private sendPatch(): void {
    if (this.run.isAsleep) {
      this.run.wake().then(this.sendPatchSoon, (error) => this.fail(error));
      return;
    }
    this.hibernation.touch();
    try {
      if (this.run.isLost) {
        this.sendWhole();
        return;
      }
      const operations = this.run.update();
      if (operations !== undefined) this.dispatch({ kind: "rendered", operations, nowMs: this.options.platform.now() });
    } catch (error) {
      this.fail(error);
    }
  }

  /** In the order of patches: the client need not have asked. */
  private sendWhole(): void {
    const page = this.run.page(false);
    if (page === undefined) return;
    const { templates, content } = page;
    this.dispatch({ kind: "redrawn", templates, content, nowMs: this.options.platform.now() });
    if (page.hasMore) this.dispatch(INVALIDATE);
  }

  private async sendMount(fresh: boolean, compare: boolean): Promise<void> {
    if (this.machine.kind !== "remounting") return;
    try {
      if (fresh) await this.run.mount();
      else if (this.run.isAsleep) await this.run.wake();
      if (this.machine.kind !== "remounting") return;
      this.hibernation.touch();
      const page = this.run.page(compare);
      if (page === undefined) return;
      const { platform, templateSets } = this.options;
      const { hello } = this.machine;
      const templates = canDo(hello, CAN_REUSE) ? templateSets.name(page.templates, hello[5]) : page.templates;
      const renewed = renewedFor(this.machine, this.options);
      const [epoch, nowMs] = [epochOf(platform.random(4)), platform.now()];
      this.dispatch({ kind: "mounted", epoch, ...page, templates, renewed, nowMs });
      if (page.hasMore) this.dispatch(INVALIDATE);
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.options.report("LIVE_CRASHED", error);
    this.dispatch({ kind: "failed", code: "LIVE_CRASHED", nowMs: this.options.platform.now() });
  }

  private closeChannel(code: number, reason: string): void {
    const old = this.channel;
    this.stopListening?.();
    this.channel = undefined;
    old?.close(code, reason);
  }

  private wakeAt(atMs: number): void {
    const { platform } = this.options;
    // Whoever is woken early asks again: so an event that puts the time off costs no timer.
    if (this.wakesAtMs <= atMs) return;
    this.cancelTimer?.();
    this.wakesAtMs = atMs;
    this.cancelTimer = platform.after(Math.max(1, atMs - platform.now()), () => {
      this.wakesAtMs = Number.POSITIVE_INFINITY;
      this.dispatch({ kind: "tick", nowMs: platform.now() });
    });
  }

  private end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.cancelTimer?.();
    this.cancelDrain?.();
    this.hibernation.stop();
    this.closeChannel(1001, this.machine.kind);
    this.meter?.ended();
    const last = this.run.known();
    if (last !== undefined) this.options.templateSets.note(last.templatesHash, last.templates);
    this.run.dispose();
    this.hasLeft();
    this.options.ended();
  }

  /** Who leaves does not come back; who is gone may, here or elsewhere. */
  private hasLeft(): void {
    if (!this.isLeft) return;
    this.record?.drop().catch((error: unknown) => this.options.report("LIVE_NOT_STORED", error));
  }
}

const INVALIDATE: Instruction = { kind: "invalidate" };
const RESOLVED = Promise.resolve();
const REPORTED: ReadonlySet<ErrorCode> = new Set([
  "LIVE_CRASHED",
  "LIVE_HANDLER_FAILED",
  "LIVE_BAD_REPLY",
  "LIVE_NOT_STORED",
]);
