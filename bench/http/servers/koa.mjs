// Koa 3: its own middleware (a router for the table alone), and busbar.
import { createServer } from "node:http";
import { bodyParser } from "@koa/bodyparser";
import { koaHandler } from "busbar/koa";
import Koa from "koa";
import KoaTreeRouter from "koa-tree-router";
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
  noteSchema,
  renderPage,
  SERVED_BY,
  TEXT_TYPE,
} from "../work.mjs";
import { busbarApp } from "./busbar-app.mjs";

export const servers = {
  own: (caseName) => serverOf((app) => (caseName === TABLE_CASE ? addApi(app) : addPages(app))),
  busbar: (caseName) => serverOf((app) => app.use(koaHandler(busbarApp(caseName)))),
};

function serverOf(fill) {
  const app = new Koa();
  app.silent = true; // refusals are a part of the check
  fill(app);
  return createServer(app.callback());
}

function addPages(app) {
  const parse = bodyParser({ enableTypes: ["json"] });
  app.use((ctx, next) => {
    if (ctx.method === "GET") {
      if (ctx.path === "/hello") return answer(ctx, TEXT_TYPE, HELLO);
      if (ctx.path === "/article") return answer(ctx, JSON_TYPE, article());
      if (ctx.path === "/page") return answer(ctx, HTML_TYPE, KEPT_PAGE);
      if (ctx.path === "/rendered") return answer(ctx, HTML_TYPE, renderPage());
    } else if (ctx.method === "POST" && ctx.path === "/notes") return parse(ctx, () => echo(ctx));
    return next();
  });
}

function answer(ctx, type, body) {
  ctx.type = type;
  ctx.body = body;
}

async function echo(ctx) {
  const { success, data } = noteSchema.safeParse(ctx.request.body);
  if (success) ctx.body = data;
  else ctx.status = 400;
}

function addApi(app) {
  for (const name of BLOCKS) {
    app.use((ctx, next) => {
      if (ctx.headers[name] === undefined) return next();
      ctx.status = 403;
    });
  }
  app.use((ctx, next) => {
    ctx.set(SERVED_BY[0], SERVED_BY[1]);
    return next();
  });
  const router = new KoaTreeRouter();
  for (const route of apiRoutes()) {
    // it refuses two names for the parameter of one place
    const places = { ...route, names: route.names.map((_, i) => `p${i}`) };
    let place = 0;
    const pattern = route.pattern.replace(/:\w+/g, () => `:p${place++}`);
    router.on(route.method, pattern, (ctx) => answer(ctx, TEXT_TYPE, apiAnswer(places, ctx.params)));
  }
  app.use(router.routes());
}
