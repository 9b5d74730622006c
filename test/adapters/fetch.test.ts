import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { fetchHandler } from "../../adapters/fetch/index.ts";
import { hostSuite } from "./host-suite.ts";
import { listen } from "./listen.ts";
import { groupFields } from "./node-subject.ts";

type Env = { Bindings: HttpBindings; Variables: { body: unknown } };

hostSuite({
  name: "fetch (hono)",
  passesBadPaths: true,
  errorText: (message) => `host error: ${message}`,
  ways: { guessedType: "text/plain; charset=UTF-8", resolvesDots: true },
  start: (app, setup) => {
    const server = new Hono<Env>();
    server.onError((error, c) => c.text(`host error: ${error.message}`, 500));
    server.notFound((c) => c.text("host 404", 404));
    server.use(async (c, next) => {
      await next();
      c.header("set-cookie", "host=1", { append: true });
      c.header("vary", ["Origin", c.res.headers.get("vary")].filter((value) => value !== null).join(", "));
      if (!c.res.headers.has("x-host")) c.header("x-host", "host");
    });
    if (setup.parsers === true)
      server.use(async (c, next) => {
        c.set("body", await parse(c));
        await next();
      });
    const answer = fetchHandler<Context<Env>>(app, {
      base: setup.mount ?? "",
      address: (_request, c) => c.env.incoming.socket.remoteAddress,
      hint: (links, _request, c) => {
        if (c.env.incoming.httpVersion !== "1.0") c.env.outgoing.writeEarlyHints({ link: [...links] });
      },
      parsedBody: (_request, c) => c.get("body"),
    });
    server.use(async (c, next) => (await answer(c.req.raw, c)) ?? next());
    server.get("/host", (c) => c.text("host route"));
    return listen(getRequestListener(server.fetch));
  },
});

/** A parser as one writes it for Hono: it reads JSON and forms and leaves the rest alone. */
async function parse(c: Context<Env>): Promise<unknown> {
  const type = c.req.header("content-type");
  const isForm = type === "application/x-www-form-urlencoded";
  if (type !== "application/json" && !isForm) return undefined;
  const text = await c.req.text();
  try {
    return isForm ? groupFields(new URLSearchParams(text)) : JSON.parse(text);
  } catch {
    return text;
  }
}
