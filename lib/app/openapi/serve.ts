import { renderToString } from "../../html/index.ts";
import type { Route } from "../../router/index.ts";
import type { App } from "../app-types.ts";
import type { Context } from "../context-types.ts";
import type { Middleware } from "../handler-types.ts";
import type { Endpoint } from "../table.ts";
import type { HeaderPair, Reply } from "../types.ts";
import { openapi } from "./document.ts";
import { documentPage } from "./page.ts";
import { PAGE_STYLE } from "./page-style.ts";
import type { OpenApiDocument, OpenApiOptions } from "./types.ts";

/**
 * Options of `serveOpenapi`.
 * @public
 */
export interface ServeOpenapiOptions extends OpenApiOptions {
  /** Where the document is. @defaultValue "/openapi.json" */
  readonly path?: string;
  /** Where the page is, and its stylesheet below it; `false` for none. @defaultValue "/docs" */
  readonly page?: string | false;
  /** Middleware for these routes alone: who may read. */
  readonly use?: Middleware | readonly Middleware[];
}

/** A body ready to be sent again and again. */
interface Prepared {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/**
 * Adds routes that serve the app's OpenAPI document, and a page to read it by.
 * @remarks The bytes are made at the first request and kept until a route is added or removed; replies carry an ETag. The page is plain HTML with a
 * stylesheet from the same app: no script, and a Content-Security-Policy that allows none. Without `servers` the document names the path the app was
 * mounted under. None of these routes is in the document.
 * @throws CodedError as `app.get`.
 * @example
 * ```ts
 * serveOpenapi(app, { info: { title: "Shop", version: "1.0.0" } }); // GET /openapi.json and /docs
 * ```
 * @public
 */
export function serveOpenapi(app: App, options: ServeOpenapiOptions): void {
  const { path = "/openapi.json", page = "/docs", use, ...rest } = options;
  const route = { ...(use === undefined ? {} : { use }), meta: { openapi: false } };
  const prepared = prepareOnce(app, rest);
  app.get(path, route, async (c) => send(c, (await prepared(c, path)).document, "application/json", []));
  if (page === false) return;
  const style = `${page === "/" ? "" : page}/style.css`;
  const links = { document: relative(page, path), style: relative(page, style) };
  const pages = new WeakMap<OpenApiDocument, Promise<Prepared>>();
  app.get(page, route, async (c) => {
    const { source } = await prepared(c, page);
    const made = pages.get(source) ?? prepare(renderToString(documentPage(source, links)));
    pages.set(source, made);
    return send(c, await made, "text/html; charset=utf-8", [["content-security-policy", POLICY]]);
  });
  const css = prepare(PAGE_STYLE);
  app.get(style, route, async (c) => send(c, await css, "text/css; charset=utf-8", []));
}

const POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface Made {
  readonly source: OpenApiDocument;
  readonly document: Prepared;
}

/** Keeps the document until the table or the path in front of the app changes. */
function prepareOnce(app: App, options: OpenApiOptions): (c: Context, pattern: string) => Promise<Made> {
  let routes: readonly Route<Endpoint>[] = [];
  let server = "";
  let made: Promise<Made> | undefined;
  const make = async (): Promise<Made> => {
    const servers = options.servers ?? (server === "" ? undefined : [{ url: server }]);
    const source = openapi(app, { ...options, ...(servers === undefined ? {} : { servers }) });
    return { source, document: await prepare(JSON.stringify(source)) };
  };
  return (c, pattern) => {
    const now = app.router.routes();
    const front = frontOf(c, pattern);
    if (made === undefined || front !== server || !sameRoutes(now, routes)) {
      routes = now;
      server = front;
      made = make();
      made.catch(() => (made = undefined)); // told to who asked; the next one tries again
    }
    return made;
  };
}

function sameRoutes(now: readonly Route<Endpoint>[], before: readonly Route<Endpoint>[]): boolean {
  return now.length === before.length && now.every((route, i) => route === before[i]);
}

/** What stands before the app's own paths: the host's mount path, and the prefix under which another app has mounted this one. */
function frontOf(c: Context, pattern: string): string {
  const path = c.url.replace(/[?#].*$/s, "");
  return c.base + (path.endsWith(pattern) ? path.slice(0, -pattern.length) : "");
}

async function prepare(text: string): Promise<Prepared> {
  const bytes = new TextEncoder().encode(text);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { bytes, etag: `"${btoa(String.fromCharCode(...digest.subarray(0, 18)))}"` };
}

/** `no-cache` means: ask each time whether it is still so. */
function send(c: Context, { bytes, etag }: Prepared, type: string, more: readonly HeaderPair[]): Reply {
  const headers: HeaderPair[] = [
    ["etag", etag],
    ["cache-control", "no-cache"],
    ["x-content-type-options", "nosniff"],
    ...more,
  ];
  return c.fresh(etag) ? c.notModified(headers) : c.bytes(bytes, { type, headers });
}

/** From one of the app's paths to another, so that links hold under any prefix. */
function relative(from: string, to: string): string {
  const depth = from.split("/").length - 2;
  return "../".repeat(depth) + to.slice(1);
}
