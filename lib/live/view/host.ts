import { spread } from "../../html/index.ts";
import type { Scope } from "../../signals/index.ts";
import type { WireValue } from "../../wire/index.ts";
import { FlashList } from "../flash.ts";
import { Topics } from "../persist/topics.ts";
import { Uploads } from "../upload/uploads.ts";
import type { PageContext, SessionInfo } from "./context-types.ts";
import type { ContextHost } from "./contexts.ts";
import type { Notices } from "./notices.ts";
import type { ViewRunOptions } from "./run-types.ts";
import { Tasks } from "./tasks.ts";
import { type TemporaryHost, TemporaryValues } from "./temporary.ts";

/** What outlives a mount of a session. */
export interface Lasting {
  readonly info: SessionInfo;
  readonly notices: Notices;
  /** Messages, where there have been any. */
  messages: FlashList | undefined;
  /** What `onMount` has returned. */
  auth: unknown;
}

/** What a host is made of. */
export interface RunHostOptions {
  readonly own: Scope;
  readonly lasting: Lasting;
  readonly run: ViewRunOptions;
  /** State or page may have changed. */
  changed(): void;
  /** A timer, a task or a listener ran, and is over. @param tell - As of `TaskHost`. */
  ran(tell?: () => void): void;
  /** Whether messages of topics are taken by somebody else. */
  isMuted(): boolean;
  /** What the page shows is not known any more. */
  parted(): void;
}

/** What one mount of a view works with. What few views need is made where it is first asked for: idle sessions are many. */
export class RunHost implements ContextHost, TemporaryHost {
  readonly own: Scope;
  readonly uploads: Uploads | undefined;
  /** An event that was posted has failed in a way its page shows. */
  isInvalid = false;
  /** The view has been mounted for this session before: what `mount` tells the page has been told. */
  isRepeated = false;
  /** The page may show temporary values of a mount before this one. */
  isParted = false;
  /** Handlers under way. */
  running = 0;
  private readonly options: RunHostOptions;
  private timers: Tasks | undefined = undefined;
  private values: TemporaryValues | undefined = undefined;
  private heard: Topics | undefined = undefined;

  constructor(options: RunHostOptions) {
    const { view, platform } = options.run;
    this.own = options.own;
    this.options = options;
    this.uploads =
      view.uploads === undefined || view.uploads.size === 0 ? undefined : new Uploads(view.uploads, platform);
  }

  /** Cleanups may be async: a promise that nobody waits for would end the process when it fails. */
  get patientOwn(): Scope {
    const { own, run } = this.options;
    const report = (error: unknown): void => run.report("LIVE_HANDLER_FAILED", error);
    return {
      ...{ run: own.run, dispose: own.dispose },
      get signal() {
        return own.signal;
      },
      onCleanup: (f) => own.onCleanup(typeof f === "function" ? () => void settled(f(), report) : f),
    };
  }

  get info(): SessionInfo {
    return this.options.lasting.info;
  }

  get auth(): unknown {
    return this.options.lasting.auth;
  }

  get flash(): FlashList {
    const { lasting } = this.options;
    if (this.isRepeated) return new FlashList();
    lasting.messages ??= new FlashList();
    return lasting.messages;
  }

  get tasks(): Tasks {
    const { own, run, ran } = this.options;
    this.timers ??= new Tasks({ own, platform: run.platform, report: run.report, ran });
    return this.timers;
  }

  get topics(): Topics {
    const { own, run, ran, isMuted } = this.options;
    const { bus, topicPrefix: prefix, report } = run;
    this.heard ??= new Topics({ bus, prefix, own, isMuted, ran, report });
    return this.heard;
  }

  /** Hears what the view has subscribed to in a way that outlives it. @returns the stop. */
  watchTopics(heard: (topic: string, bytes: Uint8Array) => void): () => void {
    return this.heard?.watch(heard) ?? (() => {});
  }

  /** The mount is over. */
  end(): void {
    this.uploads?.close();
    this.heard?.end();
  }

  get temporaries(): TemporaryValues {
    this.values ??= new TemporaryValues(this, this.isParted);
    return this.values;
  }

  /** The page may show temporary values that are kept nowhere else. */
  get hasShown(): boolean {
    return this.values?.hasShown === true;
  }

  parted(): void {
    this.options.parted();
  }

  command(name: string, args: readonly WireValue[]): void {
    if (this.isRepeated) return;
    this.options.lasting.notices.command(name, args);
    if (this.running === 0) this.options.changed(); // else the handler's end tells
  }

  invalid(): void {
    this.isInvalid = true;
  }

  /** Nothing is under way, and nothing is kept that another mount would not make. */
  get isQuiet(): boolean {
    const { uploads, timers, values, running } = this;
    return running === 0 && values?.isFull !== true && (uploads?.isEmpty ?? true) && (timers?.isIdle ?? true);
  }

  /** What was set has been shown. */
  dropTemporary(): void {
    this.values?.drop();
  }

  /** For `render`. */
  pageContext(): PageContext {
    const host = this;
    let shown: PageContext["uploads"] | undefined;
    return {
      session: this.info,
      get flash() {
        return host.flash.shown.get();
      },
      get uploads() {
        shown ??= host.uploads?.shown() ?? {};
        return shown;
      },
      hook: (name) => spread({ "bus-hook": name }),
    };
  }
}

/** Waits for what a function gave, if that is a promise, and hears what it fails with. */
async function settled(given: unknown, failed: (error: unknown) => void): Promise<void> {
  try {
    await given;
  } catch (error) {
    failed(error);
  }
}
