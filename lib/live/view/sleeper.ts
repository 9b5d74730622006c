import type { MaybePromise } from "../../app/index.ts";
import { CodedError } from "../../errors/index.ts";
import type { PackedPage } from "../../patch/index.ts";
import { packState } from "../persist/pack.ts";
import { type Missed, restOf, type Sleeping, watch } from "../persist/sleep.ts";
import { isBadSnapshot } from "../persist/unpack.ts";
import type { WakeQueue } from "../persist/wake-queue.ts";
import type { Drawing } from "./drawing.ts";
import type { Mount } from "./mount.ts";

/** Messages kept for a session that wakes: of more, the first are lost. */
const MAX_MISSED = 100;

/** Largest page that is kept beside the state, in bytes: with that a session that sleeps takes 16 KiB. */
const MAX_PAGE = 8192;

/** Lets others have their turn, when they are due. */
export type Pause = () => Promise<void> | undefined;

/** What puts a view to sleep, and what wakes it. */
export interface SleepHost {
  /** What is mounted. */
  readonly mounted: Mount | undefined;
  /** Rises with whatever may change state or page. */
  readonly revision: number;
  /** Ends what is mounted. */
  release(): void;
  /** Mounts with a state from before. */
  remount(sleeping: Sleeping): MaybePromise<void>;
  /** Mounts once more, elsewhere. */
  twin(packed: Uint8Array, streams: readonly string[]): Promise<{ readonly mounted: Mount | undefined; end(): void }>;
  /** Where wakings wait for their turn. */
  readonly options: { readonly wakeQueue?: Pick<WakeQueue, "add"> | undefined };
  changed(): void;
}

/** The sleep of one session: its state packed, everything else let go of. */
export class Sleeper {
  private readonly host: SleepHost;
  private asleep: Sleeping | undefined = undefined;
  private rising: Promise<boolean> | undefined = undefined;
  /** Begins it, the first time it is called. */
  private begin: (() => void) | undefined = undefined;

  constructor(host: SleepHost) {
    this.host = host;
  }

  get isAsleep(): boolean {
    return this.asleep !== undefined;
  }

  /** The state as it was packed, while it sleeps. */
  get packed(): Uint8Array | undefined {
    return this.asleep?.packed;
  }

  /** As `sleep` of a `ViewRun`. Between its parts others have their turn, after which all must be as it was. */
  async sleep(isWanted: () => boolean, pause: Pause): Promise<boolean> {
    const { host } = this;
    const mounted = host.mounted;
    const revision = host.revision;
    const drawing = mounted?.solo;
    if (mounted === undefined || drawing === undefined || !mounted.isQuiet) return false;
    // No closure here may hold what is mounted: those that are kept would, too.
    await pause();
    if (!this.isStill(mounted, revision) || !isWanted()) return false;
    const rest = restOf(mounted);
    const streams = rest && namesOf(rest.streams, drawing.shownStreams());
    if (rest === undefined || streams === undefined) return false;
    await pause();
    if (!this.isStill(mounted, revision) || !isWanted()) return false;
    const shown = await this.rehearse(rest.packed, drawing, streams, pause);
    if (!this.isStill(mounted, revision) || !isWanted()) return false;
    const { shared, packed } = rest;
    const { hasShown } = mounted.host;
    const isKept = shared.length > 0 && streams.length === 0 && !hasShown;
    const page = isKept ? pageOf(drawing, MAX_PAGE - packed.length) : undefined;
    const missed: Missed[] = [];
    const stops = [
      watch(shared, () => host.changed()),
      mounted.host.watchTopics((...message) => {
        missed.push(message);
        if (missed.length > MAX_MISSED) missed.shift();
        host.changed();
        if (missed.length > MAX_MISSED / 2 && this.rising !== undefined) void this.wake(true); // it has waited for long
      }),
    ];
    host.release();
    const stop = (): void => {
      for (const end of stops) end();
    };
    this.asleep = { packed, shown, page, templates: drawing.templates, streams, hasShown, missed, stop };
    return true;
  }

