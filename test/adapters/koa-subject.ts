import { bodyParser } from "@koa/bodyparser";
import type Koa from "koa";
import { koaHandler } from "../../adapters/koa/index.ts";
import type { HostSubject } from "./host-suite.ts";
import { listen } from "./listen.ts";

/** The same subject for Koa 2 and 3, whose types agree as far as they are used here. */
export function koaSubject(name: string, Make: typeof Koa): HostSubject {
  return {
    name,
    passesBadPaths: true,
    errorText: (message) => `host error: ${message}`,
    start: (app, setup) => {
      const server = new Make();
      server.on("error", () => {});
      server.use(async (ctx, next) => {
        ctx.append("set-cookie", "host=1");
        ctx.set("vary", "Origin");
        ctx.set("x-host", "host");
        try {
          await next();
        } catch (error) {
          ctx.status = (error as { status?: number }).status ?? 500;
          ctx.body = `host error: ${(error as Error).message}`;
        }
      });
      if (setup.parsers === true) server.use(bodyParser());
      server.use(mount(setup.mount, koaHandler(app)));
      server.use((ctx) => {
        const isOwn = ctx.path === "/host";
        ctx.status = isOwn ? 200 : 404;
        ctx.body = isOwn ? "host route" : "host 404";
      });
      return listen(server.callback());
    },
  };
}

/** Rewrites the path for what it mounts and puts it back for what follows, as koa-mount does. */
function mount(prefix: string | undefined, inner: Koa.Middleware): Koa.Middleware {
  if (prefix === undefined) return inner;
  return async (ctx, next) => {
    const { path } = ctx;
    if (path !== prefix && !path.startsWith(`${prefix}/`)) return next();
    ctx.path = path.slice(prefix.length) || "/";
    await inner(ctx, async () => {
      ctx.path = path;
      await next();
    });
  };
}
