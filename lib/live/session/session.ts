import type { MaybePromise, SocketChannel } from "../../app/index.ts";
import { isCodedError } from "../../errors/index.ts";
import { type ClientFrame, decodeClientFrame, type HelloFrame, LEAVE } from "../../wire/index.ts";
import type { Instruction, Output } from "../machine/instructions.ts";
import { windowFull } from "../machine/ledger.ts";
import { advance } from "../machine/machine.ts";
import { Ledger, type SessionState } from "../machine/states.ts";
import { Hibernation } from "../persist/hibernation.ts";
import type { Found } from "../persist/records.ts";
import type { PageSnapshot, ViewRun } from "../view/run.ts";
import { Alarm } from "./alarm.ts";
import { EventRunner } from "./event-runner.ts";
import { chanceOf, epochOf, isOver, isRerun, isResting, REPORTED, runOf } from "./help.ts";
import { Line } from "./line.ts";
import { SessionLog } from "./log.ts";
import { INVALIDATE, PageSender } from "./page-sender.ts";
import { SessionMeter, type SessionTelemetry } from "./telemetry.ts";
import type { Posted, Posting, Session, SessionInside, SessionOptions } from "./types.ts";

const NOTHING: PageSnapshot = { markup: "", render: 0, templates: [], templatesHash: 0, styles: [] };

/** Makes a session that has expired: `open` makes it a rendered one, a HELLO mounts it. */
export function createSession(options: SessionOptions): Session {
  return new LiveSession(options);
}

/*
 * 1. `dispatch` feeds the machine and performs what it says, one instruction at a time.
 * 2. What runs user code is ViewRun's: state, what is shown, patches. EventRunner and PageSender ask it, and tell the machine what came of it.
 * A class: in Node 20 an object literal with a getter makes its functions slow.
 */
class LiveSession implements Session, SessionInside {
  readonly id: string;
  readonly options: SessionOptions;
  readonly run: ViewRun;
  visitor: string = "";
  machine: SessionState;
  private readonly log: SessionLog | undefined;
  private readonly meter: SessionMeter | undefined;
  private readonly line: Line;
  private readonly alarm: Alarm;
  private readonly events: EventRunner;
  private readonly pages: PageSender;
  private cancelDrain: (() => void) | undefined = undefined;
  private readonly inbox: Instruction[] = [];
  /** What is to be done about the instruction at hand. */
  private readonly out: Output[] = [];
  private readonly hibernation: Hibernation;
  nowMs = 0;
  cameAtMs: number | undefined = undefined;
  private isBusy = false;
  private isEnded = false;
  private isLeft = false;

  constructor(options: SessionOptions) {
    const { view, info, limits, platform, enter } = options;
    this.id = info.id;
    this.options = options;
    this.line = new Line(enter !== undefined);
    this.alarm = new Alarm(platform, (nowMs, lateMs) => this.dispatch({ kind: "tick", nowMs, lateMs }));
    this.machine = { kind: "expired", ledger: new Ledger(0, limits, platform.now()), isRestored: false };
    this.run = runOf(options, () => this.changed());
    const report = (error: unknown): void => options.report("LIVE_HANDLER_FAILED", error);
    this.log = options.log && new SessionLog(options.log, report);
    this.log?.begin(this.machine, limits);
    const nameOf = (handler: number): string => view.handlers[handler]?.name ?? "";
    this.meter = options.telemetry && new SessionMeter(() => this.run.info, nameOf, options.telemetry, report);
    const { hibernateMs, sleepQueue } = options;
    this.hibernation = new Hibernation(platform, sleepQueue, hibernateMs, () => this.trySleep());
    this.events = new EventRunner(this);
    this.pages = new PageSender(this);
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
    const ledger = new Ledger(epochOf(platform.random(4)), limits, nowMs);
    const { render, templatesHash: templates } = page;
    this.machine = { kind: "rendered", ledger, render, templates, expiresAtMs: nowMs + holdMs };
    this.log?.begin(this.machine, limits);
    this.options.templateSets.note(page.templatesHash, page.templates);
    this.alarm.set(nowMs + holdMs);
    return page;
  }

  post(event: Posting): Promise<Posted> {
    return this.events.post(event);
  }

  join(channel: SocketChannel, hello: HelloFrame, sameBuild: boolean): void {
    const { platform } = this.options;
    const nowMs = platform.now();
    if (this.line.isOpen) this.dispatch({ kind: "takenOver", nowMs });
    if (this.isEnded) {
      channel.close(1001, "ended"); // it was mounting for the other socket; the next try finds it gone
      return;
    }
    const lost = (): void => this.dispatch({ kind: "socketLost", nowMs: platform.now() });
    this.line.open(channel, hello, platform.deflate, lost);
    this.dispatch({ kind: "hello", frame: hello, refusal: undefined, sameBuild, nowMs });
  }

