import type { ServerResponse } from "node:http";
import { type HandlerResult, type Reply, toReply } from "../../lib/app/index.ts";
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
  if (res.headersSent || res.writableEnded) return; // the host has answered meanwhile, as timeout middleware does
  writeHead(res, reply);
  endReply(res, body);
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
  const cancel = (): void => void chunks.return?.().catch(() => {}); // the client is gone: nobody is left to tell
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
