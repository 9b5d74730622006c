import type { HostRequest, RequestHeaders } from "../../lib/app/index.ts";
import { CodedError } from "../../lib/errors/index.ts";
import type { FetchHandlerOptions } from "./options.ts";
import type { Exchange } from "./to-response.ts";

/** A `Request` as the app takes it. Nothing of it is read before someone asks. */
export class FetchRequest<Host> implements HostRequest, Exchange {
  readonly method: string;
  readonly url: string;
  readonly base: string;
  readonly #request: Request;
  readonly #host: Host;
  readonly #options: FetchHandlerOptions<Host>;
  #headers: RequestHeaders | undefined;
  #abort: AbortController | undefined;
  #isComplete = false;

  constructor(request: Request, host: Host, url: string, base: string, options: FetchHandlerOptions<Host>) {
    this.method = request.method;
    this.url = url;
    this.base = base;
    this.#request = request;
    this.#host = host;
    this.#options = options;
  }

  get raw(): unknown {
    return this.#host ?? this.#request;
  }

  get headers(): RequestHeaders {
    this.#headers ??= toRecord(this.#request.headers);
    return this.#headers;
  }

  get address(): string | undefined {
    return this.#options.address?.(this.#request, this.#host);
  }

  get secure(): boolean {
    return this.#options.secure?.(this.#request, this.#host) ?? this.#request.url.startsWith("https:");
  }

  get compresses(): boolean {
    return this.#options.compresses === true;
  }

  get parsedBody(): unknown {
    return this.#options.parsedBody?.(this.#request, this.#host);
  }

  hint(links: readonly string[]): void {
    if (links.length > 0 && !this.#isComplete) this.#options.hint?.(links, this.#request, this.#host);
  }

  /** Not the request's own signal: some hosts abort that one behind every reply, and its reason is not ours. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      this.#abort = abort;
      const theirs = this.#request.signal;
      if (theirs.aborted) this.leave();
      else theirs.addEventListener("abort", () => this.leave(), { once: true });
    }
    return this.#abort.signal;
  }

  get isGone(): boolean {
    return !this.#isComplete && (this.#abort?.signal.aborted === true || this.#request.signal.aborted);
  }

  leave(): void {
    if (!this.#isComplete) this.#abort?.abort(clientGone());
  }

  complete(): void {
    this.#isComplete = true;
  }

  stream(): AsyncIterable<Uint8Array> {
    const request = this.#request;
    if (request.bodyUsed) throw new CodedError("APP_BODY_GONE", "the body was read before the app saw the request");
    const { body } = request;
    return body === null ? nothing() : readChunks(body, request.signal);
  }
}

/** Values of one name come joined here, so there are no lists. */
function toRecord(headers: Headers): RequestHeaders {
  const record: Record<string, string> = Object.create(null);
  for (const [name, value] of headers) record[name] = value;
  return record;
}

/** How long a client may go on sending a body nobody reads further. In milliseconds. */
const LINGER_MS = 500;

/**
 * The body, one chunk at a time. Left early, the rest is read away for a while: a host that is left with half a body closes
 * the connection, at times before the reply is out, or lets the connection's next request wait behind it.
 */
async function* readChunks(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = body.getReader();
  let isLeft = true;
  try {
    for (;;) {
      const step = await reader.read().catch((error: unknown) => {
        isLeft = false;
        throw signal.aborted || isBroken(error) ? clientGone() : error;
      });
      isLeft = !step.done;
      if (step.done) return;
      yield step.value;
    }
  } finally {
    if (isLeft) void readAway(reader);
    else reader.releaseLock();
  }
}

async function readAway(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), LINGER_MS);
  try {
    while (!(await reader.read()).done);
  } catch {
    // the client has left: nothing is left to read
  } finally {
    clearTimeout(timer);
  }
}

/** What hosts fail a body with whose client has left. */
function isBroken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = "code" in error ? error.code : undefined;
  return error.name === "AbortError" || code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE";
}

async function* nothing(): AsyncGenerator<Uint8Array, void, void> {}

function clientGone(): CodedError {
  return new CodedError("APP_CLIENT_GONE", "the client left before the request was answered");
}
