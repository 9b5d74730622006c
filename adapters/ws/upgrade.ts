import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import {
  type App,
  checkLimit,
  type HostRequest,
  originForm,
  type Reply,
  type SocketAcceptor,
} from "../../lib/app/index.ts";
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
  /** The client's address as a proxy in front tells it, as in `nodeHandler`. @defaultValue the socket's */
  readonly address?: (request: IncomingMessage) => string | undefined;
  /** Whether the client came over TLS, as a proxy in front tells it. @defaultValue whether the socket did */
  readonly secure?: (request: IncomingMessage) => boolean;
  /** Hears what middleware or a socket handler threw. @defaultValue console.error */
  readonly report?: (error: unknown) => void;
}

/**
 * The sockets of an app, for hosts that route upgrades themselves.
 * @public
 */
export interface Upgrade {
  /**
   * Takes a WebSocket upgrade if its path is one of the app's sockets.
   * @returns Whether it did; if not, the socket is untouched.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /**
   * Takes a socket whose handshake the host has done, such as that of a `{ websocket: true }` route of `@fastify/websocket`. Path, origin and
   * middleware are judged as ever; a refusal closes the socket with 1008 and the status as its reason.
   */
  handleSocket(socket: WebSocket, request: IncomingMessage): void;
  /** Closes all open sockets (1001). */
  close(): void;
}

/**
 * Makes the upgrade handler of an app. Compression is off: it costs memory per socket and gains little on small binary messages.
 * @remarks Middleware that answers at once refuses with its own HTTP status. Middleware that answers later finds the handshake done,
 * because bytes a client sends early must have a place to go: a refusal then closes the socket with 1008 and the status as its reason.
 * @throws CodedError `APP_BAD_LIMIT` when `maxMessageBytes` is no number from 1 on.
 * @public
 */
export function createUpgrade(app: App, options: SocketServerOptions = {}): Upgrade {
  const { base = "", report = (error: unknown) => console.error(error) } = options;
  const maxMessageBytes = checkLimit("maxMessageBytes", options.maxMessageBytes ?? 1_048_576, 1);
  const wss = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: Math.min(Math.ceil(maxMessageBytes), INT32_MAX), // ws cuts it to 32 bits, and 0 or less is no limit
  });
  const open = new Set<Channel>();

  const openChannel = (ws: WebSocket): Channel => {
    const channel = channelOf(ws);
    open.add(channel);
    channel.onClose(() => open.delete(channel));
    return channel;
  };
  /** The app's answer, or the status that stands for it. Never throws. */
  const ask = (request: IncomingMessage, url: string, onClose: OnClose): Answer => {
    if (!isAllowedOrigin(request, options.origins)) return 403;
    try {
      return app.connect(hostRequest(request, url, options, onClose)) ?? 404;
    } catch (error) {
      report(error);
      return 500;
    }
  };
  const admitLater = (channel: Channel, answer: Promise<SocketAcceptor | Reply | undefined>): void => {
    answer.then(
      (settled) => admit(channel, settled ?? 404),
      (error: unknown) => {
        report(error);
        channel.close(1011, "500");
      },
    );
  };

  return {
    handleUpgrade(request, socket, head) {
      const url = isWebSocket(request) ? socketPath(app, base, request) : undefined;
      if (url === undefined) return false;
      socket.on("error", ignore); // from here on the socket is ours; a reset by the client must not end the process
      const answer = ask(request, url, (left) => socket.once("close", left));
      if (!isPromise(answer)) {
        if (typeof answer !== "function") refuse(socket, statusOf(answer));
        else wss.handleUpgrade(request, socket, head, (ws) => answer(openChannel(ws)));
        return true;
      }
      answer.catch(ignore); // a handshake that fails below leaves nobody to hear it
      wss.handleUpgrade(request, socket, head, (ws) => admitLater(openChannel(ws), answer));
      return true;
    },
    handleSocket(ws, request) {
      const channel = openChannel(ws);
      const url = socketPath(app, base, request);
      const answer = url === undefined ? 404 : ask(request, url, (left) => channel.onClose(left));
      if (isPromise(answer)) admitLater(channel, answer);
      else admit(channel, answer);
    },
    close() {
      for (const channel of [...open]) channel.close(1001, "stopped");
      wss.close();
    },
  };
}

const INT32_MAX = 2 ** 31 - 1;

/** What lets a socket in, or the reply or status that refuses it. */
type Decision = SocketAcceptor | Reply | number;
/** Calls back once the client has left. */
type OnClose = (left: () => void) => void;
type Answer = Decision | Promise<SocketAcceptor | Reply | undefined>;

function ignore(): void {}

function admit(channel: Channel, decision: Decision): void {
  if (typeof decision === "function") decision(channel);
  else channel.close(1008, String(statusOf(decision)));
}

function statusOf(refusal: Reply | number): number {
  return typeof refusal === "number" ? refusal : refusal.status;
}

/** Clients offer other protocols too, with requests for pages at the paths of sockets. */
export function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** The path below the base, if a socket of the app is there. */
function socketPath(app: App, base: string, request: IncomingMessage): string | undefined {
  const url = pathBelow(base, originForm(request.url ?? "/"));
  return url !== undefined && hasSocket(app, url) ? url : undefined;
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

function hostRequest(
  request: IncomingMessage,
  url: string,
  options: SocketServerOptions,
  onClose: OnClose,
): HostRequest {
  const leaving = new Leaving();
  onClose(() => leaving.leave());
  return new UpgradeRequest(request, url, options, leaving);
}

/** The signal of a client that may leave, made when somebody asks for it: it weighs more than a connection, and outlives the request. */
class Leaving {
  #controller: AbortController | undefined;
  #hasLeft = false;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#hasLeft) this.#controller.abort();
    return this.#controller.signal;
  }

  leave(): void {
    this.#hasLeft = true;
    this.#controller?.abort();
  }
}

class UpgradeRequest implements HostRequest {
  readonly method = "GET";
  readonly url: string;
  readonly base: string;
  readonly headers: IncomingMessage["headers"];
  readonly address: string | undefined;
  readonly secure: boolean;
  readonly stream = nothing;
  readonly raw: IncomingMessage;
  readonly #leaving: Leaving;

  constructor(request: IncomingMessage, url: string, options: SocketServerOptions, leaving: Leaving) {
    const socket: Socket | undefined = request.socket; // a host that injects upgrades in tests may have none
    this.url = url;
    this.base = options.base ?? "";
    this.headers = request.headers;
    this.address = options.address?.(request) ?? socket?.remoteAddress;
    this.secure =
      options.secure?.(request) ?? (socket !== undefined && "encrypted" in socket && socket.encrypted === true);
    this.raw = request;
    this.#leaving = leaving;
  }

  get signal(): AbortSignal {
    return this.#leaving.signal;
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void, void> {}

/** Ends an upgrade with a status. */
export function refuse(socket: Duplex, status: number): void {
  socket.on("error", ignore);
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value;
}
