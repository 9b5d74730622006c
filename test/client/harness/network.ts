import type { Answer, Asked, Case, Reply, Route } from "./format.ts";
import type { Translate } from "./translate.ts";
import { translateAll } from "./translate.ts";

/** A request that was made, with what became of it. */
export interface Made extends Asked {
  readonly headers: Headers;
  readonly init: RequestInit;
  /** Whether its reply (all of it) has arrived or its end was noticed. */
  isAnswered: boolean;
  /** Whether it was ended before that. */
  isAborted: boolean;
}

/** Answers `fetch` in the page itself. */
export interface Network {
  readonly made: readonly Made[];
  /** Requests that wait for nothing but the page's turn. */
  readonly isBusy: boolean;
  release(name: string): void;
  /** From now on there is nothing to be had, and nothing is held. */
  finish(): void;
  /** Gives the page its own fetch back. */
  restore(): void;
}

export function installNetwork({ routes = {} }: Case, translate: Translate, onActivity: () => void): Network {
  const { fetch } = globalThis;
  const made: Made[] = [];
  const holds = new Map<string, () => void>();
  const counts = new Map<Route, number>();
  let open = 0;
  let waiting = 0;
  let isOver = false;

  const hold = (name: string): Promise<void> => new Promise((resolve) => holds.set(name, resolve));
  const route = (asked: Asked): Reply => {
    const path = asked.path.replace(/\?.*/, "");
    const found = routes[`${asked.method} ${path}`] ?? routes["*"] ?? { status: 404 };
    const count = counts.get(found) ?? 0;
    counts.set(found, count + 1);
    const answer =
      typeof found === "function"
        ? found(asked)
        : Array.isArray(found)
          ? found.at(Math.min(count, found.length - 1))
          : found;
    const reply = answer as Answer; // cast: Array.isArray does not narrow readonly arrays
    return translateAll(typeof reply === "string" ? { body: reply } : reply, translate);
  };

  globalThis.fetch = async (input, init = {}) => {
    const { signal } = init;
    if (!signal) throw new Error("every request can be ended");
    const url = new URL(String(input));
    const headers = new Headers(init.headers);
    const one: Made = {
      method: init.method ?? "GET",
      path: url.pathname + url.search,
      body: textOf(init.body),
      index: made.length,
      headers,
      header: (name) => headers.get(translate(name)),
      init,
      isAnswered: false,
      isAborted: false,
    };
    made.push(one);
    open++;
    const ended = new Promise<never>((_, reject) => {
      const end = (): void => {
        one.isAborted = !one.isAnswered;
        reject(new DOMException("", "AbortError"));
      };
      signal.addEventListener("abort", end);
      if (signal.aborted) end();
    });
    ended.catch(() => {}); // a request may also end when its reply has been used
    const wait = async (name: string): Promise<void> => {
      if (isOver) return;
      waiting++;
      try {
        await Promise.race([hold(name), ended]);
      } finally {
        waiting--;
      }
    };
    try {
      let reply = route(one);
      if (reply.hold) await wait(reply.hold);
      if (signal.aborted) await ended;
      if (isOver) reply = { status: 204 };
      if (reply.broken) throw new TypeError("the connection broke");
      return toResponse(reply, url.href, wait, () => {
        one.isAnswered = true;
      });
    } finally {
      open--;
      onActivity();
    }
  };

  return {
    made,
    get isBusy() {
      return open > waiting;
    },
    release: (name) => {
      const release = holds.get(name);
      if (!release) throw new Error(`nothing is held as ${name}`);
      holds.delete(name);
      release();
    },
    finish: () => {
      isOver = true;
      for (const release of holds.values()) release();
    },
    restore: () => {
      globalThis.fetch = fetch;
    },
  };
}

function textOf(body: RequestInit["body"]): string {
  if (!(body instanceof FormData)) return body === null || body === undefined ? "" : String(body);
  return JSON.stringify(
    [...body].map(([name, value]) => [name, typeof value === "string" ? value : `file ${value.name}`]),
  );
}

const NO_BODY = [204, 205, 304];

function toResponse(reply: Reply, asked: string, wait: (name: string) => Promise<void>, done: () => void): Response {
  const { status = 200, headers = {}, body = "", stream, url } = reply;
  const pieces = stream ?? [body];
  let i = 0;
  const source = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        for (; i < pieces.length; ) {
          const piece = pieces[i++] ?? "";
          if (typeof piece !== "string") await wait(piece.hold);
          else if (piece) return controller.enqueue(new TextEncoder().encode(piece));
        }
        done();
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const isEmpty = NO_BODY.includes(status);
  if (isEmpty) done();
  const response = new Response(isEmpty ? null : source, {
    status,
    headers: { "content-type": "text/html; charset=utf-8", ...headers },
  });
  if (headers["content-type"] === "") response.headers.delete("content-type");
  Object.defineProperty(response, "url", { value: url === undefined ? asked : new URL(url, asked).href });
  Object.defineProperty(response, "redirected", { value: url !== undefined });
  return response;
}
