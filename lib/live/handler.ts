import type { MaybePromise, StandardSchema } from "../app/index.ts";
import type { ErrorCode } from "../errors/index.ts";
import type { WireValue } from "../wire/index.ts";
import { harmless } from "./harmless.ts";
import type { EventContext } from "./view/context-types.ts";
import type { Reply, View } from "./view/view.ts";

/** Why an event came to nothing. */
export interface HandlerFailure {
  readonly code: ErrorCode;
  readonly error?: unknown;
}

/** What a handler returned for whoever sent the event. */
export interface HandlerReply {
  readonly reply: WireValue;
}

/** What came of an event: `undefined` when there is nothing to say. */
export type HandlerResult = HandlerFailure | HandlerReply | undefined;

/** Checks an event and runs its handler; never throws. Sync when schema and handler are. */
export function runHandler(
  view: View,
  state: unknown,
  index: number,
  args: unknown,
  context: EventContext,
): MaybePromise<HandlerResult> {
  const handler = view.handlers[index];
  if (handler === undefined) return { code: "LIVE_BAD_EVENT" };
  try {
    const event = typeof args === "object" && args !== null && !Array.isArray(args) ? harmless(args) : {};
    const result =
      handler.schema === undefined
        ? replied(handler.run(state, event, context))
        : check(handler.schema, event, (checked) => handler.run(state, checked, context));
    return result instanceof Promise ? result.catch(failed) : result;
  } catch (error) {
    return failed(error);
  }
}

function check(
  schema: StandardSchema<unknown>,
  given: unknown,
  run: (event: unknown) => MaybePromise<Reply>,
): MaybePromise<HandlerResult> {
  const result = schema["~standard"].validate(given);
  const go = (checked: Awaited<typeof result>): MaybePromise<HandlerResult> =>
    checked.issues === undefined ? replied(run(checked.value)) : { code: "LIVE_BAD_EVENT" };
  return result instanceof Promise ? result.then(go) : go(result);
}

function replied(done: MaybePromise<Reply>): MaybePromise<HandlerResult> {
  return done instanceof Promise ? done.then(replyOf) : replyOf(done);
}

function replyOf(returned: Reply): HandlerReply | undefined {
  return returned === undefined ? undefined : { reply: returned };
}

export function failed(error: unknown): HandlerFailure {
  return { code: "LIVE_HANDLER_FAILED", error };
}
