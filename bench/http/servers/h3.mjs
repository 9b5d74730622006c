// h3 2 over its own adapter for node:http.
import { createServer } from "node:http";
import { H3, readBody } from "h3";
import { toNodeHandler } from "h3/node";
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
  TEXT_TYPE,
} from "../work.mjs";

export const servers = {
  own(caseName) {
    const app = new H3({ silent: true });
    if (caseName === TABLE_CASE) addApi(app);
    else addPages(app);
    return createServer(toNodeHandler(app));
  },
};

function addPages(app) {
  app.get("/hello", (event) => typed(event, TEXT_TYPE, HELLO));
  app.get("/article", () => article());
  app.get("/page", (event) => typed(event, HTML_TYPE, KEPT_PAGE));
  app.get("/rendered", (event) => typed(event, HTML_TYPE, renderPage()));
  app.post("/notes", async (event) => {
    const { success, data } = noteSchema.safeParse(await readBody(event));
    if (success) return data;
    event.res.status = 400;
    return "";
  });
}

function typed(event, type, text) {
  event.res.headers.set("content-type", type);
  return text;
}

function addApi(app) {
  for (const name of BLOCKS) {
    app.use((event, next) => {
      if (!event.req.headers.has(name)) return next();
      event.res.status = 403;
      return "";
    });
  }
  app.use((event, next) => {
    event.res.headers.set(SERVED_BY[0], SERVED_BY[1]);
    return next();
  });
  for (const route of apiRoutes()) {
    app.on(route.method, route.pattern, (event) => typed(event, TEXT_TYPE, apiAnswer(route, event.context.params)));
  }
}
