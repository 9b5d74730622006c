import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import type { Duplex } from "node:stream";
import { originForm } from "../../lib/app/index.ts";
import { canonicalPath } from "../../lib/router/index.ts";
import { isLoop, nameInTls, requestHeaders, withHeaders } from "./headers.ts";
import type { ProxyLimits, ProxyOptions, ReverseProxy } from "./options.ts";
import { pathBehind } from "./path.ts";

/** Upgraded connections to the server behind. */
export interface Tunnels extends Pick<ReverseProxy, "handleUpgrade"> {
  /** Cuts all of them. */
  close(): void;
}

/** Passes upgrades through: the head of the request goes on, and once the server behind agrees the two sockets are joined. */
export function createTunnels(target: URL, options: ProxyOptions, limits: ProxyLimits): Tunnels {
  const { upgrades = [] } = options;
  const open = new Set<Duplex>();
  let isClosed = false;
  return {
    handleUpgrade(request, socket, head) {
      const url = originForm(request.url ?? "/");
      if (!isBelow(upgrades, url)) return false;
      socket.on("error", () => socket.destroy());
      const path = pathBehind(url, options.path);
      if (path === undefined) refuse(socket, 400);
      else if (CARRIES_REQUESTS.test(request.headers.upgrade ?? "")) refuse(socket, 501);
      else if (isLoop(request.headers)) refuse(socket, 508);
      else if (isClosed || open.size >= limits.tunnels) refuse(socket, 503);
      else {
        open.add(socket);
        socket.once("close", () => open.delete(socket));
        connect(target, request, path, socket, head, options, limits);
      }
      return true;
    },
    close() {
      isClosed = true;
      for (const socket of open) socket.destroy();
    },
  };
}

// Whoever speaks HTTP through a tunnel asks the server behind for any path, past every rule of this one.
const CARRIES_REQUESTS = /(?:^|[\s,])(?:h2c?|http|tls)(?:$|[\s,/])/i;

/** By the canonical path, as routes are matched: no other spelling of a path gets past. */
function isBelow(prefixes: readonly string[], url: string): boolean {
  let path: string;
  try {
    path = canonicalPath(url);
  } catch {
    return false;
  }
  return prefixes.some((prefix) => path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`));
}

function connect(
  target: URL,
  request: IncomingMessage,
  path: string,
  socket: Duplex,
  head: Buffer,
  options: ProxyOptions,
  limits: ProxyLimits,
): void {
  const { report = () => {} } = options;
  const { socket: client } = request;
  const headers = requestHeaders(request.headers, options.keepHost === true ? undefined : target.host, {
    address: client.remoteAddress,
    secure: "encrypted" in client,
    trustForwarded: options.trustForwarded === true,
  });
  delete headers["content-length"]; // what follows is the tunnel's
  withHeaders(headers, options.upgradeHeaders?.(request));
  headers["connection"] = "Upgrade";
  headers["upgrade"] = request.headers.upgrade ?? "";
  const upstream = (target.protocol === "https:" ? requestTls : requestPlain)({
    host: target.hostname.replace(/^\[|\]$/g, ""),
    port: target.port === "" ? undefined : Number(target.port),
    path,
    headers,
    ...nameInTls(target),
    agent: false,
    timeout: limits.times.head,
    maxHeaderSize: limits.replyHead,
  });
  const onClose = (): void => void upstream.destroy();
  socket.once("close", onClose);
  upstream.on("timeout", () => {
    refuse(socket, 504);
    upstream.destroy();
  });
  upstream.on("error", (error) => {
    report(error);
    refuse(socket, 502);
  });
  upstream.on("response", (reply) => {
    // The server behind does not want to: its status is told, its page is not.
    refuse(socket, reply.statusCode ?? 502);
    upstream.destroy();
  });
  upstream.on("upgrade", (reply, behind, behindHead) => {
    socket.off("close", onClose);
    socket.write(headOf(reply), "latin1");
    if (behindHead.length > 0) socket.write(behindHead);
    if (head.length > 0) behind.write(head);
    join(socket, behind, limits.times.idle);
  });
  upstream.end();
}

/** The head as the server behind wrote it, names and order included: the handshake is between the two ends. */
function headOf({ statusMessage, rawHeaders }: IncomingMessage): string {
  let text = `HTTP/1.1 101 ${statusMessage ?? "Switching Protocols"}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  return `${text}\r\n`;
}

/** Each end gets what the other sends, no faster than it takes it; when one goes, so does the other. */
function join(one: Duplex, other: Duplex, idleMs: number): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.on("error", () => to.destroy());
    from.once("close", () => to.destroy());
  }
  const cut = (): void => {
    one.destroy();
    other.destroy();
  };
  for (const side of [one, other])
    if ("setTimeout" in side && typeof side.setTimeout === "function") side.setTimeout(idleMs, cut);
}

/** The socket goes with the answer: a client that keeps its half open would hold a place here for good. */
function refuse(socket: Duplex, status: number): void {
  if (!socket.writable) return;
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
