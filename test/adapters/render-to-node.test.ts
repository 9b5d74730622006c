import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough, Writable } from "node:stream";
import express from "express";
import Fastify from "fastify";
import Koa from "koa";
import { afterEach, describe, expect, test } from "vitest";
import { type NodeRenderOptions, renderToNode } from "../../adapters/node/index.ts";
import { each, type HtmlValue, html } from "../../lib/html/index.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handler);
  stops.push(
    () => void server.closeAllConnections(),
    () => void server.close(),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const later = async (value: HtmlValue) => {
  await new Promise((done) => setImmediate(done));
  return value;
};
const list = (rows: number, row: (i: number) => HtmlValue = (i) => html`<li>${"é".repeat(50)}${i}</li>`): HtmlValue =>
  html`<ul>${each(
    Array.from({ length: rows }, (_, i) => i),
    (i) => i,
    row,
  )}</ul>`;

async function collect(writable: PassThrough): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of writable) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

describe("renderToNode", () => {
  test("tells the length of a page that fits into one piece, and sends longer ones in chunks", async () => {
    for (const [rows, header] of [
      [3, "content-length"],
      [2_000, "transfer-encoding"],
    ] as const) {
      const answer = await fetch(await serve((_req, res) => void renderToNode(list(rows), res)));
      expect([...answer.headers.keys()]).toContain(header);
      expect((await answer.text()).length).toBe(9 + rows * 59 + [...Array(rows).keys()].join("").length);
    }
  });

  test("waits for the last piece where the writable stays open", async () => {
    const writable = new PassThrough();
    expect(await renderToNode(html`<p>${"a"}</p>`, writable, { end: false })).toBe(true);
    writable.end("more");
    expect(await collect(writable)).toBe("<p>a</p>more");
  });

  test("writes the page into the response of any host, typed as HTML", async () => {
    const page = (): HtmlValue => html`<p>${later("é & more")}</p>`;
    const expressApp = express();
    expressApp.get("/", (_request, response, next) => renderToNode(page(), response).catch(next));
    const fastify = Fastify();
    stops.push(() => void fastify.close());
    fastify.get("/", (_request, reply) => {
      reply.hijack();
      return renderToNode(page(), reply.raw);
    });
    await fastify.ready();
    const koa = new Koa();
    koa.use((ctx) => {
      ctx.respond = false;
      return renderToNode(page(), ctx.res).then(() => {});
    });
    const urls = [
      await serve(expressApp),
      await serve((req, res) => fastify.routing(req, res)),
      await serve(koa.callback()),
      await serve((_req, res) => void renderToNode(page(), res)),
    ];
    for (const url of urls) {
      const answer = await fetch(url);
      expect(await answer.text()).toBe("<p>é &amp; more</p>");
      expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    }
  });

  test("keeps a content type that is set, and leaves the writable open when asked", async () => {
    const url = await serve((_req, res) => {
      res.setHeader("content-type", "application/xhtml+xml");
      void renderToNode(html`<p></p>`, res, { end: false }).then(() => res.end("<!-- end -->"));
    });
    const answer = await fetch(url);
    expect(answer.headers.get("content-type")).toBe("application/xhtml+xml");
    expect(await answer.text()).toBe("<p></p><!-- end -->");
  });

  test("waits for a slow reader, and renders no further than that", async () => {
    let rows = 0;
    const writable = new PassThrough({ highWaterMark: 16_384 });
    const done = renderToNode(
      list(20_000, (i) => {
        rows++;
        return html`<li>${"x".repeat(100)}${i}</li>`;
      }),
      writable,
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(rows).toBeLessThan(1_000);
    const text = await collect(writable);
    expect(await done).toBe(true);
    expect(rows).toBe(20_000);
    expect(text.endsWith("19999</li></ul>")).toBe(true);
  });

  test("says false when the other side closes, and renders no more", async () => {
    let rows = 0;
    let outcome: Promise<boolean> | undefined;
    const url = await serve((_req, res) => {
      outcome = renderToNode(
        list(1_000_000, (i) => {
          rows++;
          return html`<li>${"x".repeat(200)}${i}</li>`;
        }),
        res,
      );
    });
    await new Promise<void>((resolve) => {
      const client = request(url, (answer) => {
        answer.once("data", () => {
          client.destroy();
          resolve();
        });
      });
      client.on("error", () => {});
      client.end();
    });
    expect(await outcome).toBe(false);
    expect(rows).toBeLessThan(1_000_000);
    const closed = new PassThrough();
    closed.destroy();
    expect(await renderToNode(html`<p></p>`, closed)).toBe(false);
  });

  test("an error before the first byte leaves the response to the host, later it breaks the connection off", async () => {
    const fail = async (before: number, options?: NodeRenderOptions): Promise<Response> => {
      const url = await serve((_req, res) => {
        renderToNode([list(before), Promise.reject(new Error("broken"))], res, options).catch((error: Error) => {
          if (res.headersSent) return;
          res.statusCode = 500;
          res.end(error.message);
        });
      });
      return fetch(url);
    };
    const url = await serve((_req, res) => {
      renderToNode(Promise.reject(new Error("broken")), res).catch((error: Error) => {
        res.statusCode = 500;
        res.end(error.message);
      });
    });
    const early = await fetch(url);
    expect([early.status, await early.text()]).toEqual([500, "broken"]);
    const late = await fail(1_000);
    expect(late.status).toBe(200);
    await expect(late.text()).rejects.toThrow();
  });

  test("ends with the signal's reason", async () => {
    const controller = new AbortController();
    const writable = new PassThrough();
    const done = renderToNode(html`a${new Promise<string>(() => {})}`, writable, { signal: controller.signal });
    controller.abort(new Error("timeout"));
    await expect(done).rejects.toThrow("timeout");
    expect(writable.destroyed).toBe(true);
    await expect(renderToNode(html`a`, new PassThrough(), { signal: controller.signal })).rejects.toThrow("timeout");
  });

  test("an error of the writable does not hang the render", async () => {
    const writable = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => done(new Error("disk full")),
    });
    writable.on("error", () => {});
    expect(await renderToNode(list(5_000), writable)).toBe(false);
  });
});
