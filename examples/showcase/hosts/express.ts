import { createServer } from "node:http";
import { expressHandler } from "busbar/express";
import { acceptSockets } from "busbar/ws";
import express from "express";
import { homePage } from "../home.ts";
import type { Showcase } from "../showcase.ts";
import { closeServer, type HostServer, SECURITY_HEADERS } from "./host.ts";

export async function createExpressServer({ app, publicFolder }: Showcase): Promise<HostServer> {
  // An Express app as it was before: middleware, a static folder, a route.
  const host = express();
  host.use((_request, response, next) => {
    response.set(SECURITY_HEADERS);
    next();
  });
  host.use(express.static(publicFolder));
  host.get("/", (_request, response) => {
    response.send(homePage("Express"));
  });

  host.use(expressHandler(app)); // + busbar: routes, templates, partial updates

  host.use((_request, response) => {
    response.status(404).type("text").send("Express has no such page");
  });

  const server = createServer(host);
  const stopSockets = acceptSockets(server, app); // + busbar: live views and shared documents
  return { server, close: () => closeServer(server, stopSockets) };
}
