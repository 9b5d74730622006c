import { type ResourceLimits, Worker } from "node:worker_threads";
import { CodedError } from "../../lib/errors/index.ts";
import { type FromThread, type ToThread, unpackError } from "./messages.ts";

/** One render, from the call to its end. */
export interface Job {
  readonly id: number;
  readonly message: ToThread & { readonly kind: "render" };
  resolve(bytes: Uint8Array): void;
  reject(error: unknown): void;
}

/** What a slot tells the pool. */
export interface SlotEvents {
  /** The slot can take a job. */
  free(slot: Slot): void;
  /** The slot's thread could not be started; it tries again later. */
  startFailed(error: unknown): void;
  count(what: "rendered" | "failed" | "timedOut" | "crashed"): void;
}

/** How a slot starts its threads. */
export interface SlotOptions {
  readonly thread: URL;
  readonly module: string;
  readonly timeoutMs: number;
  readonly startTimeoutMs: number;
  readonly resourceLimits: ResourceLimits | undefined;
}

/** What a timer can be told; of more it makes a millisecond. */
export const MAX_DELAY_MS: number = 2 ** 31 - 1;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5000;

/**
 * A place for one thread, which it replaces when it ends: at once after a page that took too long, with pauses that double after threads that end by themselves one after another.
 */
export class Slot {
  private readonly options: SlotOptions;
  private readonly events: SlotEvents;
  private worker: Worker | undefined;
  private isReady = false;
  private isClosed = false;
  private isHeld = false;
  private job: Job | undefined;
  /** Of the start or of the job under way, or the pause before the next start. */
  private timer: NodeJS.Timeout | undefined;
  /** Threads that ended by themselves since a page was last rendered. */
  private failures = 0;

  constructor(options: SlotOptions, events: SlotEvents) {
    this.options = options;
    this.events = events;
    this.start();
  }

  get ready(): boolean {
    return this.isReady;
  }

  /** Its last thread ended by itself, and no other one is ready. */
  get failing(): boolean {
    return !this.isReady && this.failures > 0;
  }

  get busy(): boolean {
    return this.job !== undefined;
  }

  /** Whether the job is under way here. */
  has(job: Job): boolean {
    return this.job === job;
  }

  /** Gives the free thread a job. @throws CodedError `WORKERS_BAD_PROPS`; the slot is free then. */
  take(job: Job): void {
    try {
      this.worker?.postMessage(job.message);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CodedError("WORKERS_BAD_PROPS", `The props of ${job.message.name} cannot be cloned: ${reason}`, {
        cause,
      });
    }
    this.job = job;
    this.setTimer(this.options.timeoutMs, () => this.giveUp());
  }

  /** Tells the page that nobody waits for it. Its thread is free when the page ends, or is ended when it takes too long. */
  abort(): void {
    if (this.job === undefined) return;
    this.worker?.postMessage({ kind: "abort", id: this.job.id } satisfies ToThread);
  }

  /** Whether this slot keeps the process alive: only while somebody waits for a page. */
  hold(isHeld: boolean): void {
    this.isHeld = isHeld;
    for (const handle of [this.worker, this.timer]) {
      if (isHeld) handle?.ref();
      else handle?.unref();
    }
  }

  /** Ends the thread for good. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.drop()?.terminate();
  }

  private start(): void {
    const { thread, module, resourceLimits, startTimeoutMs } = this.options;
    const worker = new Worker(thread, {
      workerData: { module },
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    });
    this.worker = worker;
    worker.on("message", (message: unknown) => {
      // What the page, or what it imports, says to its parent comes here too.
      if (this.worker === worker && typeof message === "object" && message !== null) this.hear(message as FromThread); // cast: see `hear`
    });
    worker.on("messageerror", (error: Error) => this.lost(worker, error));
    worker.on("error", (error: unknown) => this.lost(worker, error));
    worker.on("exit", (code: number) => this.lost(worker, new Error(`the thread exited with code ${code}`)));
    this.setTimer(startTimeoutMs, () =>
      this.lost(worker, new Error(`the module was not imported within ${startTimeoutMs} ms`)),
    );
    this.hold(this.isHeld);
  }

  private hear(message: FromThread): void {
    switch (message.kind) {
      case "ready":
        if (this.isReady) break;
        clearTimeout(this.timer);
        this.isReady = true;
        this.events.free(this);
        break;
      case "unusable": {
        this.lost(this.worker as Worker, unpackError(message.error)); // cast: it has just spoken
        break;
      }
      default:
        this.finish(message); // of no job under way: nothing
    }
  }

  private finish(message: FromThread & { readonly kind: "rendered" | "failed" }): void {
    const job = this.job;
    if (job === undefined || job.id !== message.id) return;
    clearTimeout(this.timer);
    this.job = undefined;
    this.failures = 0;
    this.events.count(message.kind);
    if (message.kind === "rendered") job.resolve(message.bytes);
    else job.reject(unpackError(message.error));
    this.events.free(this);
  }

  /** The page takes too long, and nothing but its end stops a thread that computes. */
  private giveUp(): void {
    const job = this.job;
    const { timeoutMs } = this.options;
    const worker = this.drop();
    void worker?.terminate();
    this.events.count("timedOut");
    const name = job?.message.name ?? "";
    job?.reject(new CodedError("WORKERS_TIMEOUT", `${name} took more than ${timeoutMs} ms`, { value: timeoutMs }));
    this.start();
  }

  /** The thread ended, or is of no use: its own job fails, and a new thread takes its place. */
  private lost(worker: Worker, cause: unknown): void {
    if (this.worker !== worker || this.isClosed) return;
    const { job, isReady } = this;
    clearTimeout(this.timer);
    void this.drop()?.terminate(); // one that sent what cannot be read is still there
    this.events.count("crashed");
    const pause = this.failures++ === 0 && isReady ? 0 : pauseMs(this.failures);
    this.setTimer(pause, () => this.start());
    if (!isReady) this.events.startFailed(cause);
    const reason = cause instanceof Error ? cause.message : String(cause);
    job?.reject(new CodedError("WORKERS_CRASHED", `The thread of ${job.message.name} ended: ${reason}`, { cause }));
  }

  private drop(): Worker | undefined {
    const { worker } = this;
    this.worker = undefined;
    this.isReady = false;
    this.job = undefined;
    return worker;
  }

  private setTimer(delayMs: number, run: () => void): void {
    clearTimeout(this.timer);
    this.timer = delayMs <= MAX_DELAY_MS ? setTimeout(run, delayMs) : undefined;
    if (!this.isHeld) this.timer?.unref();
  }
}

function pauseMs(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 16));
}
