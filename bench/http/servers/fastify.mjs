// Fastify 5: its own routes, and busbar as a plugin.
import { createServer } from "node:http";
import { fastifyHandler } from "busbar/fastify";
import Fastify from "fastify";
import { TABLE_CASE } from "../names.mjs";
import {
  ARTICLE_SCHEMA,
  apiAnswer,
  apiRoutes,
  article,
  BLOCKS,
  HELLO,
  HTML_TYPE,
  KEPT_PAGE,
  noteSchema,
  renderPage,
  SERVED_BY,
  TEXT_TYPE,
} from "../work.mjs";
import { busbarApp } from "./busbar-app.mjs";

export const servers = {
  own: (caseName) => serverOf((app) => (caseName === TABLE_CASE ? addApi(app) : addPages(app))),
  busbar: (caseName) => serverOf((app) => app.register(fastifyHandler(busbarApp(caseName)))),
};

async function serverOf(fill) {
  let server;
  const app = Fastify({
    serverFactory: (handler) => {
      server = createServer(handler);
      return server;
    },
  });
  fill(app);
  await app.ready();
  return server;
}

function addPages(app) {
  app.get("/hello", (_request, reply) => reply.type(TEXT_TYPE).send(HELLO));
  app.get("/article", { schema: { response: { 200: ARTICLE_SCHEMA } } }, (_request, reply) => reply.send(article()));
  app.get("/page", (_request, reply) => reply.type(HTML_TYPE).send(KEPT_PAGE));
  app.get("/rendered", (_request, reply) => reply.type(HTML_TYPE).send(renderPage()));
  app.post("/notes", (request, reply) => {
    const { success, data } = noteSchema.safeParse(request.body);
    return success ? reply.send(data) : reply.code(400).send();
  });
}

function addApi(app) {
  for (const name of BLOCKS) {
    app.addHook("onRequest", (request, reply, done) => {
      if (request.headers[name] === undefined) done();
      else reply.code(403).send();
    });
  }
  app.addHook("onRequest", (_request, reply, done) => {
    reply.header(SERVED_BY[0], SERVED_BY[1]);
    done();
  });
  for (const route of apiRoutes()) {
    const handler = (request, reply) => reply.type(TEXT_TYPE).send(apiAnswer(route, request.params));
    app.route({ method: route.method, url: route.pattern, handler });
  }
}
