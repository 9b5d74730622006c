import { setTimeout as sleep } from "node:timers/promises";
import { nodePlatform } from "../../adapters/node/index.ts";
import { type App, createApp, stateKey } from "../../lib/app/index.ts";
import { html, renderToStream } from "../../lib/html/index.ts";

const CHUNK = new Uint8Array(64 * 1024).fill(97);

/** What a test may look at from outside while requests run. */
export interface Witness {
  aborted: number;
  pulled: number;
  ended: number;
}

const user = stateKey<string>("user");

/** One app with a route for every behaviour the suite asks about. */
export function createSuiteApp(witness: Witness): App {
  const app = createApp({ platform: nodePlatform, limits: { maxBodyBytes: 100_000 } });
  app.use((c, next) => {
    c.addHeader("x-app", "1");
    return next();
  });
  addReplies(app);
  addBodies(app);
  addStreams(app, witness);
  addErrors(app);
  app.group("/guarded", (group) => {
    group.use(async (c, next) => {
      await sleep(1);
      const name = c.headers["x-user"];
      if (typeof name !== "string") return c.text("who are you?", 401);
      c.set(user, name);
      return next();
    });
    group.get("/me", (c) => c.text(`you are ${c.get(user)}`));
  });
  const inner = createApp();
  inner.get("/", (c) => c.text("inner home"));
  inner.get("/items/:id", (c) => c.json({ id: c.params.id }));
  app.mount("/inner", inner);
  app.own("/api");
  app.get("/api/items/:id", (c) => c.json({ item: c.params.id }));
  app.put("/api/items/:id", (c) => c.empty());
  return app;
}

function addReplies(app: App): void {
  app.get("/", (c) => c.html(html`<h1>Hello ${"<you>"}</h1>`));
  app.get("/late-page", (c) => c.html(html`<p>${sleep(5).then(() => html`<b>late</b>`)}</p>`));
  app.get("/late-failure", () => html`<p>${sleep(5).then(() => Promise.reject(new Error("late hole")))}</p>`);
  app.get("/streamed-page", (c) =>
    c.stream(renderToStream(html`<p>${sleep(5).then(() => "streamed")}</p>`), { type: "text/html; charset=utf-8" }),
  );
  app.get("/page", () => html`<p>just a template</p>`);
  app.get("/hello/:name", (c) => c.text(`hello ${c.params.name}`));
  app.get("/files/*path", (c) => c.text(c.params.path));
  app.get("/query", (c) => c.json(c.query));
  app.get("/cookies", (c) => c.json(c.cookies));
  app.get("/headers", (c) => c.json({ one: c.headers["x-one"] ?? null, base: c.base, url: c.url, method: c.method }));
  app.get("/bytes", (c) => c.bytes(new Uint8Array([0, 255, 128, 10])));
  app.get("/unicode", (c) => c.text("žluťoučký 🐎"));
  app.get("/created", (c) => c.json({ ok: true }, 201, { location: "/created/1" }));
  app.get("/set-cookies", (c) => {
    c.addHeader("set-cookie", "three=3");
    return c.text("cookies", 200, [
      ["set-cookie", "one=1; Path=/"],
      ["set-cookie", "two=2; Path=/"],
    ]);
  });
  app.get("/links", (c) =>
    c.text("links", 200, [
      ["link", "</a>; rel=preload"],
      ["link", "</b>; rel=preload"],
      ["vary", "Accept"],
    ]),
  );
  app.get("/own-type", (c) => c.text("<svg/>", 200, { "content-type": "image/svg+xml", "x-host": "app" }));
  app.get("/empty", (c) => c.empty());
  app.get("/reset", (c) => c.empty(205));
  app.get("/gone", (c) => c.text("no longer", 410));
  app.get("/etag", (c) => (c.fresh('"v1"') ? c.notModified({ etag: '"v1"' }) : c.text("body", 200, { etag: '"v1"' })));
  app.get("/redirect", (c) => c.redirect("/hello/there?a=ž"));
  app.post("/redirect", (c) => c.redirect("/hello/there"));
  app.get("/shape", () => ({ status: 202, headers: [["x-shape", "yes"]] as const, body: html`<b>shape</b>` }));
  for (const method of ["put", "patch", "delete"] as const) app[method]("/thing", (c) => c.text(`${c.method} thing`));
  app.route("PROPFIND", "/dav", {}, (c) => c.text("props"));
}

