import type { IncomingMessage, ServerResponse } from "node:http";
import type { App } from "../../lib/app/index.ts";
import { serve, toHostRequest } from "../node/index.ts";

/**
 * What the adapter reads of Express's request; those of Express 4 and 5 both fit.
 * @public
 */
export interface ExpressRequest extends IncomingMessage {
  /** The path the app or router is mounted under. */
  readonly baseUrl?: string;
  /** Path and query as received; tells the mount path where there is no `baseUrl`, as in Connect. */
  readonly originalUrl?: string;
  /** The client's address, by `trust proxy`. */
  readonly ip?: string | undefined;
  /** `"http"` or `"https"`, by `trust proxy`. */
  readonly protocol?: string | undefined;
}

/**
 * Express's `next`.
 * @public
 */
export type ExpressNext = (error?: unknown) => void;

/**
 * Middleware for Express 4 and 5, and for anything that calls `(req, res, next)`, such as Connect.
 * @public
 */
export type ExpressMiddleware = (req: ExpressRequest, res: ServerResponse, next: ExpressNext) => void;

/**
 * Makes the app Express middleware: `server.use(expressHandler(app))`, at the top, under a path or in a Router. What is not
 * the app's goes to `next()`, errors nobody answered to `next(error)`.
 * @remarks Routes match what is left of the path below the mount path; `c.base` is the mount path, for links. Bodies that
 * Express's parsers have read are used as they are.
 * @example
 * ```ts
 * const server = express();
 * server.use(expressHandler(app));
 * ```
 * @public
 */
export function expressHandler(app: App): ExpressMiddleware {
  return (req, res, next) => {
    const { baseUrl, originalUrl = "" } = req;
    const request = toHostRequest(
      req,
      res,
      baseUrl === undefined ? { originalUrl, client: req } : { base: baseUrl, client: req },
    );
    serve(app, request, res, { pass: () => next(), fail: (error) => next(asError(error)) });
  };
}

/** Express leaves a route or a router at these words, and at nothing goes on: a failure is to be neither. */
function asError(error: unknown): unknown {
  return !error || error === "route" || error === "router" ? new Error(`${error}`, { cause: error }) : error;
}
