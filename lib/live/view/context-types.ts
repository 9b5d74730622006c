import type { Context, Fields, MaybePromise } from "../../app/index.ts";
import type { Spread } from "../../html/index.ts";
import type { Scope } from "../../signals/index.ts";
import type { WireValue } from "../../wire/index.ts";
import type { Flash } from "../flash.ts";
import type { Refusal } from "../refusal.ts";
import type { UploadedFiles, UploadFields } from "../upload/types.ts";
import type { Temporary } from "./temporary.ts";

/** The session a view runs in. @public */
export interface SessionInfo {
  /** Unguessable and unique; not a credential. */
  readonly id: string;
  /** Path and query of its page: after a navigation, the new one. */
  readonly url: string;
}

/** How a page goes to another address. @public */
export interface NavigateOptions {
  /** Takes the place of the address in the browser's history. @defaultValue false */
  readonly replace?: boolean;
}

/** What `mount`, handlers and `navigate` can do. Everything may be taken out by name and called later. @public */
export interface LiveContext {
  readonly session: SessionInfo;
  /** Aborted when the session ends. */
  readonly signal: AbortSignal;
  /**
   * Runs `f` once, `ms` milliseconds from now by the platform's clock. What it throws is reported (`LIVE_TASK_FAILED`); what it has changed is shown.
   * @returns its stop; the session's end stops it too.
   * @throws CodedError `LIVE_TOO_MANY_TIMERS` beyond 1,000 timers and tasks of one session.
   */
  after(ms: number, f: () => unknown): () => void;
  /** Runs `f` every `ms` milliseconds; one whose run has not settled waits for its next turn. Otherwise as `after`. */
  every(ms: number, f: () => unknown): () => void;
  /**
   * Runs `f` beside the handlers, which do not wait for it. A later task of the same name takes its place: its signal is aborted, and
   * neither `done` nor an error of it is heard of any more.
   * @param done - Gets what `f` gave, if the task is still the latest: the place to change state.
   * @returns its stop; the session's end stops it too. @throws as `after`.
   */
  task<T>(name: string, f: (signal: AbortSignal) => MaybePromise<T>, done?: (value: T) => unknown): () => void;
  /** Asks the page for something: it fires `bus:live:command` with `{ name, args }` on the root, after the patch. */
  command(name: string, ...args: readonly WireValue[]): void;
  /** Moves the focus to the first element in the page's root that fits the selector. */
  focus(selector: string): void;
  /** Brings an element into view. */
  scroll(selector: string): void;
  /** Has the browser download from an address. @throws CodedError `LIVE_BAD_URL` */
  download(url: string): void;
  /** Sets the document's title, until the view's own `title` gives another one. */
  title(text: string): void;
  /**
   * Sends the page to another address of this site, path and query: within the view where it has `navigate`, else by a load. Without JavaScript
   * the answer to the event is a redirect to it.
   * @throws CodedError `LIVE_BAD_URL` for what does not begin with one slash, or is longer than 8,192 characters.
   */
  navigate(url: string, options?: NavigateOptions): void;
  /** Shows a message, see `page.flash`, until the next navigation after the one it comes with. At most 10, of 1,000 characters. */
  flash(kind: string, text: string): void;
  /** Takes all messages away. */
  clearFlash(): void;
  /**
   * Tells all who have subscribed to the topic, in this process and, with the route's `bus`, in others: that something has changed, and at most a small value. Best effort.
   * @param topic - 1 to 200 characters.
   * @param value - At most 60,000 bytes.
   * @throws CodedError `LIVE_BAD_TOPIC`.
   */
  publish(topic: string, value?: WireValue): void;
}

/** What `mount` gets. @public */
export interface MountContext<Params, Query = Fields, Auth = undefined> extends LiveContext {
  /** Path parameters, as the view's schema yields them. */
  readonly params: Params;
  /** The query, as the view's schema yields it. */
  readonly query: Query;
  /** What `onMount` has returned. */
  readonly auth: Auth;
  /** Ends with the session: `own.onCleanup(f)`, `own.signal`. A cleanup may be async: what it fails with is reported (`LIVE_HANDLER_FAILED`). */
  readonly own: Scope;
  /**
   * Runs `f` for each message of a topic, until the session ends; then the page is drawn. A session that sleeps is woken for it. What comes while the process has no connection to the
   * bus is lost: read again what must be right.
   * @returns Its stop. @throws CodedError `LIVE_BAD_TOPIC`.
   */
  subscribe(topic: string, f: (value: WireValue | undefined) => unknown): () => void;
  /** A value that is shown and then dropped from memory. */
  temporary<T>(initial: T): Temporary<T>;
}

/** What an event handler gets besides state and event. @public */
export interface EventContext<Auth = unknown, Uploads = unknown> extends LiveContext {
  /** The same for every run of one event; no other event of any session has it. */
  readonly eventId: string;
  /** What `onMount` has returned, for the latest join or navigation. */
  readonly auth: Auth;
  /** Files that have come whole and that no handler has taken yet, by the names of the view's `uploads`. */
  readonly uploads: UploadedFiles<Uploads>;
  /** Gives up an upload, by the `id` of its entry. */
  cancelUpload(id: number): void;
  /** Without JavaScript the answer to this event is the page as it stands, with status 422. A form's `submit` calls it. */
  invalid(): void;
}

/** Where a page goes. @public */
export interface Destination<Params, Query> {
  readonly params: Params;
  readonly query: Query;
  /** Path and query. */
  readonly url: string;
}

/** Why `onMount` is asked: a page is loaded, an event posted, a socket joins, or the page goes to another address. @public */
export type Occasion = "page" | "event" | "join" | "navigate";

/** What `onMount` gets. @public */
export interface Visitor<Params, Query> extends Destination<Params, Query> {
  /** The request, or the one the socket began with; `request.get(key)` is what middleware has set. */
  readonly request: Context;
  readonly session: SessionInfo;
  readonly occasion: Occasion;
}

/** What `render` gets besides state and bindings. @public */
export interface PageContext<Uploads = unknown, Hooks extends string = string> {
  readonly session: SessionInfo;
  /** Messages to be shown. */
  readonly flash: readonly Flash[];
  /** What is being uploaded, by the names of the view's `uploads`. */
  readonly uploads: UploadFields<Uploads>;
  /** Names the hook of an element: `<div ${page.hook("Chart")}>`. */
  hook(name: Hooks): Spread;
}

/** What `onMount` may return. @public */
export type Admission<Auth> = MaybePromise<Auth | Refusal>;
