import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inflateRawSync } from "node:zlib";
import { WebSocket } from "ws";
import { nodeHandler, nodePlatform } from "../../adapters/node/index.ts";
import { acceptSockets, type SocketServerOptions } from "../../adapters/ws/index.ts";
import { type App, createApp } from "../../lib/app/index.ts";
import {
  DEFLATED,
  decodeLiveFrame,
  encodeLiveFrame,
  HELLO,
  type LiveFrame,
  templatesHash,
} from "../../lib/wire/index.ts";

/** A real server with an app in it. */
export interface LiveServer {
  readonly app: App;
  readonly server: Server;
  readonly url: string;
  readonly port: number;
  /** Sockets whose network connection is still there. */
  cut(): void;
  stop(): Promise<void>;
}

export async function startServer(
  build: (app: App) => void,
  options: SocketServerOptions & { readonly port?: number } = {},
): Promise<LiveServer> {
  const app = createApp({ platform: nodePlatform });
  build(app);
  const server = createServer(nodeHandler(app));
  const stopSockets = acceptSockets(server, app, options);
  const sockets = new Set<import("node:net").Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(options.port ?? 0);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // cast: it listens on a port
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    ...{ app, server, port, cut, url: `http://localhost:${port}` },
    async stop() {
      stopSockets();
      cut();
      server.close();
      await once(server, "close");
    },
  };
}

/** What a live page carries for its client. */
export interface LivePage {
  readonly html: string;
  readonly token: Uint8Array;
  readonly build: string;
  readonly render: number;
  readonly templates: readonly (readonly string[])[];
  /** Instead of them. */
  readonly templatesUrl?: string;
  readonly headers: Headers;
}

export async function loadPage(url: string, init: RequestInit = {}): Promise<LivePage> {
  const response = await fetch(url, init);
  const html = await response.text();
  const json =
    /<script(?: nonce="[^"]*")? type="application\/json" bus-live-data>(.*?)<\/script>/s.exec(html)?.[1] ?? "null";
  const data = JSON.parse(json);
  return { ...data, html, token: new Uint8Array(Buffer.from(data.token, "base64")), headers: response.headers };
}

/** A client that speaks frames and keeps what it got. */
export interface FrameClient {
  readonly socket: WebSocket;
  send(frame: LiveFrame): void;
  /** The next frame that has not been taken. */
  take(): Promise<LiveFrame>;
  closed(): Promise<{ readonly code: number; readonly reason: string }>;
}

export async function openSocket(url: string, headers: Record<string, string> = {}): Promise<FrameClient> {
  const socket = new WebSocket(url.replace("http", "ws"), { headers });
  const frames: { readonly frame: LiveFrame; readonly bytes: number }[] = [];
  const waiting: ((frame: LiveFrame) => void)[] = [];
  socket.on("message", (data: Buffer) => {
    const frame = inflated(decodeLiveFrame(new Uint8Array(data)));
    const taker = waiting.shift();
    if (taker === undefined) frames.push({ frame, bytes: data.length });
    else taker(frame);
  });
  const closed = new Promise<{ code: number; reason: string }>((settle) => {
    socket.once("close", (code, reason) => settle({ code, reason: reason.toString() }));
  });
  socket.on("error", () => {});
  await once(socket, "open");
  return {
    socket,
    send: (frame) => socket.send(encodeLiveFrame(frame)),
    take() {
      const first = frames.shift();
      return first === undefined ? new Promise((taker) => waiting.push(taker)) : Promise.resolve(first.frame);
    },
    closed: () => closed,
  };
}

/** What is in a deflated frame; all others are as they are. */
export function inflated(frame: LiveFrame): LiveFrame {
  if (frame[0] !== DEFLATED) return frame;
  return decodeLiveFrame(new Uint8Array(inflateRawSync(frame[2], { maxOutputLength: frame[1] })));
}

/** The HELLO of a page just loaded, or of one that has seen more. */
export function helloOf(page: LivePage, seq = 0, ref = 0, render: number = page.render): LiveFrame {
  const known = templatesHash(page.templates.map((source) => source[0] ?? ""));
  return [HELLO, page.token, page.build, seq, ref, known, render];
}