  private isStill(mounted: Mount, revision: number): boolean {
    return this.host.mounted === mounted && this.host.revision === revision && mounted.isQuiet;
  }

  /** As `wake` of a `ViewRun`. */
  wake(isUrgent: boolean): Promise<boolean> {
    const { asleep } = this;
    if (asleep === undefined) return Promise.resolve(true);
    const { wakeQueue } = this.host.options;
    const isFirst = this.rising === undefined;
    this.rising ??= new Promise<boolean>((done) => {
      let isBegun = false;
      this.begin = () => {
        if (!isBegun) done(this.tryRise(asleep));
        isBegun = true;
      };
    }).finally(() => {
      this.rising = undefined;
      this.begin = undefined;
    });
    const { rising, begin } = this;
    if (begin === undefined) return rising;
    if (wakeQueue === undefined) begin();
    else if (isFirst || isUrgent) wakeQueue.add(begin, isUrgent);
    return rising;
  }

  /** It sleeps no more, and nothing is mounted instead. */
  end(): void {
    this.asleep?.stop();
    this.asleep = undefined;
  }

  /** Sync where `mount` is, as the queue counts the time; never throws. */
  private tryRise(asleep: Sleeping): MaybePromise<boolean> {
    if (this.asleep !== asleep) return true; // it was ended meanwhile
    try {
      const made = this.host.remount(asleep);
      return made instanceof Promise ? made.then(() => this.risen(asleep)) : this.risen(asleep);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  private risen(asleep: Sleeping): boolean {
    if (this.asleep !== asleep) return true; // it was ended meanwhile
    this.end();
    const mounted = this.host.mounted;
    if (asleep.page !== undefined) mounted?.solo?.resume(asleep.page);
    const isSame = asleep.page !== undefined || mounted?.solo?.rise() === asleep.shown;
    for (const message of asleep.missed) mounted?.host.topics.hear(...message);
    return isSame;
  }

  /** Mounts once more, elsewhere, and looks whether that would show the same. @throws CodedError `LIVE_UNPACKABLE`. */
  private async rehearse(
    packed: Uint8Array,
    drawing: Drawing,
    streams: readonly string[],
    pause: Pause,
  ): Promise<string> {
    let twin: Awaited<ReturnType<SleepHost["twin"]>> | undefined;
    try {
      const shown = drawing.fingerprint();
      await pause();
      twin = await this.host.twin(packed, streams);
      await pause();
      if (twin.mounted?.solo?.fingerprint(drawing.templates) === shown) return shown;
    } catch (error) {
      if (!isBadSnapshot(error)) throw error;
      throw new CodedError("LIVE_UNPACKABLE", "mount does not make the same things again", { cause: error });
    } finally {
      twin?.end();
    }
    throw new CodedError("LIVE_UNPACKABLE", "a page made from the packed state is another one");
  }
}

/** The page a client has, unless it takes more than `maxBytes`. */
function pageOf(drawing: Drawing, maxBytes: number): PackedPage | undefined {
  try {
    const page = drawing.pack();
    return page === undefined || page.bytes.length > maxBytes ? undefined : page;
  } catch {
    return undefined; // it is nested too deep, and is sent anew
  }
}

/** What the page calls the streams of a state. Of one that is elsewhere, or held back, the rows would be lost: `undefined`. */
function namesOf(streams: readonly object[], shown: ReadonlyMap<object, string>): readonly string[] | undefined {
  const names = streams.flatMap((stream) => shown.get(stream) ?? []);
  return names.length === streams.length && names.length === shown.size ? names : undefined;
}

/** The state of what is mounted, packed. @throws CodedError `LIVE_UNPACKABLE`. */
export function packMounted(mounted: Mount | undefined): Uint8Array {
  return packState(mounted?.state);
}
