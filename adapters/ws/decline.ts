import { type IncomingMessage, type Server, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** What is asked of a server whose upgrades are declined. */
export type DecliningServer = Pick<Server, "emit"> & { readonly maxHeadersCount?: number | null };

/**
 * Gives a request back to its server without the upgrade it offers, which a server may ignore (RFC 9110, section 7.8). Java's client and others offer
 * `h2c` with every request; Node takes each offer for an upgrade as soon as anybody listens for some, and has stopped reading requests by then: so
 * the connection begins anew, with the head as it was, the body and whatever followed.
 * @returns Whether it did: a head of which Node has not told everything may have lost the length of its body.
 */
export function serveDeclined(
  server: DecliningServer,
  request: IncomingMessage,
  socket: Duplex,
  rest: Buffer,
): boolean {
  const real: Duplex = request.socket;
  if (real !== socket || request.readableLength > 0) {
    afterReply(real, () => serveOnce(server, request, real));
    return true;
  }
  const { maxHeadersCount } = server;
  const told = maxHeadersCount === 0 ? Number.POSITIVE_INFINITY : (maxHeadersCount ?? NODE_MAX_HEADERS);
  if (request.rawHeaders.length >= 2 * told) return false;
  socket.unshift(Buffer.concat([Buffer.from(headOf(request), "latin1"), rest]));
  afterReply(socket, () => {
    if (socket instanceof Socket) socket.setTimeout(0); // which the end of a reply set for an idle connection
    server.emit("encrypted" in socket ? "secureConnection" : "connection", socket);
  });
  return true;
}

/** Goes on behind the reply to a request ahead of this one, where it was pipelined. */
function afterReply(socket: Duplex, begin: () => void): void {
  const unfinished: unknown = Reflect.get(socket, "_httpMessage");
  if (unfinished instanceof ServerResponse) unfinished.once("finish", () => socket.destroyed || begin());
  else if (!socket.destroyed) begin();
}

/**
 * From Node 26 on the body of an offer is read as that of any request, and until it is over a stream of Node's stands for the socket. What
 * follows the request on the connection nobody reads: it ends with the reply, which says so.
 */
function serveOnce(server: DecliningServer, request: IncomingMessage, socket: Duplex): void {
  const reply = new ServerResponse(request);
  reply.shouldKeepAlive = false;
  reply.assignSocket(socket as Socket); // cast: a request's is one
  reply.once("finish", () => {
    reply.detachSocket(socket as Socket); // cast: as above
    socket.end();
  });
  server.emit("request", request, reply);
}

const NODE_MAX_HEADERS = 2000;

function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = `${rawHeaders[i]}`;
    const isConnection = /^connection$/i.test(name);
    const value = isConnection ? withoutOffer(`${rawHeaders[i + 1]}`) : `${rawHeaders[i + 1]}`;
    if (!OFFER.test(name) && !(isConnection && value === "")) head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n`;
}

const OFFER = /^(?:upgrade|http2-settings)$/i;

function withoutOffer(connection: string): string {
  const kept = connection.split(",").filter((name) => !OFFER.test(name.trim()));
  return kept.join(",").trim();
}
