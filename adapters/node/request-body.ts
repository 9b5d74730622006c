import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { CodedError } from "../../lib/errors/index.ts";
import { closesUnread, isHeadOut } from "./http2.ts";

/** How long a client may go on sending a body nobody reads, once its reply is written. In milliseconds. */
const LINGER_MS = 500;

/**
 * The chunks of a request, pulled one at a time. Unlike the stream's own iterator it may be left early without closing the
 * connection, which still has to carry the reply.
 * @throws CodedError `APP_CLIENT_GONE`; what a stream between, such as one that inflates, has failed with.
 */
export async function* readChunks(stream: Readable): AsyncGenerator<Uint8Array, void, void> {
  let wake = (): void => {};
  let failure: NodeJS.ErrnoException | undefined = stream.errored ?? undefined;
  const poke = (): void => wake();
  const fail = (error: NodeJS.ErrnoException): void => {
    failure = error;
    wake();
  };
  stream.on("readable", poke).on("end", poke).on("close", poke).on("error", fail);
  try {
    for (;;) {
      const chunk: unknown = stream.read();
      if (typeof chunk === "string") {
        yield Buffer.from(chunk); // someone has set an encoding
      } else if (chunk !== null) {
        yield chunk as Uint8Array; // cast: byte streams give text or bytes
      } else if (stream.readableEnded) return;
      else if (failure !== undefined && failure.code !== "ECONNRESET") throw failure;
      else if (failure !== undefined || stream.destroyed) throw clientGone();
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    stream.off("readable", poke).off("end", poke).off("close", poke).off("error", fail);
  }
}

export function clientGone(): CodedError {
  return new CodedError("APP_CLIENT_GONE", "the client left before the request was answered");
}

/**
 * Whether the headers announce a body. Asked of every request, so it looks at the lines as they came: `headers` is an object that Node makes when
 * it is first asked for (bench: http, "hello text").
 */
export function hasBody({ rawHeaders }: IncomingMessage): boolean {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string; // cast: i is below the length
    if (isNamed(name, "content-length") ? rawHeaders[i + 1] !== "0" : isNamed(name, "transfer-encoding")) return true;
  }
  return false;
}

function isNamed(name: string, wanted: string): boolean {
  return name.length === wanted.length && name.toLowerCase() === wanted;
}

function isUnread(req: IncomingMessage): boolean {
  return !req.complete && hasBody(req) && !req.readableEnded && !req.destroyed;
}

/**
 * Ends a reply whose head is set. While the client is still sending a body nobody wants, the end waits for it: closing first
 * would reset the connection, and the client would never see the reply. Past the limit the connection goes.
 */
export function endReply(
  res: ServerResponse,
  body: string | Uint8Array | null,
  encoding: BufferEncoding = "utf8",
): void {
  const { req } = res;
  if (req.complete || closesUnread(res) || !isUnread(req)) {
    if (body === null) res.end();
    else res.end(body, encoding);
    return;
  }
  if (!isHeadOut(res)) announceLength(res, body);
  res.flushHeaders();
  if (body !== null) res.write(body);
  afterBody(req, (late) => {
    if (late) res.once("finish", () => req.socket.destroy());
    res.end();
  });
}

/** Without a length the client would take the late end for a part of the reply still to come. */
function announceLength(res: ServerResponse, body: string | Uint8Array | null): void {
  if (body !== null) res.setHeader("content-length", Buffer.byteLength(body));
  else if (res.statusCode !== 204 && res.statusCode !== 304 && res.req.method !== "HEAD")
    res.setHeader("content-length", 0);
}

/**
 * For hosts that end replies themselves: reads away, after the reply, what is left of a body nobody wanted. A client that goes on
 * sending for more than half a second is cut off.
 * @public
 */
export function drainAfter(res: ServerResponse): void {
  const { req } = res;
  if (req.complete || closesUnread(res) || !isUnread(req)) return;
  const drain = (): void => {
    if (isUnread(req)) afterBody(req, (late) => late && req.socket.destroy());
  };
  if (res.writableFinished) drain();
  else res.once("finish", drain);
}

function afterBody(req: IncomingMessage, done: (late: boolean) => void): void {
  const finish = (late: boolean): void => {
    clearTimeout(timer);
    req.off("end", onEnd).off("close", onEnd).off("error", onEnd);
    done(late);
  };
  const onEnd = (): void => finish(false);
  const timer = setTimeout(() => finish(true), LINGER_MS);
  req.on("end", onEnd).on("close", onEnd).on("error", onEnd);
  req.resume();
}
