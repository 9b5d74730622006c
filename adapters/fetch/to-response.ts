import type { MaybePromise, Reply } from "../../lib/app/index.ts";

/** How a request and its reply go on together. */
export interface Exchange {
  /** Aborted when the client leaves before the reply is complete. */
  readonly signal: AbortSignal;
  /** Whether it has left. */
  readonly isGone: boolean;
  /** The client has left. */
  leave(): void;
  /** The reply is whole: whatever happens to the request now is no leaving. */
  complete(): void;
}

const encoder = new TextEncoder();

/**
 * A reply as a `Response`. A stream is waited for until its first chunk is there: what fails before can still become the host's error page.
 * @throws what the stream throws before its first chunk, as a rejection.
 */
export function toResponse(request: Exchange, reply: Reply): MaybePromise<Response> {
  const { status, body } = reply;
  // A list appends line by line: cookies and repeated headers are all kept.
  const headers = reply.headers as [string, string][]; // cast: the platform's type wants a mutable pair and changes none
  if (body !== null && typeof body !== "string" && !(body instanceof Uint8Array)) {
    return openStream(request, body).then((stream) => new Response(stream, { status, headers }));
  }
  request.complete();
  return new Response(plainBody(reply), { status, headers });
}

/** Text without a type would be given one by the platform, which the handler did not ask for; shared memory it refuses. */
function plainBody({ body, headers }: Reply): string | Uint8Array<ArrayBuffer> | null {
  if (body instanceof Uint8Array && !(body.buffer instanceof ArrayBuffer)) return Uint8Array.from(body);
  if (typeof body !== "string") return body as Uint8Array<ArrayBuffer> | null; // cast: a stream went elsewhere
  return headers.some(([name]) => name.toLowerCase() === "content-type") ? body : encoder.encode(body);
}

/** Let go of, with its source, when the reader cancels it or the client leaves; then it fails, so that half a reply does not look whole. */
async function openStream(request: Exchange, body: AsyncIterable<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const chunks = body[Symbol.asyncIterator]();
  let isLeft = false;
  const cancel = (): void => {
    if (isLeft) return; // told by the signal and by the host's reader: a source that counts its readers hears it once
    isLeft = true;
    chunks.return?.().catch(() => {}); // the client is gone: nobody is left to tell
  };
  const { signal } = request;
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  const onAbort = (): void => {
    cancel();
    queueMicrotask(() => stream?.error(signal.reason)); // a host that hears of it too cancels first, and has no failure to log
  };
  const settle = (): void => signal.removeEventListener("abort", onAbort);
  signal.addEventListener("abort", onAbort);
  let first: IteratorResult<Uint8Array> | undefined;
  try {
    if (signal.aborted) cancel();
    first = await chunks.next();
    if (signal.aborted) throw signal.reason;
  } catch (error) {
    settle();
    throw error;
  }
  const source: UnderlyingDefaultSource<Uint8Array> = {
    start(controller) {
      stream = controller;
    },
    async pull(controller) {
      try {
        const step = first ?? (await chunks.next());
        first = undefined;
        if (signal.aborted) return;
        if (step.done !== true) return controller.enqueue(step.value);
      } catch (error) {
        settle();
        await turn();
        throw error;
      }
      settle();
      request.complete();
      controller.close();
    },
    cancel() {
      settle();
      request.leave();
      cancel();
    },
  };
  return new ReadableStream<Uint8Array>(source, { highWaterMark: 0 }); // nothing is pulled before it is asked for
}

/** A host that is told of the failure in the turn in which it was given a chunk drops both: what was made before has a turn to leave in. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve));
}
