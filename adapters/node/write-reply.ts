import { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { cachedHead, type HandlerResult, type HeaderPair, type Reply, toReply } from "../../lib/app/index.ts";
import { drained } from "./drained.ts";
import { isConnectionHeader } from "./http2.ts";
import { endReply } from "./request-body.ts";

/**
 * Sends a reply, a template, or anything of a reply's shape through a plain response.
 * @returns A promise when the body is a stream: of its end, or of the client's leaving.
 * @throws what rendering or the stream threw; the head is written with the first chunk, so until then the host can still answer.
 * @public
 */
export function send(res: ServerResponse, reply: HandlerResult): void | Promise<void> {
  return writeReply(res, toReply(reply));
}

/** Writes a reply. Headers the host set before stay, unless the reply has its own of that name; cookies and `vary` add up. */
export function writeReply(res: ServerResponse, reply: Reply): void | Promise<void> {
  const { body } = reply;
  if (body !== null && typeof body !== "string" && !(body instanceof Uint8Array)) return writeStream(res, reply, body);
  if (res.headersSent) return; // the host has answered meanwhile, as timeout middleware does
  const length = byteLength(body);
  const head = isUntouched(res) ? (cachedHead(reply) ?? flatHead(res, reply, length)) : undefined;
  if (head === undefined) writeWholeHead(res, reply, length);
  else res.writeHead(reply.status, head as string[]); // cast: Node does not change the list
  endReply(res, body, encodingOf(reply, length));
}

/**
 * How Node is told to write a body. A text that goes by "utf8" or "latin1" it joins to the head, one string that is copied whole; under their
 * other names head and text stay two. From some 4 KiB that is faster, 1.35 times at 20 KiB; below, joining is (bench: http, fast path,
 * "20 KiB page, kept", and "POST JSON echo"). Joined to a text in UTF-8, a head's Latin-1 would be written in UTF-8 too.
 */
function encodingOf({ body, headers }: Reply, length: number): BufferEncoding {
  if (typeof body !== "string") return "utf8"; // bytes have none
  if (length === body.length) return length < MIN_APART ? "latin1" : "binary"; // ASCII is the same in all of them
  return length < MIN_APART && !headers.some(isBeyondAscii) ? "utf8" : "utf-8";
}

function isBeyondAscii([, value]: HeaderPair): boolean {
  return BEYOND_ASCII.test(value);
}

const BEYOND_ASCII = /[^\0-\x7f]/;
const MIN_APART = 4096;

const { writeHead: nodeWriteHead, setHeader: nodeSetHeader } = ServerResponse.prototype;

/** Whether the head may be written in one call: it is HTTP/1, and nobody has set a header or wants to hear of ours. */
function isUntouched(res: ServerResponse): boolean {
  return res.writeHead === nodeWriteHead && res.setHeader === nodeSetHeader && res.getHeaderNames().length === 0;
}

/**
 * The head as one flat list, with the length: Node takes it 0.2 to 0.5 µs faster than one call per header (bench "http", case "text").
 * `undefined` when the reply frames itself, or has a body where none may be sent: then Node decides.
 */
function flatHead(res: ServerResponse, { status, headers, body }: Reply, length: number): string[] | undefined {
  const count = headers.length * 2;
  const flat = new Array<string>(count + 2); // at its full length from the start: one that grows is copied, to three times what it holds
  for (let i = 0; i < headers.length; i++) {
    const pair = headers[i] as HeaderPair; // cast: i is below the length
    if (isFraming(pair[0])) return undefined;
    flat[2 * i] = pair[0];
    flat[2 * i + 1] = pair[1];
  }
  const isBodiless = status === 204 || status === 304;
  if (body === null && (isBodiless || res.req.method === "HEAD")) {
    flat.length = count;
    return flat;
  }
  if (isBodiless) return undefined;
  flat[count] = "Content-Length"; // for HEAD with a body, which Node drops, it is the length GET would have
  flat[count + 1] = String(length);
  return flat;
}

function byteLength(body: string | Uint8Array | null): number {
  if (typeof body === "string") return Buffer.byteLength(body);
  return body === null ? 0 : body.byteLength;
}

/** Compared by length first, which nearly every other name fails. */
function isFraming(name: string): boolean {
  const { length } = name;
  return (length === 14 || length === 17 || length === 7) && FRAMING.test(name);
}

const FRAMING = /^(?:content-length|transfer-encoding|trailer)$/i;

/**
 * Node adds the length itself, but not for HTTP/1.0, where a reply that is cut short would look whole, not for HTTP/2, and not where middleware has put an `end`
 * of its own on the response, as `compression` and `express-session` do: that begins the head before Node has seen that the body is whole.
 */
function writeWholeHead(res: ServerResponse, reply: Reply, length: number): void {
  writeHead(res, reply);
  const { status, body } = reply;
  if (res.req.httpVersion === "1.1" && !Object.hasOwn(res, "end")) return;
  if (status === 204 || status === 304 || (body === null && res.req.method === "HEAD")) return;
  if (!res.hasHeader("content-length") && !res.hasHeader("transfer-encoding")) res.setHeader("content-length", length);
}

/** One call per header and cookie: a flat list given to `writeHead` loses cookies as soon as anyone has called `setHeader`. */
export function writeHead(res: ServerResponse, reply: Reply): void {
  res.statusCode = reply.status;
  const seen: string[] = [];
  for (const [name, value] of reply.headers) {
    const key = name.toLowerCase();
    if (isConnectionHeader(res, key)) continue;
    if (key === "set-cookie" || key === "vary" || seen.includes(key)) res.appendHeader(name, value);
    else {
      res.setHeader(name, value);
      seen.push(key);
    }
  }
}

/** Pulls a chunk only when the last one is on its way: a slow client slows its source, a gone one ends it. */
async function writeStream(res: ServerResponse, reply: Reply, body: AsyncIterable<Uint8Array>): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  const cancel = (): void => {
    chunks.return?.().catch(() => {}); // the client is gone: nobody is left to tell
    if (body instanceof Readable) body.destroy(); // one that has not begun does not hear the return
  };
  if (res.req.method === "HEAD" || res.headersSent || res.destroyed) {
    cancel();
    if (!res.headersSent && !res.destroyed) {
      writeHead(res, reply);
      endReply(res, null);
    }
    return;
  }
  const onClose = (): void => {
    if (!res.writableEnded) cancel();
  };
  res.once("close", onClose);
  try {
    for (let started = false; ; started = true) {
      const step = await chunks.next();
      if (res.destroyed) return;
      if (!started) writeHead(res, reply);
      if (step.done === true) break;
      if (!res.write(step.value)) await drained(res);
      if ("flush" in res && typeof res.flush === "function") res.flush(); // compression holds chunks back otherwise
      if (res.destroyed) return;
    }
    endReply(res, null);
  } finally {
    res.off("close", onClose);
  }
}
