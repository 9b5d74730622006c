import { CodedError } from "../../errors/index.ts";
import type { Context } from "../context-types.ts";
import type { Middleware } from "../handler-types.ts";
import { isPromise } from "../promise.ts";
import type { HeaderPair, Reply } from "../types.ts";
import { refusal } from "./around.ts";
import { checkCount } from "./limits.ts";

/**
 * Options of `timeout`.
 * @public
 */
export interface TimeoutOptions {
  /** How long the rest of the chain may take to give its reply. In milliseconds. */
  readonly ms: number;
  /** 503: too busy; 504: something behind is. @defaultValue 503 */
  readonly status?: 503 | 504;
  /** When to try again. In seconds. @defaultValue not said */
  readonly retryAfterSeconds?: number;
}

/**
 * Answers for handlers that take too long, and aborts `c.signal` with `APP_TIMEOUT`, so that what they wait for can end. A reply that comes
 * later is dropped, its stream ended; an error that comes later goes to `platform.report`.
 * @remarks Covers the time until the reply begins, not the streaming of its body. A sync handler costs no timer and no promise, and cannot be
 * interrupted. Needs a platform.
 * @throws CodedError `APP_BAD_GUARD` when made with a time that is none.
 * @example
 * ```ts
 * app.use(timeout({ ms: 10_000 }));
 * ```
 * @public
 */
export function timeout(options: TimeoutOptions): Middleware {
  const ms = checkCount("ms", options.ms);
  const { status = 503, retryAfterSeconds } = options;
  if (retryAfterSeconds !== undefined) checkCount("retryAfterSeconds", retryAfterSeconds, 0);
  const headers: HeaderPair[] = retryAfterSeconds === undefined ? [] : [["retry-after", String(retryAfterSeconds)]];
  return (c, next) => {
    const abort = new AbortController();
    c.addSignal(abort.signal);
    const reply = next();
    if (!isPromise(reply)) return reply;
    return new Promise<Reply>((resolve, reject) => {
      let late = false;
      const cancel = c.platform.after(ms, () => {
        late = true;
        resolve(refusal(status, "The answer took too long.", [...headers])); // before the abort: what it rejects comes second
        abort.abort(new CodedError("APP_TIMEOUT", `no reply within ${ms} ms`));
      });
      reply.then(
        (settled) => {
          cancel();
          if (late) drop(settled);
          else resolve(settled);
        },
        (error: unknown) => {
          cancel();
          if (late) reportLate(c, error);
          else reject(error);
        },
      );
    });
  };
}

/** Lets go of what feeds a reply that nobody will read. */
function drop({ body }: Reply): void {
  if (body === null || typeof body === "string" || body instanceof Uint8Array) return;
  body[Symbol.asyncIterator]()
    .return?.()
    .catch(() => {}); // nothing depends on how it ends
}

/** The abort itself is no news: it is what was asked for. */
function reportLate(c: Context, error: unknown): void {
  if (error === c.signal.reason || (error instanceof Error && error.cause === c.signal.reason)) return;
  c.platform.report?.(error);
}
