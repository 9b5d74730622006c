import type { MaybePromise, Platform } from "../../app/index.ts";
import { CodedError, type ErrorCode } from "../../errors/index.ts";
import { type Scope, scope } from "../../signals/index.ts";
import { TASKS } from "../persist/sleep.ts";

/** Timers and tasks of one session: a handler that a stranger calls again and again must not start any number. */
const MAX_TIMERS = 1_000;
/** Longer waits overflow the timers of the hosts, which then do not wait at all. */
const MAX_MS = 2 ** 31 - 1;

/** What tasks run with. */
export interface TaskHost {
  readonly own: Scope;
  readonly platform: Platform;
  /** Something ran: state may have changed. @param tell - Tells of what signals do not, where that is known. */
  ran(tell: (() => void) | undefined): void;
  report(code: ErrorCode, error: unknown): void;
}

/** What a session does beside its handlers: on the platform's clock, ended with the session's scope. */
export class Tasks {
  private readonly host: TaskHost;
  private readonly stops = new Set<() => void>();
  private readonly latest = new Map<string, () => void>();
  private isOver = false;

  constructor(host: TaskHost) {
    this.host = host;
    const end = (): void => {
      this.isOver = true;
      for (const stop of [...this.stops]) stop();
    };
    // In a scope with a name: a session that hibernates must know this cleanup from others.
    host.own.run(() => scope((own) => own.onCleanup(end), { name: TASKS }));
  }

  /** Nothing waits or runs. */
  get isIdle(): boolean {
    return this.stops.size === 0;
  }

  after(ms: number, f: () => unknown, tell?: () => void): () => void {
    return this.start((stop) =>
      this.host.platform.after(inRange(ms), () => {
        stop();
        void this.run(f, tell);
      }),
    );
  }

  every(ms: number, f: () => unknown, tell?: () => void): () => void {
    return this.start(() => {
      let isRunning = false;
      let cancel: () => void;
      const again = async (): Promise<void> => {
        cancel = this.host.platform.after(inRange(ms), again);
        if (isRunning) return;
        isRunning = true;
        await this.run(f, tell);
        isRunning = false;
      };
      cancel = this.host.platform.after(inRange(ms), again);
      return () => cancel();
    });
  }

  task<T>(
    name: string,
    f: (signal: AbortSignal) => MaybePromise<T>,
    done?: (value: T) => unknown,
    tell?: () => void,
  ): () => void {
    this.latest.get(name)?.();
    const abort = new AbortController();
    const stop = this.start((end) => {
      void this.run(
        async () => {
          const value = await f(abort.signal);
          if (!abort.signal.aborted) await this.host.own.run(() => done?.(value));
        },
        tell,
        () => !abort.signal.aborted,
      ).then(end);
      return () => {
        abort.abort();
        if (this.latest.get(name) === stop) this.latest.delete(name);
      };
    });
    if (!abort.signal.aborted) this.latest.set(name, stop);
    return stop;
  }

  /** Counts what begins, and keeps its stop until it is over. */
  private start(begin: (stop: () => void) => () => void): () => void {
    if (this.isOver) return () => {};
    if (this.stops.size >= MAX_TIMERS) throw new CodedError("LIVE_TOO_MANY_TIMERS", `more than ${MAX_TIMERS}`);
    let end: (() => void) | undefined;
    const stop = (): void => {
      if (!this.stops.delete(stop)) return;
      end?.();
    };
    this.stops.add(stop);
    end = begin(stop);
    return stop;
  }

  /** Sync as long as `f` is; never throws. */
  private async run(
    f: () => unknown,
    tell: (() => void) | undefined,
    isWanted: () => boolean = () => true,
  ): Promise<void> {
    const { own, ran, report } = this.host;
    try {
      if (this.isOver) return;
      const result = own.run(f);
      if (!(result instanceof Promise)) return;
      await result;
    } catch (error) {
      if (!this.isOver && isWanted()) report("LIVE_TASK_FAILED", error);
    } finally {
      if (!this.isOver) ran(tell);
    }
  }
}

function inRange(ms: number): number {
  return ms >= 1 ? Math.min(ms, MAX_MS) : 1; // NaN too
}
