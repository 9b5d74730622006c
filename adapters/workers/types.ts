import type { ResourceLimits } from "node:worker_threads";
import type { HtmlValue } from "../../lib/html/index.ts";

/**
 * What a page may look at besides its props.
 * @public
 */
export interface PageContext {
  /** Aborted when nobody wants the page any more. A page that only computes never sees it; one that waits, or computes in steps, may. */
  readonly signal: AbortSignal;
}

/**
 * What a page returns: HTML of the same copy of busbar, or bytes it has rendered itself, which are moved out of the thread: of bytes it keeps it returns a copy.
 * @public
 */
export type PageResult = HtmlValue | Uint8Array | Promise<HtmlValue | Uint8Array>;

/**
 * The names of a module's exports that are functions: its pages.
 * @public
 */
export type PageName<Pages> = {
  [Name in keyof Pages]: Pages[Name] extends (...words: never[]) => unknown ? Name : never;
}[keyof Pages] &
  string;

/**
 * What is passed after a page's name: its props, which may be left out when it takes none, and what else there is to say.
 * @public
 */
export type PageArguments<Page> = Page extends (...words: infer Words) => unknown
  ? Words extends []
    ? [props?: undefined, options?: RenderJobOptions]
    : undefined extends Words[0]
      ? [props?: Words[0], options?: RenderJobOptions]
      : [props: Words[0], options?: RenderJobOptions]
  : never;

/**
 * What one render may be told.
 * @public
 */
export interface RenderJobOptions {
  /** Rejects with its reason at once; a page that waits for a thread is never rendered, one under way has its own signal aborted. */
  readonly signal?: AbortSignal | undefined;
  /** As of `renderToBytes`: set on script and style tags that have none. */
  readonly nonce?: string | undefined;
}

/**
 * Which pages a pool renders, and how much it may take.
 * @public
 */
export interface RenderersOptions {
  /** The ES module whose exported functions are the pages, as it is when it runs: `new URL("./pages.js", import.meta.url)`. */
  readonly module: URL;
  /** Threads, each with its own copy of the module. @defaultValue one less than the machine runs at a time, at least 1 */
  readonly threads?: number;
  /** Renders that may wait for a thread. @defaultValue 256 */
  readonly maxQueue?: number;
  /** The longest a page may take on its thread, in milliseconds; the thread is then ended and replaced. @defaultValue 10_000 */
  readonly timeoutMs?: number;
  /** The longest a thread may take to import the module, in milliseconds. @defaultValue 30_000 */
  readonly startTimeoutMs?: number;
  /** Memory limits of each thread, as of `new Worker`. @defaultValue those of Node */
  readonly resourceLimits?: ResourceLimits;
}

/**
 * A pool's figures right now, and since the start.
 * @public
 */
export interface RenderersStats {
  /** Threads that can render. */
  readonly ready: number;
  /** Of these, threads that are rendering. */
  readonly busy: number;
  /** Renders that wait for a thread. */
  readonly waiting: number;
  /** Pages rendered. */
  readonly rendered: number;
  /** Renders that ended in an error of the page's own. */
  readonly failed: number;
  /** Renders given up at `timeoutMs`. */
  readonly timedOut: number;
  /** Threads that ended by themselves: the page exited, ran out of memory, or threw outside of its promise; or the module could not be imported. */
  readonly crashed: number;
}

/**
 * Renders pages on other threads.
 * @public
 */
export interface Renderers<Pages> {
  /**
   * Renders a page on a free thread and moves its bytes here without copying them: they are the caller's. Equal to those of `renderToBytesAsync`.
   * @param name - The export of the module.
   * @param words - The props, which are cloned when a thread takes them (structured clone: no functions), and options.
   * @throws CodedError `WORKERS_QUEUE_FULL` when `maxQueue` renders wait: answer 503. `WORKERS_TIMEOUT`, `WORKERS_CRASHED`, `WORKERS_START_FAILED`,
   * `WORKERS_NO_PAGE`, `WORKERS_BAD_PROPS`, `WORKERS_CLOSED`; the signal's reason; what the page throws, with its name, message, stack and code.
   * @remarks Cost beside the render: some 50 microseconds, and the clone of the props. A thread renders one page at a time.
   */
  render<Name extends PageName<Pages>>(name: Name, ...words: PageArguments<Pages[Name]>): Promise<Uint8Array>;
  /** The figures of this moment. */
  stats(): RenderersStats;
  /**
   * Takes no more renders, waits for those there are, and ends the threads. Closing twice waits for the same end.
   * @param options - After `graceMs` milliseconds what is left is given up with `WORKERS_CLOSED`; 10_000 by default.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}
