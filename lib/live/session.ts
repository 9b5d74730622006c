import type { MaybePromise, Platform, SocketChannel } from "../app/index.ts";
import { type ErrorCode, isCodedError } from "../errors/index.ts";
import type { Css } from "../html/index.ts";
import { type Scope, scope } from "../signals/index.ts";
import { decodeClientFrame, type HelloFrame, OP_COMMAND, type Operation, type TemplateSource } from "../wire/index.ts";
import { Drawing } from "./drawing.ts";
import { type HandlerFailure, runHandler } from "./handler.ts";
import type { Instruction, Output, SessionLimits } from "./instructions.ts";
import { step } from "./machine.ts";
import { freshLedger, type SessionState } from "./states.ts";
import { StyleLog } from "./style-log.ts";
import type { EventContext, SessionInfo, View } from "./view.ts";
import { watchingIn } from "./watching.ts";

/** What a session is made of. */
export interface SessionOptions {
  readonly view: View;
  readonly info: SessionInfo;
  readonly params: unknown;
  readonly bind: Readonly<Record<string, unknown>>;
  readonly platform: Platform;
  readonly limits: SessionLimits;
  /** Looks, after each render, for rows of collections that show what is not in their item. */
  readonly development: boolean;
  /** Hears errors and what the protocol has to report. */
  report(code: ErrorCode, error?: unknown): void;
  /** Nothing will come of this session any more. */
  ended(): void;
}

/** A page as it goes out over HTTP. */
export interface PageSnapshot {
  readonly markup: string;
  readonly render: number;
  readonly templates: readonly TemplateSource[];
  /** Stylesheets of the components shown so far. */
  readonly styles: readonly Css[];
}

/** One visitor's view: user code, tree and socket around the pure machine. */
export interface Session {
  readonly id: string;
  /** Path and query of its page. */
  readonly url: string;
  readonly kind: SessionState["kind"];
  /** Mounts. @throws what `mount` throws. */
  open(): MaybePromise<void>;
  /** Renders what stands now for HTTP, and waits for a socket from now on, unless it has ended. @throws what `render` throws. */
  snapshot(holdMs: number): PageSnapshot;
  /** Runs an event that came by POST, after those before it. @returns the code of what went wrong. @throws what the handler throws. */
  post(handler: number, args: unknown): Promise<ErrorCode | undefined>;
  /** Joins a socket to the session. */
  join(channel: SocketChannel, hello: HelloFrame, sameBuild: boolean): void;
  /** A message of this channel; ignored when the session has another one by now. */
  receive(from: SocketChannel, bytes: Uint8Array): void;
  /** Asks the client to leave and come back. */
  drain(reason: string, retryAfterMs: number): void;
  dispatch(instruction: Instruction): void;
}

/**
 * Makes a session that has expired: `open` makes it a rendered one, a HELLO mounts it.
 * 1. `dispatch` feeds the machine and performs what it says, one instruction at a time.
 * 2. `mount`, `look` and `draw` are the user's code: state, tree, patches.
 */
