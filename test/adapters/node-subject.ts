import type { IncomingMessage, RequestListener } from "node:http";
import { nodeHandler, serve, toHostRequest } from "../../adapters/node/index.ts";
import type { App } from "../../lib/app/index.ts";
import type { HostSubject, Running } from "./host-suite.ts";

/** Node's own server, plain or over TLS. */
export function nodeSubject(name: string, listen: (listener: RequestListener) => Promise<Running>): HostSubject {
  return {
    name,
    passesBadPaths: true,
    errorText: () => "Internal Server Error",
    start: (app, setup) => {
      const ours = setup.mount === undefined ? nodeHandler(app, host, { report: () => {} }) : mounted(app, setup.mount);
      return listen(async (req, res) => {
        if (setup.parsers === true) await parse(req);
        res.appendHeader("set-cookie", "host=1");
        res.setHeader("vary", "Origin");
        res.setHeader("x-host", "host");
        ours(req, res);
      });
    },
  };
}

const host: RequestListener = (req, res) => {
  const isOwn = req.url === "/host";
  res.statusCode = isOwn ? 200 : 404;
  res.end(isOwn ? "host route" : "host 404");
};

/** Mounting as a framework of one's own would do it. */
function mounted(app: App, base: string): RequestListener {
  return (req, res) => {
    const rest = new RegExp(`^${base}(?=[/?]|$)(.*)$`).exec(req.url ?? "")?.[1];
    if (rest === undefined) return host(req, res);
    const request = toHostRequest(req, res, { base, url: rest.startsWith("/") ? rest : `/${rest}` });
    serve(app, request, res, { pass: () => host(req, res), fail: () => res.destroy() });
  };
}

/** A parser as one writes it by hand: it reads JSON and forms and leaves the rest alone. */
async function parse(req: IncomingMessage & { body?: unknown }): Promise<void> {
  const type = req.headers["content-type"];
  const isForm = type === "application/x-www-form-urlencoded";
  if (type !== "application/json" && !isForm) return;
  let text = "";
  for await (const chunk of req) text += chunk;
  try {
    req.body = isForm ? groupFields(new URLSearchParams(text)) : JSON.parse(text);
  } catch {
    req.body = text;
  }
}

export function groupFields(fields: URLSearchParams): object {
  return Object.fromEntries(
    [...fields.keys()].map((key) => [key, fields.getAll(key).length > 1 ? fields.getAll(key) : fields.get(key)]),
  );
}
