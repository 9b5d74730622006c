import { fastifyHandler } from "busbar/fastify";
import { acceptSockets } from "busbar/ws";
import fastify from "fastify";
import { homePage } from "../home.ts";
import type { Showcase } from "../showcase.ts";
import { closeServer, type HostServer, SECURITY_HEADERS } from "./host.ts";
import { readStatic } from "./static.ts";

export async function createFastifyServer({ app, publicFolder }: Showcase): Promise<HostServer> {
  // A Fastify app as it was before.
  const host = fastify();
  host.addHook("onRequest", async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  host.get("/", (_request, reply) => reply.type("text/html; charset=utf-8").send(homePage("Fastify")));
  for (const name of ["/style.css", "/favicon.svg"])
    host.get(name, (_request, reply) => {
      const file = readStatic(publicFolder, name);
      return file === undefined ? reply.callNotFound() : reply.type(file.type).send(file.bytes);
    });

  await host.register(fastifyHandler(app)); // + busbar: routes, templates, partial updates

  await host.ready();
  const stopSockets = acceptSockets(host.server, app); // + busbar: live views and shared documents
  return {
    server: host.server,
    async close() {
      await closeServer(host.server, stopSockets);
      await host.close();
    },
  };
}