function addBodies(app: App): void {
  app.post("/json", async (c) => c.json({ got: await c.readJson() }));
  app.post("/form", async (c) => c.json({ got: await c.readForm() }));
  app.post("/text", async (c) => c.json({ got: await c.readText() }));
  app.post("/bytes", async (c) => c.json({ length: (await c.readBytes()).length }));
  app.post("/stream", async (c) => {
    let length = 0;
    for await (const chunk of c.readStream()) length += chunk.length;
    return c.json({ length });
  });
  app.post("/big", { maxBodyBytes: 2_000_000 }, async (c) => c.json({ length: (await c.readBytes()).length }));
  app.post("/echo", (c) => c.stream(c.readStream({ maxBytes: 10_000_000 })));
  app.post("/ignored", (c) => c.text("not read"));
  app.post("/first-chunk", async (c) => {
    for await (const chunk of c.readStream({ maxBytes: 100_000_000 })) return c.json({ first: chunk.length > 0 });
    return c.json({ first: false });
  });
  app.post("/twice", async (c) => {
    await c.readText();
    return c.text(await c.readText());
  });
}

function addStreams(app: App, witness: Witness): void {
  app.get("/chunks", (c) => {
    async function* chunks(): AsyncGenerator<string> {
      for (const part of ["one,", "two,", "three"]) {
        await sleep(1);
        yield part;
      }
    }
    return c.stream(chunks(), { type: "text/plain; charset=utf-8" });
  });
  app.get("/endless", (c) => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          witness.pulled += 1;
          yield CHUNK;
        }
      } finally {
        witness.ended += 1;
      }
    }
    return c.stream(chunks());
  });
  // A source that never has anything to say, and hears when it is let go, as a subscription does.
  const silent = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => {}),
      return: async () => {
        witness.ended += 1;
        return { done: true as const, value: undefined };
      },
    }),
  };
  app.get("/silent-events", (c) => c.sse(silent));
  app.get("/silent-stream", (c) => c.stream(silent));
  app.get("/waits", async (c) => {
    await new Promise<void>((resolve) => c.signal.addEventListener("abort", () => resolve()));
    witness.aborted += 1;
    return c.text("too late");
  });
  app.get("/events", (c) => {
    async function* events(): AsyncGenerator<{ data: string; id: string; event?: string } | string> {
      yield { id: "1", event: "tick", data: "a\nb" };
      yield "plain";
    }
    return c.sse(events());
  });
}

function addErrors(app: App): void {
  app.get("/throws", () => {
    throw new Error("sync failure");
  });
  app.get("/rejects", async () => {
    await sleep(1);
    throw new Error("async failure");
  });
  app.get("/injects", (c) => c.text("x", 200, { "x-evil": "a\r\nset-cookie: evil=1" }));
  app.get("/breaks", (c) => {
    async function* chunks(): AsyncGenerator<string> {
      yield "first";
      await sleep(20);
      throw new Error("mid-stream failure");
    }
    return c.stream(chunks());
  });
  app.get("/breaks-early", (c) => {
    const next = async (): Promise<never> => {
      await sleep(1);
      throw new Error("failed before the first chunk");
    };
    return c.stream({ [Symbol.asyncIterator]: () => ({ next }) });
  });
  app.group("/handled", (group) => {
    group.onError((error, c) => c.text(`handled ${error instanceof Error ? error.message : "?"}`, 503));
    group.get("/throws", () => {
      throw new Error("on purpose");
    });
  });
}
