// Express 5: its own routes, alone and behind busbar; busbar in front of it and under `app.use`; a raw handler there.
import { createServer } from "node:http";
import { expressHandler } from "busbar/express";
import { inFront } from "busbar/node";
import express from "express";
import { bySpecificity } from "../../router/subjects/by-specificity.mjs";
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
import { bare } from "./bare.mjs";
import { busbarApp, otherApp } from "./busbar-app.mjs";

export const servers = {
  own: (caseName) => createServer(ownRoutes(caseName)),
  behind: (caseName) => createServer(inFront(otherApp(), ownRoutes(caseName))),
  inFront: (caseName) => createServer(inFront(busbarApp(caseName), ownRoutes(caseName))),
  under: (caseName) => createServer(quiet(express()).use(expressHandler(busbarApp(caseName)))),
  raw: (caseName) => createServer(quiet(express()).use(bare(caseName))),
};

// no headers that the others do not send
function quiet(app) {
  return app.disable("x-powered-by").disable("etag");
}

function ownRoutes(caseName) {
  const app = quiet(express());
  if (caseName === TABLE_CASE) addApi(app);
  else addPages(app);
  app.use((error, _req, res, _next) => res.status(error.status ?? 500).end());
  return app;
}

function addPages(app) {
  app.get("/hello", (_req, res) => void res.type(TEXT_TYPE).send(HELLO));
  app.get("/article", (_req, res) => void res.json(article()));
  app.get("/page", (_req, res) => void res.type(HTML_TYPE).send(KEPT_PAGE));
  app.get("/rendered", (_req, res) => void res.type(HTML_TYPE).send(renderPage()));
  app.post("/notes", express.json(), (req, res) => {
    const { success, data } = noteSchema.safeParse(req.body);
    if (success) res.json(data);
    else res.sendStatus(400);
  });
}

function addApi(app) {
  for (const name of BLOCKS) {
    app.use((req, res, next) => {
      if (req.headers[name] === undefined) next();
      else res.sendStatus(403);
    });
  }
  app.use((_req, res, next) => {
    res.setHeader(SERVED_BY[0], SERVED_BY[1]);
    next();
  });
  for (const route of bySpecificity(apiRoutes())) {
    const method = route.method.toLowerCase();
    app[method](route.pattern, (req, res) => void res.type(TEXT_TYPE).send(apiAnswer(route, req.params)));
  }
}
