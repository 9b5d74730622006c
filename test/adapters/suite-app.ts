import { setTimeout as sleep } from "node:timers/promises";
import { nodePlatform } from "../../adapters/node/index.ts";
import { type App, createApp, type StandardSchema, stateKey } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { addReplies } from "./suite-app-replies.ts";
import { addStreams } from "./suite-app-streams.ts";

/** What a test may look at from outside while requests run. */
export interface Witness {
  /** Signals that fired. */
  aborted: number;
  /** Chunks pulled from endless streams. */
  pulled: number;
  /** Streams that were let go. */
  ended: number;
  /** Requests that have come to the app. */
  begun: number;
  /** Codes of what body readers failed with. */
  readonly failures: string[];
  /** Opens the gates of the streams that wait. */
  readonly gates: (() => void)[];
}

export function createWitness(): Witness {
  return { aborted: 0, pulled: 0, ended: 0, begun: 0, failures: [], gates: [] };
}

const user = stateKey<string>("user");

/** One app with a route for every behaviour the suite asks about. */
export function createSuiteApp(witness: Witness): App {
  const app = createApp({ platform: nodePlatform, limits: { maxBodyBytes: 100_000 } });
  app.use((c, next) => {
    witness.begun++;
    c.addHeader("x-app", "1");
    return next();
  });
  addReplies(app);
  addRequests(app);
  addBodies(app, witness);
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

function addRequests(app: App): void {
  app.get("/hello/:name", (c) => c.text(`hello ${c.params.name}`));
  app.get("/files/*path", (c) => c.text(c.params.path));
  app.get("/query", (c) => c.json(c.query));
  app.get("/cookies", (c) => c.json(c.cookies));
  app.get("/headers", (c) => c.json({ one: c.headers["x-one"] ?? null, base: c.base, url: c.url, method: c.method }));
  app.get("/all-headers", (c) => c.json(c.headers));
  app.get("/client", (c) => {
    const { address, secure, compresses } = c.request;
    return c.json({ address, secure, compresses });
  });
  app.get("/hints", (c) => {
    c.request.hint?.(["</style.css>; rel=preload; as=style", "</app.js>; rel=preload; as=script"]);
    return c.text("hinted");
  });
  app.get("/no-hints", (c) => {
    c.request.hint?.([]);
    return c.text("not hinted");
  });
  for (const method of ["put", "patch", "delete"] as const) app[method]("/thing", (c) => c.text(`${c.method} thing`));
  app.options("/thing", (c) => c.text("options of the app's own"));
  app.route("PROPFIND", "/dav", {}, (c) => c.text("props"));
}

const anything: StandardSchema = {
  "~standard": { version: 1, vendor: "suite", validate: (value) => ({ value }) },
};

function addBodies(app: App, witness: Witness): void {
  app.post("/json", async (c) => c.json({ got: await c.readJson() }));
  app.post("/checked", { body: anything }, (c) => c.json({ got: c.body }));
  app.post("/form", async (c) => c.json({ got: await c.readForm() }));
  app.post("/text", async (c) => c.json({ got: await c.readText() }));
  app.post("/bytes", async (c) => c.json({ length: (await c.readBytes()).length }));
  app.delete("/bytes", async (c) => c.json({ length: (await c.readBytes()).length }));
  app.post("/stream", async (c) => {
    let length = 0;
    for await (const chunk of c.readStream()) length += chunk.length;
    return c.json({ length });
  });
  app.post("/big", { maxBodyBytes: 2_000_000 }, async (c) => c.json({ length: (await c.readBytes()).length }));
  app.post("/echo", (c) => c.stream(c.readStream({ maxBytes: 10_000_000 })));
  app.post("/ignored", (c) => c.text("not read"));
  app.post("/ignored-later", async (c) => {
    await sleep(1);
    return c.text("not read");
  });
  app.post("/throws", () => {
    throw new Error("failure with a body");
  });
  app.post("/first-chunk", async (c) => {
    for await (const chunk of c.readStream({ maxBytes: 100_000_000 })) return c.json({ first: chunk.length > 0 });
    return c.json({ first: false });
  });
  app.post("/twice", async (c) => {
    await c.readText();
    return c.text(await c.readText());
  });
  app.post("/watched", async (c) => {
    try {
      return c.text(await c.readText());
    } catch (error) {
      witness.failures.push(isCodedError(error) ? error.code : String(error));
      throw error;
    }
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
  app.get("/throws-nothing", () => {
    throw null;
  });
  app.get("/rejects-nothing", () => Promise.reject());
  app.get("/throws-route", () => {
    throw "route"; // a word Express gives a meaning to
  });
  app.get("/injects", (c) => c.text("x", 200, { "x-evil": "a\r\nset-cookie: evil=1" }));
  app.get("/wrong-length", (c) => c.text("four", 200, { "content-length": "3" }));
  app.get("/two-lengths", (c) =>
    c.text("four", 200, [
      ["content-length", "4"],
      ["content-length", "4"],
    ]),
  );
  app.get("/upgrade-nobody-asked-for", () => ({ status: 101, headers: [], body: null }));
  app.get("/coded-for-the-way", (c) => c.text("four", 200, { "transfer-encoding": "gzip" }));
  app.get("/passed-on", (c) =>
    c.text("four", 200, [
      ["transfer-encoding", "chunked"],
      ["content-length", "4"],
    ]),
  );
  app.get("/no-reply", () => undefined as never); // cast: what an untyped handler may return
  app.group("/handled", (group) => {
    group.onError((error, c) => c.text(`handled ${error instanceof Error ? error.message : "?"}`, 503));
    group.get("/throws", () => {
      throw new Error("on purpose");
    });
    group.get("/throws-text", () => {
      throw "only text";
    });
  });
  app.group("/handled-later", (group) => {
    group.onError(async (error, c) => {
      await sleep(1);
      return c.text(`later ${error instanceof Error ? error.message : "?"}`, 503);
    });
    group.get("/throws", () => {
      throw new Error("on purpose");
    });
  });
  app.group("/handler-fails", (group) => {
    group.onError(() => {
      throw new Error("the error handler's own failure");
    });
    group.get("/throws", () => {
      throw new Error("on purpose");
    });
  });
  app.group("/handler-gives-no-reason", (group) => {
    group.onError(() => {
      throw undefined;
    });
    group.get("/throws", () => Promise.reject(new Error("on purpose")));
  });
  app.group("/later-handler-gives-no-reason", (group) => {
    group.onError(() => Promise.reject());
    group.get("/throws", () => {
      throw new Error("on purpose");
    });
  });
  app.group("/middleware-fails", (group) => {
    group.use(() => {
      throw new Error("middleware failure");
    });
    group.get("/page", (c) => c.text("never"));
  });
}
