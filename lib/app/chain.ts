import { CodedError } from "../errors/index.ts";
import type { RequestContext } from "./context.ts";
import type { Middleware } from "./handler-types.ts";
import { isPromise } from "./promise.ts";
import type { Settings } from "./settings.ts";
import { toReply } from "./to-reply.ts";
import type { HandlerResult, MaybePromise, Next, Reply } from "./types.ts";

/** Middleware and what it wraps, composed once when a route is added. */
export interface Chain {
  readonly steps: readonly Step[];
  /** Makes the reply the innermost `next()` gives. */
  readonly end: (c: RequestContext) => MaybePromise<Reply>;
  /** Who is told of errors that no reply can tell of. */
  readonly settings: Settings;
}

export interface Step {
  readonly run: Middleware;
  /** Calls `next` after it has returned: such a step needs a `next` of its own to be told from the others. */
  late: boolean;
}

/** One request's way through a chain. */
interface Walk {
  readonly chain: Chain;
  readonly c: RequestContext;
  /** The `next` that sync steps share. */
  next: Next;
  /** The place of the innermost step entered so far. */
  reached: number;
  /** The place of the step on the stack right now, or -1. */
  running: number;
  /** What the step that ended last has given: most of those around it hand it on as it is. */
  reply: MaybePromise<Reply>;
}

/** What no step can return. */
const NO_REPLY: Reply = /* @__PURE__ */ Object.freeze({ status: 0, headers: [], body: null });

/** Added to a step's index it makes the place of one that does not hold the shared `next`. A flag of its own would take 8 bytes per request. */
const APART = 2 ** 29;

/** A place no step has, and small enough to stand in the object itself (bench: http, bytes of the pipeline). */
const CLOSED = 2 ** 30 - 1;

/**
 * Makes steps of middleware, for one app. Routes below the same middleware share them: of 203 routes with a list each, every request found its own
 * out of the processor's cache (bench: http, "203 routes, 5 middlewares"). What was learned of one step holds wherever it stands.
 */
export class StepMaker {
  readonly #known = new WeakMap<Middleware, Step>();
  #last: readonly Step[] = [];

  make(middleware: readonly Middleware[]): readonly Step[] {
    const last = this.#last;
    const isSame = middleware.length === last.length && middleware.every((run, i) => run === last[i]?.run);
    if (!isSame) this.#last = middleware.map((run) => this.#step(run));
    return this.#last;
  }

  #step(run: Middleware): Step {
    const known = this.#known.get(run);
    if (known !== undefined) return known;
    const step: Step = { run, late: isAsyncFunction(run) };
    this.#known.set(run, step);
    return step;
  }
}

/**
 * Runs a chain for one request.
 * 1. Without middleware, the end is called directly: nothing is allocated.
 * 2. Sync steps share one `next`: the step on the stack is the one that calls it, so one function serves any number. It is a bound one,
 *    which takes half the bytes of a closure and its context (bench "http", in-process cases).
 * 3. A step that calls `next` later (an async function, or one seen to return a promise first) gets its own, since by then
 *    the stack no longer tells who calls, and a second call of an outer step would skip the guard it is waiting for.
 */
export function runChain(chain: Chain, c: RequestContext): MaybePromise<Reply> {
  if (chain.steps.length === 0) return chain.end(c);
  const walk: Walk = { chain, c, next: noNext, reached: -1, running: -1, reply: NO_REPLY };
  walk.next = advanceShared.bind(walk);
  return enter(walk, 0);
}

function advanceShared(this: Walk): MaybePromise<Reply> {
  const at = this.running;
  // nearly every call: the innermost step entered so far is on the stack, and calls for the first time
  return at >= 0 && at === this.reached && at < APART ? enter(this, at + 1) : advance(this, caller(this));
}

function caller(walk: Walk): number {
  if (walk.running >= 0) return walk.running;
  if (walk.reached >= APART) throw nextTwice();
  return walk.reached; // the first late call of a step not yet known to be late
}

function advance(walk: Walk, from: number): MaybePromise<Reply> {
  if (walk.reached !== from) throw nextTwice();
  return enter(walk, (from & (APART - 1)) + 1);
}

/** `running` is put back by hand on both ways out, since a step with `finally` takes longer (bench "http", in-process cases). */
function enter(walk: Walk, at: number): MaybePromise<Reply> {
  const { steps } = walk.chain;
  if (at >= steps.length) return enterEnd(walk, at);
  const outer = walk.running;
  const step = steps[at] as Step; // cast: at is below the length
  const place = step.late ? at + APART : at;
  walk.reached = place;
  walk.running = place;
  let result: ReturnType<Middleware>;
  try {
    result = step.run(walk.c, place === at ? walk.next : lateNext(walk, place));
  } catch (error) {
    walk.running = outer;
    close(walk, place);
    hear(walk);
    throw error;
  }
  walk.running = outer;
  // Looked at when it was made, and the step that hands it on has called `next`; the outermost looks again at what they may have written into it.
  return result === walk.reply && at > 0 ? walk.reply : settleStep(walk, step, place, result);
}

/** The handler has no `next`, and of its errors nothing is left to be closed. */
function enterEnd(walk: Walk, at: number): MaybePromise<Reply> {
  const outer = walk.running;
  walk.reached = at + APART;
  walk.running = -1;
  try {
    walk.reply = walk.chain.end(walk.c);
    return walk.reply;
  } finally {
    walk.running = outer;
  }
}

function settleStep(walk: Walk, step: Step, place: number, result: ReturnType<Middleware>): MaybePromise<Reply> {
  walk.reply = isPromise(result) ? later(walk, step, place, result) : now(walk, place, result);
  return walk.reply;
}

function now(walk: Walk, place: number, result: HandlerResult): Reply {
  close(walk, place);
  hear(walk);
  return stepReply(result, walk.c);
}

/** A step that is done without the promise it was given has dropped it: what it fails with would be an unhandled rejection, which ends the process. */
function hear({ reply, chain }: Walk): void {
  if (isPromise(reply)) reply.catch((error) => chain.settings.report(error));
}

function later(walk: Walk, step: Step, place: number, result: Promise<HandlerResult>): Promise<Reply> {
  if (walk.reached === place) step.late = true;
  return settle(walk, place, result);
}

/** In a function of its own: a closure inside `enter` would cost every step a context, taken or not. */
function lateNext(walk: Walk, place: number): Next {
  return () => advance(walk, place);
}

async function settle(walk: Walk, place: number, result: Promise<HandlerResult>): Promise<Reply> {
  try {
    return stepReply(await result, walk.c);
  } finally {
    close(walk, place);
  }
}

/** A step that ended without calling `next` has refused: an outer step that tries again must not slip past it. */
function close(walk: Walk, place: number): void {
  if (walk.reached === place) walk.reached = CLOSED;
}

/** A socket's chain ends in a 101, which no handler may return but every middleware must be able to pass on. */
function stepReply(result: HandlerResult, c: RequestContext): Reply {
  if (typeof result === "object" && result !== null && (result as Partial<Reply>).status === 101 && c.isSocket) {
    return { status: 101, headers: [], body: null };
  }
  return toReply(result, c);
}

function isAsyncFunction(f: unknown): boolean {
  return Object.prototype.toString.call(f) === "[object AsyncFunction]";
}

function noNext(): never {
  throw nextTwice();
}

function nextTwice(): CodedError {
  return new CodedError("APP_NEXT_TWICE", "next() was called a second time for one request");
}
