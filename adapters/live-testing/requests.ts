import type { App, HostRequest, Reply, SocketAcceptor } from "../../lib/app/index.ts";
import { CodedError } from "../../lib/errors/index.ts";

/** What came back, after redirects. */
export interface Loaded {
  /** Path and query of the page in the end. */
  readonly url: string;
  readonly status: number;
  /** By lower-case name; of a name that came twice, the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly endsAtMs: number;
}

const ORIGIN = "http://test.local";
const MAX_REDIRECTS = 20;

/** A visitor's requests to an app: cookies, and redirects that are followed as browsers do. */
export class Requests {
  readonly #app: App;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #now: () => number;
  #cookies: Cookie[] = [];

  constructor(app: App, headers: Readonly<Record<string, string>>, now: () => number) {
    this.#app = app;
    this.#headers = headers;
    this.#now = now;
  }

  /** Loads a page. @throws CodedError `TESTING_NO_PAGE` when the app has no route there, or sends in circles; what a handler throws. */
  async load(
    method: "GET" | "POST",
    url: string,
    body?: { readonly type: string; readonly bytes: Uint8Array },
  ): Promise<Loaded> {
    let [verb, at, sent] = [method, pathOf(url, "/"), body];
    for (let left = MAX_REDIRECTS; left > 0; left--) {
      const reply = await this.#app.handle(this.#request(verb, at, sent));
      if (reply === undefined) throw new CodedError("TESTING_NO_PAGE", `${verb} ${at} is none of the app's routes`);
      for (const [name, value] of reply.headers) if (name.toLowerCase() === "set-cookie") this.#keep(value, at);
      const headers = new Map(reply.headers.map(([name, value]) => [name.toLowerCase(), value]));
      const to = headers.get("location");
      const text = await textOf(reply);
      if (reply.status < 300 || reply.status > 399 || to === undefined)
        return { url: at, status: reply.status, headers, text };
      if (!isSameOrigin(to)) return { url: to, status: reply.status, headers, text };
      at = pathOf(to, at);
      if (reply.status !== 307 && reply.status !== 308) [verb, sent] = ["GET", undefined];
    }
    throw new CodedError("TESTING_NO_PAGE", `${method} ${url} is redirected more than ${MAX_REDIRECTS} times`);
  }

  /** Sets a cookie for the whole site, as a script does. */
  setCookie(name: string, value: string, ageMs: number): void {
    this.#keep(`${name}=${value}; Path=/; Max-Age=${ageMs / 1000}`, "/");
  }

  /** Asks for a socket. */
  async connect(url: string): Promise<SocketAcceptor | Reply | undefined> {
    return await this.#app.connect(this.#request("GET", pathOf(url, "/")));
  }

  #request(method: string, url: string, body?: { readonly type: string; readonly bytes: Uint8Array }): HostRequest {
    const cookie = this.#cookies
      .filter(({ path, endsAtMs }) => endsAtMs > this.#now() && isBelow(url.split("?")[0] ?? "/", path))
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
    const headers: Record<string, string> = {
      ...{ host: new URL(ORIGIN).host, "user-agent": "busbar/live/testing", accept: "text/html" },
      ...(method === "GET" ? {} : { origin: ORIGIN, "sec-fetch-site": "same-origin" }),
      ...this.#headers,
      ...(body === undefined ? {} : { "content-type": body.type, "content-length": String(body.bytes.length) }),
    };
    const cookies = [headers["cookie"] ?? "", cookie].filter((part) => part !== "").join("; ");
    if (cookies !== "") headers["cookie"] = cookies;
    async function* stream(): AsyncGenerator<Uint8Array, void, void> {
      if (body !== undefined) yield body.bytes;
    }
    return { method, url, headers, base: "", stream, signal: new AbortController().signal, raw: undefined };
  }

  #keep(line: string, url: string): void {
    const [pair = "", ...parts] = line.split(";").map((part) => part.trim());
    const attributes = new Map(
      parts.map((part): [string, string] => {
        const [name = "", ...value] = part.split("=");
        return [name.toLowerCase(), value.join("=")];
      }),
    );
    const at = pair.indexOf("=");
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const path = attributes.get("path") ?? (url.split("?")[0]?.replace(/\/[^/]*$/, "") || "/");
    const [age, expires] = [attributes.get("max-age"), attributes.get("expires")];
    const ends =
      age !== undefined ? this.#now() + Number(age) * 1000 : expires !== undefined ? Date.parse(expires) : Infinity;
    this.#cookies = this.#cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
    if (ends > this.#now()) this.#cookies.push({ name, value, path, endsAtMs: ends });
  }
}

/** Path and query of an address on this site, seen from another. */
export function pathOf(url: string, from: string): string {
  const { pathname, search } = new URL(url, ORIGIN + from);
  return pathname + search;
}

/** Whether an address is one of the app's. */
export function isSameOrigin(url: string): boolean {
  return new URL(url, ORIGIN).origin === ORIGIN;
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`);
}

async function textOf({ body }: Reply): Promise<string> {
  if (body === null || typeof body === "string") return body ?? "";
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
