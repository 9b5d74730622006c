// Polka 0.5: its router and middleware; it has no replies and no body parser of its own.
import { createServer } from "node:http";
import polka from "polka";
import { bySpecificity } from "../../router/subjects/by-specificity.mjs";
import { TABLE_CASE } from "../names.mjs";
import {
  apiAnswer,
  apiRoutes,
  article,
  BLOCKS,
  HELLO,
  HTML_TYPE,
  JSON_TYPE,
  KEPT_PAGE,
  renderPage,
  SERVED_BY,
  TEXT_TYPE,
} from "../work.mjs";
import { readNote } from "./bare.mjs";

export const servers = {
  own(caseName) {
    const app = polka();
    if (caseName === TABLE_CASE) addApi(app);
    else addPages(app);
    return createServer((req, res) => app.handler(req, res));
  },
};

function addPages(app) {
  app.get("/hello", (_req, res) => answer(res, TEXT_TYPE, HELLO));
  app.get("/article", (_req, res) => answer(res, JSON_TYPE, JSON.stringify(article())));
  app.get("/page", (_req, res) => answer(res, HTML_TYPE, KEPT_PAGE));
  app.get("/rendered", (_req, res) => answer(res, HTML_TYPE, renderPage()));
  app.post("/notes", (req, res) => {
    readNote(req, (status, note) => {
      res.statusCode = status;
      if (status === 200) answer(res, JSON_TYPE, JSON.stringify(note));
      else res.end();
    });
  });
}

function answer(res, type, body) {
  res.setHeader("content-type", type);
  res.end(body);
}

function addApi(app) {
  for (const name of BLOCKS) {
    app.use((req, res, next) => {
      if (req.headers[name] === undefined) return next();
      res.statusCode = 403;
      res.end();
    });
  }
  app.use((_req, res, next) => {
    res.setHeader(SERVED_BY[0], SERVED_BY[1]);
    next();
  });
  for (const route of bySpecificity(apiRoutes())) {
    app.add(route.method, route.pattern, (req, res) => answer(res, TEXT_TYPE, apiAnswer(route, req.params)));
  }
}
