import { problem } from "../problem.ts";
import { isPromise } from "../promise.ts";
import type { HeaderPair, MaybePromise, Next, Reply } from "../types.ts";

/** Runs the rest of a chain and looks at what comes out; sync where the rest and the look are. */
export function around(
  next: Next,
  done: (reply: Reply) => MaybePromise<Reply>,
  failed?: (error: unknown) => MaybePromise<void>,
): MaybePromise<Reply> {
  let reply: MaybePromise<Reply>;
  try {
    reply = next();
  } catch (error) {
    const told = failed?.(error);
    if (told === undefined || !isPromise(told)) throw error;
    return told.then(() => Promise.reject(error));
  }
  if (!isPromise(reply)) return done(reply);
  if (failed === undefined) return reply.then(done);
  return reply.then(done, async (error: unknown) => {
    await failed(error);
    throw error;
  });
}

/** What a guard answers instead of the handler. */
export function refusal(status: number, detail: string, headers: HeaderPair[] = []): Reply {
  return problem(status, { detail }, headers);
}

/** Methods that change nothing, by RFC 9110. An upgrade is a GET that opens a door, so it is none of them. */
export function isSafe(method: string, upgrade: string | undefined): boolean {
  return (method === "GET" || method === "HEAD" || method === "OPTIONS") && !isWebSocket(upgrade);
}

export function isWebSocket(upgrade: string | undefined): boolean {
  return upgrade !== undefined && /(?:^|,)[ \t]*websocket(?:[/,\s]|$)/i.test(upgrade);
}
