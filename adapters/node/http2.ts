import { ServerResponse } from "node:http";

/** Headers about a connection rather than a reply. HTTP/2 has none of them, and Node refuses a reply that does. */
const OF_CONNECTION = new Set(
  "connection http2-settings keep-alive proxy-connection te transfer-encoding upgrade".split(" "),
);

/**
 * Whether a header, by its lower-case name, has no place on this response: it is about an HTTP/1 connection, or announces trailers, which do not follow.
 * @public
 */
export function isConnectionHeader(res: ServerResponse, name: string): boolean {
  if (name === "trailer") return true; // Node throws where no chunks follow, as late as when the host's own error page is sent
  return OF_CONNECTION.has(name) && res.req.httpVersionMajor > 1;
}

/**
 * Ends a reply that cannot be completed so that the client knows: the connection is closed, or the HTTP/2 stream reset with an error. Does nothing
 * before the head is out, when the host can still answer, and after the reply was ended.
 * @public
 */
export function cutShort(res: ServerResponse): void {
  if (!isHeadOut(res) || res.writableEnded) return;
  if (res.req.httpVersionMajor > 1) {
    const stream: unknown = Reflect.get(res, "stream");
    if (isClosable(stream)) stream.close(INTERNAL_ERROR); // destroying it would end it as if it were whole
  } else {
    // Node gathers what one turn writes. A client that got none of it takes its connection for a stale one, and asks again.
    res.uncork();
  }
  res.destroy();
}

/** Asked of Node's own class: `@fastify/express` puts a `headersSent` on the response that knows of Fastify's replies alone. */
export function isHeadOut(res: ServerResponse): boolean {
  return res instanceof ServerResponse
    ? Reflect.get(ServerResponse.prototype, "headersSent", res) === true
    : (res as ServerResponse).headersSent; // cast: HTTP/2's has a class of its own, which is not in the type
}

/**
 * Over HTTP/2, lets go of a body nobody has read once the reply is out: the client would otherwise wait for ever to send the rest, and its stream
 * stay open. @returns Whether this is HTTP/2, where nothing needs to be read away.
 */
export function closesUnread(res: ServerResponse): boolean {
  const { req } = res;
  if (req.httpVersionMajor < 2) return false;
  const stream: unknown = Reflect.get(res, "stream");
  if (!isClosable(stream) || stream.endAfterHeaders === true) return true;
  const close = (): void => {
    if (req.readableEnded) return;
    stream.close(NO_ERROR);
    req.resume(); // what has come already would keep the stream, and with it the session, from closing
  };
  // The stream is asked: Node's response says that it has finished once the stream is closed, which may never be. And two turns later, when the
  // frame that ends the reply has left: Node's own client waits for ever where it reads both at once.
  const closeBehind = (): void => void setImmediate(() => setImmediate(close));
  if (stream.writableFinished === true) closeBehind();
  else stream.once("finish", closeBehind);
  return true;
}

// RFC 9113, 7
const NO_ERROR = 0;
const INTERNAL_ERROR = 2;

interface Http2Stream {
  /** Whether the client has said with its head that no body follows. */
  readonly endAfterHeaders?: boolean;
  readonly writableFinished?: boolean;
  close(code: number): void;
  once(event: "finish", listener: () => void): unknown;
}

function isClosable(stream: unknown): stream is Http2Stream {
  return typeof stream === "object" && stream !== null && "close" in stream && typeof stream.close === "function";
}
