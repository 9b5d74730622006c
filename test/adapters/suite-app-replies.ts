import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { App } from "../../lib/app/index.ts";
import { html, renderToStream } from "../../lib/html/index.ts";

/** Routes for what replies look like on the wire. */
export function addReplies(app: App): void {
  addPages(app);
  addHeaders(app);
  app.get("/bytes", (c) => c.bytes(new Uint8Array([0, 255, 128, 10])));
  app.get("/bytes-of-a-part", (c) => c.bytes(new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 3)));
  app.get("/shared-bytes", (c) => {
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    shared.set([1, 2, 3, 4]);
    return c.bytes(shared.subarray(1, 3));
  });
  app.get("/big-bytes", (c) => c.bytes(new Uint8Array(3_000_000).fill(7)));
  app.get("/big-text", (c) => c.text("ž".repeat(1_000_000)));
  app.get("/no-bytes", (c) => c.bytes(new Uint8Array(0)));
  app.get("/no-text", (c) => c.text(""));
  app.get("/unicode", (c) => c.text("žluťoučký 🐎"));
  app.get("/created", (c) => c.json({ ok: true }, 201, { location: "/created/1" }));
  app.get("/status/:code", (c) => c.text(`status ${c.params.code}`, Number(c.params.code)));
  app.get("/empty-status/:code", (c) => c.empty(Number(c.params.code)));
  app.get("/empty", (c) => c.empty());
  app.get("/reset", (c) => c.empty(205));
  app.get("/gone", (c) => c.text("no longer", 410));
  app.get("/part", (c) =>
    c.bytes(new Uint8Array([50, 51]), {
      status: 206,
      type: "text/plain",
      headers: { "content-range": "bytes 2-3/10" },
    }),
  );
  app.get("/etag", (c) => (c.fresh('"v1"') ? c.notModified({ etag: '"v1"' }) : c.text("body", 200, { etag: '"v1"' })));
  app.get("/redirect", (c) => c.redirect("/hello/there?a=ž"));
  app.post("/redirect", (c) => c.redirect("/hello/there"));
  app.get("/redirect-away", (c) => c.redirect("//evil.example"));
}

function addPages(app: App): void {
  app.get("/", (c) => c.html(html`<h1>Hello ${"<you>"}</h1>`));
  app.get("/late-page", (c) => c.html(html`<p>${sleep(5).then(() => html`<b>late</b>`)}</p>`));
  app.get("/late-failure", () => html`<p>${sleep(5).then(() => Promise.reject(new Error("late hole")))}</p>`);
  app.get("/streamed-page", (c) =>
    c.stream(renderToStream(html`<p>${sleep(5).then(() => "streamed")}</p>`), { type: "text/html; charset=utf-8" }),
  );
  app.get("/page", () => html`<p>just a template</p>`);
  app.get("/shape", () => ({ status: 202, headers: [["x-shape", "yes"]] as const, body: html`<b>shape</b>` }));
}

function addHeaders(app: App): void {
  app.get("/set-cookies", (c) => {
    c.addHeader("set-cookie", "three=3");
    return c.text("cookies", 200, [
      ["set-cookie", "one=1; Path=/"],
      ["set-cookie", "two=2; Path=/"],
    ]);
  });
  app.get("/one-cookie", (c) => c.text("cookie", 200, { "set-cookie": "only=1" }));
  app.get("/many-cookies", (c) =>
    c.text(
      "cookies",
      200,
      Array.from({ length: 50 }, (_, i) => ["Set-Cookie", `c${i}=${i}, still ${i}`] as const),
    ),
  );
  app.get("/links", (c) =>
    c.text("links", 200, [
      ["link", "</a>; rel=preload"],
      ["link", "</b>; rel=preload"],
      ["vary", "Accept"],
    ]),
  );
  app.get("/mixed-case", (c) =>
    c.text("mixed", 200, [
      ["X-Mixed", "1"],
      ["x-mixed", "2"],
      ["Content-Language", "cs"],
    ]),
  );
  app.get("/odd-values", (c) =>
    c.bytes(new Uint8Array([111]), {
      headers: { "x-empty": "", "x-tab": "a\tb", "x-latin": "é", "x-long": "y".repeat(6000) },
    }),
  );
  app.get("/latin-and-text", (c) => c.text(String(c.query["text"]), 200, { "x-latin": "é" }));
  app.get("/own-type", (c) => c.text("<svg/>", 200, { "content-type": "image/svg+xml", "x-host": "app" }));
  app.get("/trailer", (c) => c.text("no trailer", 200, { trailer: "x-sum" }));
  app.get("/trailer/stream", (c) => c.stream(Readable.from(["no trailer"]), { headers: { Trailer: "x-sum" } }));
  app.get("/handed-on", (c) =>
    c.text("handed on", 200, {
      connection: "keep-alive",
      "keep-alive": "timeout=99",
      upgrade: "h2c",
      "x-end": "to end",
    }),
  );
  app.get("/two-types", (c) => {
    c.addHeader("Content-Type", "text/html");
    return c.text("<script>");
  });
  app.get("/own-length", (c) => c.text("four", 200, { "content-length": "4" }));
}