  async restore(found: Found): Promise<void> {
    const { view, platform } = this.options;
    const epoch = found.epoch || epochOf(platform.random(4)); // an event may have been posted before there was one
    const { packed, seq, handled, begun, lost } = await this.events.recorder.take({ ...found, epoch });
    await this.run.restore(packed);
    const unknown = begun === undefined || isRerun(view, begun.handler) ? 0 : begun.ref;
    this.dispatch({ kind: "restore", epoch, seq, handled, unknown, lost, nowMs: platform.now() });
  }

  isMine(): Promise<boolean> {
    return this.events.recorder.isMine();
  }

  claim(): Promise<void> {
    return this.events.claim();
  }

  receive(from: SocketChannel, bytes: Uint8Array): void {
    if (!this.line.isOf(from)) return;
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
    if (this.meter === undefined) this.cameAtMs = nowMs;
    else this.meter.received(bytes.length, frame, nowMs);
    try {
      this.isLeft = frame[0] === LEAVE;
      this.dispatch({ kind: "frame", frame, bytes: bytes.length, nowMs });
    } catch (error) {
      this.fail(error); // ours or the application's, but never the whole process's
    } finally {
      this.cameAtMs = undefined;
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
    if ("nowMs" in instruction) this.nowMs = instruction.nowMs;
    const { out } = this;
    try {
      const note = this.log?.note(instruction);
      this.machine = advance(this.machine, instruction, this.options.limits, out);
      note?.(this.machine, out);
      for (const output of out) this.perform(output);
      this.meter?.stepped(instruction, this.machine, out);
    } finally {
      while (out.length > 0) out.pop(); // a list that is emptied so keeps its memory
    }
  }

  private perform(output: Output): void {
    switch (output.kind) {
      case "send":
        this.line.send(output.bytes);
        return;
      case "run":
        this.events.run(output);
        return;
      case "render":
        this.pages.patchSoon();
        return;
      case "mount":
        this.pages.mountSoon(output.fresh, output.compare);
        return;
      case "navigate":
        this.events.navigate(output);
        return;
      case "upload":
        this.events.upload(output);
        return;
      case "timer":
        this.alarm.set(output.atMs);
        return;
      case "close":
        this.line.close(output.code, output.reason);
        return;
      case "report":
        // These were reported with their error where it was caught.
        if (!REPORTED.has(output.code)) this.options.report(output.code);
        return;
    }
  }

  /** One that has not begun is drawn when it does: its mount, or an event posted to it, is under way. */
  private changed(): void {
    if (this.machine.kind !== "expired") this.dispatch(INVALIDATE);
  }

  private async trySleep(): Promise<void> {
    if (!isResting(this.machine) || this.run.isAsleep) return;
    if (windowFull(this.machine.ledger, this.options.limits)) {
      this.hibernation.touch(this.options.platform.now()); // what it would tell now has to wait, and the page that is left must have been told all
      return;
    }
    try {
      // What nobody has told of must be in the page that is left: patches go on from it.
      const operations = this.run.refresh();
      if (operations === undefined) return;
      if (operations.length === 0) {
        const { sleepQueue } = this.options;
        await this.run.sleep(
          () => isResting(this.machine),
          () => sleepQueue.pause(),
        );
      } else {
        this.dispatch({ kind: "rendered", operations, nowMs: this.options.platform.now() });
        this.hibernation.touch(this.options.platform.now());
      }
    } catch (error) {
      this.options.report("LIVE_UNPACKABLE", error);
    }
  }

  touch(nowMs: number): void {
    this.hibernation.touch(nowMs);
  }

  fail(error: unknown): void {
    this.options.report("LIVE_CRASHED", error);
    this.dispatch({ kind: "failed", code: "LIVE_CRASHED", nowMs: this.options.platform.now() });
  }

  private end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.alarm.stop();
    this.cancelDrain?.();
    this.hibernation.stop();
    this.line.close(1001, this.machine.kind);
    this.meter?.ended();
    const last = this.run.known();
    if (last !== undefined) this.options.templateSets.note(last.templatesHash, last.templates);
    this.run.dispose();
    if (this.isLeft) this.events.recorder.drop(); // who leaves does not come back; who is gone may, here or elsewhere
    this.options.ended();
  }
}