export function createSession(options: SessionOptions): Session {
  const { view, info, platform, limits } = options;
  let machine: SessionState = { kind: "expired", ledger: freshLedger(0, limits.frameBurst, platform.now()) };
  let channel: SocketChannel | undefined;
  let stopListening: (() => void) | undefined;
  let cancelTimer: (() => void) | undefined;
  let own: Scope | undefined;
  let state: unknown;
  let drawing: Drawing | undefined;
  let commands: Operation[] = [];
  const styles = new StyleLog();
  let posts = 0;
  let posted: Promise<unknown> = Promise.resolve();
  const inbox: Instruction[] = [];
  let isBusy = false;
  let isEnded = false;

  const session: Session = {
    ...info,
    get kind() {
      return machine.kind;
    },
    open: mount,
    snapshot(holdMs) {
      commands = []; // they were for a page that had none
      const look = drawing?.look();
      styles.takeNew(); // they are in this one
      const page = { markup: "", render: 0, templates: [], ...look, styles: styles.all() };
      if (isEnded || look === undefined) return page;
      const nowMs = platform.now();
      machine = {
        kind: "rendered",
        ledger: freshLedger(epochOf(platform.random(4)), limits.frameBurst, nowMs),
        render: page.render,
        templates: look.templatesHash,
        expiresAtMs: nowMs + holdMs,
      };
      wakeAt(nowMs + holdMs);
      return page;
    },
    post(handler, args) {
      const run = async (): Promise<ErrorCode | undefined> => {
        if (own === undefined) return "LIVE_CLOSED";
        // Counted downwards: refs, which count upwards, name the events of sockets.
        const result = await handle(own, handler, args, --posts);
        if (result?.code === "LIVE_HANDLER_FAILED") throw result.error;
        return result?.code;
      };
      const mine = posted.then(run);
      posted = mine.catch(() => {}); // its own request hears of it
      return mine;
    },
    join(newChannel, hello, sameBuild) {
      const nowMs = platform.now();
      if (channel !== undefined) dispatch({ kind: "takenOver", nowMs });
      if (isEnded) return newChannel.close(1001, "ended"); // it was mounting for the other socket; the next try finds it gone
      channel = newChannel;
      stopListening = newChannel.onClose(() => {
        if (channel !== newChannel) return;
        channel = undefined;
        dispatch({ kind: "socketLost", nowMs: platform.now() });
      });
      dispatch({ kind: "hello", frame: hello, refusal: undefined, sameBuild, nowMs });
    },
    receive(from, bytes) {
      if (from !== channel) return;
      const nowMs = platform.now();
      try {
        dispatch({ kind: "frame", frame: decodeClientFrame(bytes), nowMs });
      } catch (error) {
        if (!isCodedError(error)) return fail(error); // ours or the application's, but never the whole process's
        dispatch({ kind: "badFrame", code: error.code, nowMs });
      }
    },
    drain: (reason, retryAfterMs) => dispatch({ kind: "drain", reason, retryAfterMs, nowMs: platform.now() }),
    dispatch,
  };
  return session;

  function dispatch(instruction: Instruction): void {
    inbox.push(instruction);
    if (isBusy) return;
    isBusy = true;
    try {
      for (let next = inbox.shift(); next !== undefined; next = inbox.shift()) {
        const [after, outputs] = step(machine, next, limits);
        machine = after;
        outputs.forEach(perform);
      }
    } finally {
      isBusy = false;
    }
    if (["expired", "crashed", "refused", "closed"].includes(machine.kind)) end();
  }

  function perform(output: Output): void {
    switch (output.kind) {
      case "send":
        channel?.send(output.bytes);
        return;
      case "close":
        closeChannel(output.code, output.reason);
        return;
      case "run":
        run(output.ref, output.handler, output.args);
        return;
      case "render":
        // Never on the stack of whoever changed a signal: that may be another session's handler.
        queueMicrotask(output.what === "patch" ? sendPatch : () => void sendMount(output.fresh));
        return;
      case "timer":
        wakeAt(output.atMs);
        return;
      case "report":
        // These two were reported with their error where it was caught.
        if (output.code !== "LIVE_CRASHED" && output.code !== "LIVE_HANDLER_FAILED") options.report(output.code);
        return;
    }
  }

  function run(ref: number, handler: number, args: unknown): void {
    const settle = (result: { readonly code: ErrorCode; readonly error?: unknown } | undefined): void => {
      if (result?.code === "LIVE_HANDLER_FAILED") options.report(result.code, result.error);
      dispatch({ kind: "settled", ref, error: result?.code, nowMs: platform.now() });
    };
    if (own === undefined) return;
    const result = handle(own, handler, args, ref);
    if (result instanceof Promise) void result.then(settle);
    else settle(result);
  }

  /** Runs a handler. While it runs, and once after, state may change in ways that nobody tells. */
  function handle(
    scoped: Scope,
    handler: number,
    args: unknown,
    ref: number,
  ): MaybePromise<HandlerFailure | undefined> {
    const drawn = drawing;
    drawn?.begin();
    const result = scoped.run(() => runHandler(view, state, handler, args, contextOf(ref)));
    if (result instanceof Promise) return result.finally(() => drawn?.end());
    drawn?.end();
    return result;
  }

  function contextOf(ref: number): EventContext {
    const epoch = "ledger" in machine ? machine.ledger.epoch : 0;
    return {
      session: info,
      eventId: `${info.id}.${epoch}.${ref}`,
      command: (name, ...args) => void commands.push([OP_COMMAND, name, ...args]),
    };
  }

  function mount(): MaybePromise<void> {
    own?.dispose();
    drawing = undefined;
    const scoped = scope(() => {}, {
      name: `live ${info.url}`,
      onError: (error) => options.report("LIVE_HANDLER_FAILED", error),
    });
    own = scoped;
    const made = scoped.run(() => view.mount({ params: options.params, session: info, own: scoped }));
    const keep = (value: unknown): void => {
      state = value;
      drawing = new Drawing({
        own: scoped,
        watching: view.isWhole === true ? undefined : watchingIn(scoped),
        render: () => view.render(value, options.bind),
        onStyle: (css) => styles.meet(css),
        onStaleRow: options.development ? (error) => options.report(error.code, error) : undefined,
        onChange: () => dispatch({ kind: "invalidate" }),
      });
    };
    return made instanceof Promise ? made.then(keep) : keep(made);
  }

  function sendPatch(): void {
    attempt(() => {
      if (drawing === undefined || own === undefined) return;
      drawing.update();
      const operations = [...styles.takeNew(), ...drawing.take(), ...commands]; // styles first, so that nothing is shown without
      commands = [];
      dispatch({ kind: "rendered", operations, nowMs: platform.now() });
    });
  }

  async function sendMount(fresh: boolean): Promise<void> {
    if (machine.kind !== "remounting") return;
    try {
      if (fresh) await mount();
    } catch (error) {
      return fail(error);
    }
    if (machine.kind !== "remounting" || drawing === undefined) return;
    const drawn = drawing;
    attempt(() => {
      let render = 0;
      // What a page that is the same has not been told is what its first patch tells.
      if (fresh) render = drawn.look().render;
      else drawn.update();
      const content = drawn.content();
      const [epoch, nowMs] = [epochOf(platform.random(4)), platform.now()];
      dispatch({ kind: "mounted", epoch, ...drawn.known(), render, content, nowMs });
      // What styles the page has is not known; it leaves out what it has.
      if (styles.renew() || fresh) dispatch({ kind: "invalidate" });
    });
  }

  function attempt(f: () => void): void {
    try {
      f();
    } catch (error) {
      fail(error);
    }
  }

  function fail(error: unknown): void {
    options.report("LIVE_CRASHED", error);
    dispatch({ kind: "failed", code: "LIVE_CRASHED", nowMs: platform.now() });
  }

  function closeChannel(code: number, reason: string): void {
    const old = channel;
    stopListening?.();
    channel = undefined;
    old?.close(code, reason);
  }

  function wakeAt(atMs: number): void {
    cancelTimer?.();
    cancelTimer = platform.after(Math.max(1, atMs - platform.now()), () => {
      dispatch({ kind: "tick", nowMs: platform.now() });
    });
  }

  function end(): void {
    if (isEnded) return;
    isEnded = true;
    cancelTimer?.();
    closeChannel(1001, machine.kind);
    own?.dispose();
    own = undefined;
    options.ended();
  }
}

/** Never 0, which is a client's word for "none yet". */
function epochOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) || 1;
}
