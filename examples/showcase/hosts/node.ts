import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { nodeHandler } from "busbar/node";
import { acceptSockets } from "busbar/ws";
import { homePage } from "../home.ts";
import type { Showcase } from "../showcase.ts";
import { closeServer, type HostServer, SECURITY_HEADERS } from "./host.ts";
import { serveStatic } from "./static.ts";

export async function createNodeServer({ app, publicFolder }: Showcase): Promise<HostServer> {
  // A node:http listener as it was before.
  function listener(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === "/") response.setHeader("content-type", "text/html; charset=utf-8").end(homePage("node:http"));
    else if (!serveStatic(publicFolder, request.url ?? "", response))
      response.writeHead(404, { "content-type": "text/plain" }).end("node:http has no such page");
  }

  const busbar = nodeHandler(app, listener); // + busbar answers its own routes, the listener all others
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    busbar(request, response);
  });
  const stopSockets = acceptSockets(server, app); // + busbar: live views and shared documents
  return { server, close: () => closeServer(server, stopSockets) };
}
