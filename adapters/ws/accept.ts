import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { App, HostRequest, Reply, SocketAcceptor } from "../../lib/app/index.ts";
import type { Channel } from "../../lib/wire/index.ts";
import { channelOf } from "./channel.ts";

/**
 * Options of {@link acceptSockets} and {@link createUpgrade}.
 * @public
 */
export interface SocketServerOptions {
  /**
   * Origins that may connect besides the server's own (that of the Host header): `["https://app.example"]`, or a test.
   * Clients that send no Origin are no browsers and are let through. @defaultValue []
   */
  readonly origins?: readonly string[] | ((origin: string, request: IncomingMessage) => boolean);
  /** A longer message closes its socket (1009). In bytes. @defaultValue 1_048_576 */
  readonly maxMessageBytes?: number;
  /** The path under which the host serves the app, cut off before the app looks. @defaultValue "" */
  readonly base?: string;
  /** Hears what middleware or a socket handler threw. @defaultValue console.error */
  readonly report?: (error: unknown) => void;
}

/**
 * The sockets of an app, for hosts that route upgrades themselves.
 * @public
 */
export interface Upgrade {
  /**
   * Takes an upgrade if its path is one of the app's sockets.
   * @returns Whether it did; if not, the socket is untouched.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Closes all open sockets (1001). */
  close(): void;
}

/**
 * Answers the WebSocket upgrades of an HTTP server for an app's sockets (live views, documents). Upgrades for other paths are left
 * to the server's other listeners; when there is no other, they get a 404.
 * @returns Its stop: takes the listener off and closes the sockets (1001).
 * @example
 * ```ts
 * const server = createServer(expressApp).listen(3000);
 * const stop = acceptSockets(server, app);
 * ```
 * @public
 */
export function acceptSockets(
  server: Pick<Server, "on" | "off" | "listenerCount">,
  app: App,
  options: SocketServerOptions = {},
): () => void {
  const upgrade = createUpgrade(app, options);
  const listener = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (upgrade.handleUpgrade(request, socket, head)) return;
    // Nobody else will ever answer: without this, strangers could park sockets here.
    if (server.listenerCount("upgrade") === 1) refuse(socket, 404);
  };
  server.on("upgrade", listener);
  return () => {
    server.off("upgrade", listener);
    upgrade.close();
  };
}

/**
 * Makes the upgrade handler of an app. Compression is off: it costs memory per socket and gains little on small binary messages.
 * @remarks Middleware that answers at once refuses with its own HTTP status. Middleware that answers later finds the handshake done,
 * because bytes a client sends early must have a place to go: a refusal then closes the socket with 1008 and the status as its reason.
 * @public
 */
export function createUpgrade(app: App, options: SocketServerOptions = {}): Upgrade {
  const { maxMessageBytes = 1_048_576, base = "", report = (error: unknown) => console.error(error) } = options;
  const wss = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
  });
  const open = new Set<Channel>();

  const shake = (request: IncomingMessage, socket: Duplex, head: Buffer, ready: (channel: Channel) => void): void => {
    wss.handleUpgrade(request, socket, head, (ws) => {
      const channel = channelOf(ws);
      open.add(channel);
      channel.onClose(() => open.delete(channel));
      ready(channel);
    });
  };

  return {
    handleUpgrade(request, socket, head) {
      const url = pathBelow(base, request.url ?? "/");
      if (url === undefined || !hasSocket(app, url)) return false;
      // From here on the socket is ours; a reset by the client must not end the process.
      const ignore = (): void => {};
      socket.on("error", ignore);
      if (!isAllowedOrigin(request, options.origins)) {
        refuse(socket, 403);
        return true;
      }
      let answer: ReturnType<App["connect"]>;
      try {
        answer = app.connect(hostRequest(request, socket, url, base));
      } catch (error) {
        report(error);
        refuse(socket, 500);
        return true;
      }
      if (!isPromise(answer)) {
        if (typeof answer === "function") shake(request, socket, head, answer);
        else refuse(socket, answer?.status ?? 404);
        return true;
      }
      answer.catch(() => {}); // a handshake that fails below leaves nobody to hear it
      shake(request, socket, head, (channel) => {
        answer.then(
          (settled) => admit(channel, settled),
          (error: unknown) => {
            report(error);
            channel.close(1011, "500");
          },
        );
      });
      return true;
    },
    close() {
      for (const channel of [...open]) channel.close(1001, "stopped");
      wss.close();
    },
  };
}

function admit(channel: Channel, answer: SocketAcceptor | Reply | undefined): void {
  if (typeof answer === "function") answer(channel);
  else channel.close(1008, String(answer?.status ?? 404));
}

function hasSocket(app: App, url: string): boolean {
  try {
    return app.sockets.find("GET", url) !== undefined;
  } catch {
    return false; // a path the router refuses is nobody's socket
  }
}

function pathBelow(base: string, url: string): string | undefined {
  if (base === "") return url;
  if (!url.startsWith(base)) return undefined;
  const rest = url.slice(base.length);
  return rest === "" || rest.startsWith("?") ? `/${rest}` : rest.startsWith("/") ? rest : undefined;
}

/** Browsers send Origin with every upgrade, and cookies go along to any site: this check is what keeps other sites out. */
function isAllowedOrigin(request: IncomingMessage, origins: SocketServerOptions["origins"] = []): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (typeof origins === "function" ? origins(origin, request) : origins.includes(origin)) return true;
  if (!URL.canParse(origin)) return false; // "null", of a sandbox or a file
  const { protocol, host: from } = new URL(origin);
  const here = `${protocol}//${host}`; // parsed too, as proxies write names in capitals and ports that go without saying
  return !/[@/\\?#]/.test(here.slice(protocol.length + 2)) && URL.canParse(here) && new URL(here).host === from;
}

function hostRequest(request: IncomingMessage, socket: Duplex, url: string, base: string): HostRequest {
  const abort = new AbortController();
  socket.once("close", () => abort.abort());
  return {
    method: "GET",
    url,
    base,
    headers: request.headers,
    stream: nothing,
    signal: abort.signal,
    raw: request,
  };
}

async function* nothing(): AsyncGenerator<Uint8Array, void, void> {}

function refuse(socket: Duplex, status: number): void {
  socket.on("error", () => {});
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value;
}
