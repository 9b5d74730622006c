// The same busbar app for every host.
import { createApp } from "busbar/app";
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
  pageTemplate,
  SERVED_BY,
} from "../work.mjs";

const HTML_HEADERS = { "content-type": HTML_TYPE };

export function busbarApp(caseName) {
  const app = createApp();
  if (caseName === TABLE_CASE) addApi(app);
  else addPages(app);
  return app;
}

/** An app whose routes nobody asks for: what stands in front of a host whose own routes are timed. */
export function otherApp() {
  const app = createApp();
  app.group("/v3", addApi);
  return app;
}

function addPages(app) {
  app.get("/hello", (c) => c.text(HELLO));
  app.get("/article", (c) => c.json(article()));
  app.get("/page", (c) => c.text(KEPT_PAGE, 200, HTML_HEADERS));
  app.get("/rendered", (c) => c.html(pageTemplate()));
  app.post("/notes", { body: noteSchema }, (c) => c.json(c.body));
}

function addApi(routes) {
  for (const name of BLOCKS) routes.use((c, next) => (c.headers[name] === undefined ? next() : c.empty(403)));
  routes.use((c, next) => {
    c.addHeader(SERVED_BY[0], SERVED_BY[1]);
    return next();
  });
  for (const route of apiRoutes()) {
    routes.route(route.method, route.pattern, {}, (c) => c.text(apiAnswer(route, c.params)));
  }
}
