// Hono 4 over @hono/node-server.
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { TABLE_CASE } from "../names.mjs";
import {
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
} from "../work.mjs";

export const servers = {
  own(caseName) {
    const app = new Hono();
    if (caseName === TABLE_CASE) addApi(app);
    else addPages(app);
    return createAdaptorServer({ fetch: app.fetch });
  },
};

function addPages(app) {
  app.get("/hello", (c) => c.text(HELLO));
  app.get("/article", (c) => c.json(article()));
  app.get("/page", (c) => c.body(KEPT_PAGE, 200, { "content-type": HTML_TYPE }));
  app.get("/rendered", (c) => c.body(renderPage(), 200, { "content-type": HTML_TYPE }));
  app.post("/notes", async (c) => {
    let note;
    try {
      note = await c.req.json();
    } catch {
      return c.body(null, 400);
    }
    const { success, data } = noteSchema.safeParse(note);
    return success ? c.json(data) : c.body(null, 400);
  });
}

function addApi(app) {
  for (const name of BLOCKS) {
    app.use((c, next) => (c.req.header(name) === undefined ? next() : c.body(null, 403)));
  }
  app.use((c, next) => {
    c.header(SERVED_BY[0], SERVED_BY[1]);
    return next();
  });
  for (const route of apiRoutes()) {
    app.on(route.method, route.pattern, (c) => c.text(apiAnswer(route, c.req.param())));
  }
}
