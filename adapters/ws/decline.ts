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
  const { maxHeadersCount } = server;
  const told = maxHeadersCount === 0 ? Number.POSITIVE_INFINITY : (maxHeadersCount ?? NODE_MAX_HEADERS);
  if (request.rawHeaders.length >= 2 * told) return false;
  socket.unshift(Buffer.concat([Buffer.from(headOf(request), "latin1"), rest]));
  const begin = (): void => {
    if (socket.destroyed) return;
    if (socket instanceof Socket) socket.setTimeout(0); // which the end of a reply set for an idle connection
    server.emit("encrypted" in socket ? "secureConnection" : "connection", socket);
  };
  const unfinished: unknown = Reflect.get(socket, "_httpMessage"); // the reply to a request ahead of this one, where it was pipelined
  if (unfinished instanceof ServerResponse) unfinished.once("finish", begin);
  else begin();
  return true;
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
