import type * as express from "express";
import type { ErrorRequestHandler, Express } from "express";
import { expressHandler } from "../../adapters/express/index.ts";
import type { HostSubject } from "./host-suite.ts";
import { listen } from "./listen.ts";

/** The same subject for Express 4 and 5, whose types agree as far as they are used here. */
export function expressSubject(name: string, make: typeof express.default): HostSubject {
  return {
    name,
    passesBadPaths: true,
    errorText: (message) => `host error: ${message}`,
    start: (app, setup) => {
      const server: Express = make();
      server.use((_req, res, next) => {
        res.appendHeader("set-cookie", "host=1");
        res.setHeader("vary", "Origin");
        res.setHeader("x-host", "host");
        next();
      });
      if (setup.parsers === true) server.use(make.json(), make.urlencoded({ extended: true }));
      if (setup.mount === undefined) server.use(expressHandler(app));
      else {
        const router = make.Router();
        router.use(expressHandler(app));
        server.use(setup.mount, router);
      }
      server.get("/host", (_req, res) => void res.send("host route"));
      server.use((_req, res) => void res.status(404).send("host 404"));
      const onError: ErrorRequestHandler = (error, _req, res, next) => {
        if (res.headersSent) return next(error);
        res.status(typeof error.status === "number" ? error.status : 500).send(`host error: ${error.message}`);
      };
      server.use(onError);
      return listen(server);
    },
  };
}
