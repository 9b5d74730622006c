import type { MaybePromise } from "../../app/index.ts";
import type { Operation, UploadFrame } from "../../wire/index.ts";
import { FlashList } from "../flash.ts";
import { type HandlerResult, runHandler } from "../handler.ts";
import type { Sleeping } from "../persist/sleep.ts";
import type { Refusal } from "../refusal.ts";
import type { Visit } from "../route/visit-types.ts";
import type { Lead } from "../shared/shared.ts";
import type { UploadAnswer, Uploads } from "../upload/uploads.ts";
import type { Occasion } from "./context-types.ts";
import { HandlingContext } from "./contexts.ts";
import type { Lasting } from "./host.ts";
import { type Before, Mount } from "./mount.ts";
import { Notices } from "./notices.ts";
import type { MountedPage, PageSnapshot, ViewRunOptions } from "./run-types.ts";
import { type Pause, packMounted, Sleeper, type SleepHost } from "./sleeper.ts";
import { Visiting, type VisitingHost } from "./visiting.ts";

export type { UploadAnswer } from "../upload/uploads.ts";
export type { MountedPage, PageSnapshot, ViewRunOptions } from "./run-types.ts";

/** The user's side of a session: state, handlers, what is shown, and what the page was asked for. It knows nothing of sockets and frames. */
export class ViewRun implements VisitingHost, SleepHost {
  /** The url is that of the page after the latest navigation. */
  readonly info: { readonly id: string; url: string };
  readonly options: ViewRunOptions;
  private readonly notices: Notices = new Notices();
  readonly lasting: Lasting & { readonly info: { url: string } };
  private readonly visiting: Visiting;
  mounted: Mount | undefined = undefined;
  private readonly sleeper: Sleeper;
  private lost = false;
  /** Only looks what a mount would show: it hears nothing. */
  private isTwin = false;
  /** Rises with whatever may change state or page. */
  revision = 0;

  constructor(options: ViewRunOptions) {
    this.options = options;
    this.info = { ...options.info };
    const { info, notices } = this;
    this.lasting = { info, notices, messages: undefined, auth: undefined };
    this.visiting = new Visiting(this);
    this.sleeper = new Sleeper(this);
  }

  /** Files on their way; `undefined` for a view that takes none, and while nothing is mounted. */
  get uploads(): Uploads | undefined {
    return this.mounted?.host.uploads;
  }

  /** Messages, where there have been any. */
  get messages(): FlashList | undefined {
    return this.lasting.messages;
  }

  get flash(): FlashList {
    this.lasting.messages ??= new FlashList();
    return this.lasting.messages;
  }

  /** Whether the client shows a page that nobody knows any more: it needs all of the one that stands now. */
  get isLost(): boolean {
    return this.lost;
  }

  /** Whether nothing is mounted but what `wake` needs. */
  get isAsleep(): boolean {
    return this.sleeper.isAsleep;
  }

  /**
   * Asks the view whether it lets a visitor in, and keeps who it is. One who comes back at another address than the session's, because
   * the answer to a navigation was lost, is the one who knows where the page is.
   * @returns why not. @throws what the view's `onMount` and `navigate` throw.
   */
  admit(visit: Visit, occasion: Occasion): MaybePromise<Refusal | undefined> {
    return this.visiting.admit(visit, occasion);
  }

  /** Ends what was mounted before, and mounts. @throws what `mount` throws. */
  mount(): MaybePromise<void> {
    this.dispose();
    return this.mountWith(undefined);
  }

  /** As `update`, whether or not something has told of a change; `undefined` while that cannot be asked. */
  refresh(): Operation[] | undefined {
    if (this.mounted?.isQuiet !== true) return undefined;
    this.mounted.over(this.mounted.begin());
    return this.update();
  }

  /**
   * Packs the state and lets go of all the rest, unless something would be lost: then it stays as it is. What the page reads and is not of its state goes on to be watched.
   * @param isWanted - Asked last, as `mount` may have taken its time.
   * @param pause - Called between parts of the work.
   * @throws CodedError `LIVE_UNPACKABLE`, when what would be lost is state; what `mount` and `render` throw.
   */
  sleep(isWanted: () => boolean, pause: Pause): Promise<boolean> {
    return this.sleeper.sleep(isWanted, pause);
  }

  /**
   * Mounts again what sleeps, and puts its state back.
   * @param isUrgent - Somebody waits for it; else it is the turn of those first.
   * @returns whether the page is what it was. @throws what `mount` and `render` throw.
   */
  async wake(isUrgent = true): Promise<boolean> {
    if (!this.isAsleep) return true;
    const isSame = await this.sleeper.wake(isUrgent);
    if (!isSame) this.lost = true;
    return isSame;
  }

  /** The state as it is now. @throws CodedError `LIVE_UNPACKABLE`. */
  pack(): Uint8Array {
    return this.sleeper.packed ?? packMounted(this.mounted);
  }

