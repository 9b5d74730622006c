import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { App } from "../../lib/app/index.ts";
import { serveDeclined } from "./decline.ts";
import { createUpgrade, isWebSocket, refuse, type SocketServerOptions, type Upgrade } from "./upgrade.ts";

/** The one listener of ours on a server, whatever the number of apps: only it can tell that none of them takes an upgrade. */
interface Listener {
  (request: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly [UPGRADES]: Set<Upgrade>;
}

const UPGRADES: unique symbol = Symbol("busbar.ws.upgrades");

/**
 * Answers the WebSocket upgrades of an HTTP server for an app's sockets (live views, documents). Upgrades for other paths are left
 * to the server's other listeners; when there is none but those of other apps, they get a 404, and a request that offers to speak something
 * else, such as `h2c`, is served as if it had not.
 * @remarks Listeners that answer every upgrade, as those of `@fastify/websocket` and of `ws` with a `path` do, need {@link createUpgrade} instead.
 * @returns Its stop: takes the app off and closes its sockets (1001).
 * @example
 * ```ts
 * const server = createServer(expressApp).listen(3000);
 * const stop = acceptSockets(server, app);
 * ```
 * @public
 */
export function acceptSockets(
  server: Pick<Server, "on" | "off" | "listeners" | "emit">,
  app: App,
  options: SocketServerOptions = {},
): () => void {
  const upgrade = createUpgrade(app, options);
  const listener = server.listeners("upgrade").find(isOurs) ?? listenTo(server);
  const upgrades = listener[UPGRADES];
  upgrades.add(upgrade);
  return () => {
    upgrades.delete(upgrade);
    if (upgrades.size === 0) server.off("upgrade", listener);
    upgrade.close();
  };
}

function listenTo(server: Pick<Server, "on" | "listeners" | "emit">): Listener {
  const upgrades = new Set<Upgrade>();
  const listen = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    for (const upgrade of upgrades) if (upgrade.handleUpgrade(request, socket, head)) return;
    if (server.listeners("upgrade").length > 1) return;
    // Nobody else will ever answer: without this, strangers could park sockets here.
    if (isWebSocket(request)) refuse(socket, 404);
    else if (!serveDeclined(server, request, socket, head)) refuse(socket, 431);
  };
  const listener: Listener = Object.assign(listen, { [UPGRADES]: upgrades });
  server.on("upgrade", listener);
  return listener;
}

function isOurs(listener: object): listener is Listener {
  return UPGRADES in listener;
}
