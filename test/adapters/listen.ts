import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { selfSigned } from "./certificate.ts";
import type { Running } from "./host-suite.ts";

/** Listens on a free port of this machine. */
export function listen(listener: RequestListener): Promise<Running> {
  return start(createServer(listener), "http");
}

/** The same over TLS. */
export function listenSecure(listener: RequestListener): Promise<Running> {
  return start(createSecureServer(selfSigned(), listener), "https");
}

async function start(server: Server, scheme: string): Promise<Running> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // cast: a TCP server has an address with a port
  return {
    origin: `${scheme}://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
