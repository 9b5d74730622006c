import { createServer } from "node:http";
import { koaHandler } from "busbar/koa";
import { acceptSockets } from "busbar/ws";
import Koa from "koa";
import { homePage } from "../home.ts";
import type { Showcase } from "../showcase.ts";
import { closeServer, type HostServer, SECURITY_HEADERS } from "./host.ts";
import { readStatic } from "./static.ts";

export async function createKoaServer({ app, publicFolder }: Showcase): Promise<HostServer> {
  // A Koa app as it was before.
  const host = new Koa();
  host.use(async (context, next) => {
    context.set(SECURITY_HEADERS);
    await next();
  });
  host.use(async (context, next) => {
    const file = readStatic(publicFolder, context.path);
    if (context.path === "/") context.body = homePage("Koa");
    else if (file !== undefined) {
      context.type = file.type;
      context.body = file.bytes;
    } else await next();
  });

  host.use(koaHandler(app)); // + busbar: routes, templates, partial updates

  const server = createServer(host.callback());
  const stopSockets = acceptSockets(server, app); // + busbar: live views and shared documents
  return { server, close: () => closeServer(server, stopSockets) };
}