  /** Mounts a state that was packed elsewhere. @throws CodedError `LIVE_BAD_SNAPSHOT`, what `mount` throws. */
  async restore(packed: Uint8Array): Promise<void> {
    this.dispose();
    await this.mountWith({ packed });
  }

  /** The page as it stands, for HTTP: it can be asked for nothing. @throws what `render` and `title` throw. */
  look(): PageSnapshot | undefined {
    const page = this.mounted?.look();
    if (page !== undefined) this.lost = false;
    return page;
  }

  /** The templates its page has; nothing before a mount. */
  known(): Pick<PageSnapshot, "templates" | "templatesHash"> | undefined {
    return this.mounted?.drawing?.known();
  }

  /** What the page must do to catch up. @throws what `render` and `title` throw. */
  update(): Operation[] | undefined {
    return this.mounted?.update();
  }

  /**
   * All of the page.
   * @param fresh - The client may have the same page: then its hash is wanted, and what a page that is the same has not been told is what its first patch tells.
   * @throws what `render` throws.
   */
  page(fresh: boolean): MountedPage | undefined {
    const page = this.mounted?.page(fresh);
    if (page !== undefined) this.lost = false;
    return page;
  }

  /**
   * Runs a handler. While it runs, and once after, state may change in ways that nobody tells.
   * @param ref - Names the event, with the epoch.
   */
  handle(handler: number, args: unknown, ref: number, epoch: number): MaybePromise<HandlerResult> {
    const { mounted } = this;
    if (mounted === undefined) return { code: "LIVE_CLOSED" };
    const { own, host, state } = mounted;
    const drawing = mounted.begin(this.options.view.handlers[handler]?.isTold);
    const context = new HandlingContext(host, ref, epoch);
    const result = own.run(() => runHandler(this.options.view, state, handler, args, context));
    if (result instanceof Promise) return result.finally(() => mounted.over(drawing));
    mounted.over(drawing);
    return result;
  }

  /**
   * Shows another address of the same route, when its middleware and the view let the visitor in there. Replies with the token for it.
   * @param ref - As of `handle`.
   */
  navigate(url: string, ref: number, epoch: number): Promise<HandlerResult> {
    return this.visiting.navigate(url, ref, epoch);
  }

  /** Takes what a page says of a file: what it is, its bytes from `offset` on, or `null` when it is taken back. Never throws. */
  upload(entry: number, offset: number, part: UploadFrame[3]): UploadAnswer {
    return this.uploads?.take(entry, offset, part) ?? { received: 0, code: "LIVE_NO_UPLOAD" };
  }

  /** What an event that was posted asked for besides a change, taken away here. */
  takePosted(): { readonly isInvalid: boolean; readonly destination: string | undefined } {
    const host = this.mounted?.host;
    const isInvalid = host?.isInvalid === true;
    if (host !== undefined) host.isInvalid = false;
    host?.uploads?.dropPosted();
    return { isInvalid, destination: this.notices.takeDestination() };
  }

  /** Ends all that the view has made. */
  dispose(): void {
    this.sleeper.end();
    this.release();
  }

  /** What others may share, once it is mounted. */
  get shown(): Lead["shown"] {
    const { mounted } = this;
    return { state: mounted?.state, drawing: mounted?.drawing, styles: this.notices.styles.all() };
  }

  remount(sleeping: Sleeping): MaybePromise<void> {
    return this.mountWith(sleeping);
  }

  private mountWith(before: Before | undefined): MaybePromise<void> {
    const { options: run, lasting, visiting } = this;
    const mounted = new Mount({
      run,
      lasting,
      params: visiting.place.params,
      query: visiting.place.query,
      bind: () => visiting.bind,
      changed: () => this.changed(),
      began: () => {
        this.revision++;
      },
      seal: (items, url) => visiting.seal(items, url),
      isMuted: () => this.isAsleep || this.isTwin,
      parted: () => {
        this.lost = true;
      },
    });
    this.mounted = mounted;
    return mounted.open(before);
  }

  async twin(
    packed: Uint8Array,
    streams: readonly string[],
  ): Promise<{ readonly mounted: Mount | undefined; end(): void }> {
    const nobody = (): void => {};
    const twin = new ViewRun({ ...this.options, info: this.info, report: nobody, changed: nobody });
    twin.isTwin = true;
    twin.visiting.bind = this.visiting.bind;
    twin.visiting.place = this.visiting.place;
    twin.lasting.auth = this.lasting.auth;
    twin.lasting.messages = this.messages;
    try {
      await twin.mountWith({ packed, streams });
    } catch (error) {
      twin.dispose();
      throw error;
    }
    return { mounted: twin.mounted, end: () => twin.dispose() };
  }

  changed(): void {
    this.revision++;
    this.options.changed();
  }

  /** Ends all that was mounted. */
  release(): void {
    this.mounted?.end();
    this.mounted = undefined;
  }
}
