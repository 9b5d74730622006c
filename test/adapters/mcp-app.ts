import { z } from "zod";
import { type App, createApp } from "../../lib/app/index.ts";

const Order = z.object({ id: z.number(), note: z.string().optional() }).meta({ id: "Order" });

/** What a test may look at from outside. */
export interface Witness {
  readonly seen: string[];
  aborted: number;
}

/** Routes of every kind a tool can be, behind a guard. */
export function createToolApp(witness: Witness = { seen: [], aborted: 0 }): App {
  const app = createApp({ limits: { maxBodyBytes: 10_000 } });
  app.group("/api", (api) => {
    api.use((c, next) => {
      const { authorization } = c.headers;
      if (authorization !== "Bearer good") return c.json({ title: "Who are you?" }, 401);
      witness.seen.push(`${c.method} ${c.url}`);
      return next();
    });
    api.get(
      "/orders/:id(\\d+)",
      {
        params: z.object({ id: z.string().regex(/^\d+$/).transform(Number) }),
        response: Order,
        meta: { mcp: { name: "show_order", title: "Order", description: "One order.", output: true } },
      },
      (c) => c.json({ id: c.params.id }),
    );
    api.post("/orders", { body: Order, meta: { mcp: true, openapi: { summary: "Adds an order." } } }, (c) =>
      c.json(c.body, 201),
    );
    const query = z.object({ q: z.string(), tag: z.array(z.string()).optional(), limit: z.coerce.number().optional() });
    api.get("/search", { query, name: "search", meta: { mcp: true } }, (c) =>
      c.json([c.query, c.headers["x-private"] ?? null]),
    );
    api.route(["PUT", "DELETE"], "/orders/:id", { name: "order", meta: { mcp: true } }, (c) => c.empty());
    api.get("/files/*path", { meta: { mcp: { name: "file" } } }, (c) => c.text(`file ${c.params.path}`));
    api.get("/rest/*", { meta: { mcp: { name: "rest" } } }, (c) => c.text(`rest ${c.params["*"]}`));
    api.get("/whence", { meta: { mcp: { name: "whence" } } }, (c) =>
      c.json([c.request.address ?? null, c.request.secure ?? null]),
    );
    api.get("/archive/:year?", { meta: { mcp: { name: "archive" } } }, (c) => c.text(`year ${c.params.year ?? "all"}`));
    api.get("/picture", { meta: { mcp: { name: "picture" } } }, (c) =>
      c.bytes(new Uint8Array([1, 2, 3]), { type: "image/png" }),
    );
    api.get("/zip", { meta: { mcp: { name: "zip" } } }, (c) =>
      c.bytes(new Uint8Array([1]), { type: "application/zip" }),
    );
    api.get("/moved", { meta: { mcp: { name: "moved" } } }, (c) => c.redirect("/elsewhere"));
    api.get("/broken", { meta: { mcp: { name: "broken" } } }, () => {
      throw new Error("secret detail");
    });
    api.get("/long", { meta: { mcp: { name: "long" } } }, (c) => c.stream(zeros(), { type: "text/plain" }));
    api.get("/events", { meta: { mcp: { name: "events" } } }, (c) => c.sse(never()));
    api.get("/slow", { meta: { mcp: { name: "slow" } } }, async (c) => {
      witness.seen.push("slow begins");
      await new Promise((resolve) => c.signal.addEventListener("abort", resolve));
      witness.aborted += 1;
      throw c.signal.reason;
    });
    api.get("/not-a-tool", (c) => c.empty());
  });
  return app;
}

async function* zeros(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(50_000).fill(48);
}

async function* never(): AsyncGenerator<string> {
  await new Promise(() => {});
  yield "never";
}
