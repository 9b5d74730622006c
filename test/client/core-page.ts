import "../../client/core/index.ts";

/** One request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** What a route answers: HTML, or more. */
export type Answer =
  | string
  | {
      readonly status?: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
      readonly url?: string;
    };

export type Route = Answer | ((seen: Seen) => Answer | Promise<Answer>);

export interface Page {
  readonly seen: Seen[];
  /** `reason` of each bus:error, and `status` of each bus:response:error. */
  readonly errors: string[];
  get(selector: string): HTMLElement;
  click(selector: string, init?: MouseEventInit): Promise<void>;
  /** Lets every reply that is not held arrive. */
  settled(): Promise<void>;
}

/** Shows a body and answers its requests: jsdom has no fetch of its own. */
export function show(body: string, routes: Record<string, Route> = {}): Page {
  const seen: Seen[] = [];
  const errors: string[] = [];
  globalThis.fetch = async (input, init) => {
    const url = new URL(String(input));
    const headers = new Headers(init?.headers);
    const { method = "GET", signal } = init ?? {};
    if (!signal) throw new Error("every request can be ended");
    const one = { method, path: url.pathname + url.search, headers, body: await textOf(init?.body), signal };
    seen.push(one);
    const route = routes[`${method} ${url.pathname}`] ?? routes["*"] ?? { status: 404 };
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    });
    const answer = await Promise.race([typeof route === "function" ? route(one) : route, ended]);
    return toResponse(answer, url.href);
  };
  document.body.innerHTML = body;
  const own = new AbortController();
  stop.abort();
  stop = own;
  document.addEventListener("bus:error", (event) => errors.push(event.detail.reason), own);
  document.addEventListener("bus:response:error", ({ detail }) => errors.push(`${detail.ctx.response?.status}`), own);
  const settled = async (): Promise<void> => {
    for (let i = 0; i < 12; i++) await new Promise((resolve) => setTimeout(resolve));
  };
  return {
    seen,
    errors,
    get,
    settled,
    click: async (selector, init = {}) => {
      await settled(); // the observer has seen the page
      get(selector).dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ...init }));
      await settled();
    },
  };
}

let stop = new AbortController();

function get(selector: string): HTMLElement {
  const el = document.querySelector<HTMLElement>(selector);
  if (!el) throw new Error(`nothing matches ${selector}`);
  return el;
}

async function textOf(body: RequestInit["body"]): Promise<string> {
  if (body instanceof FormData)
    return JSON.stringify(
      [...body].map(([name, value]) => [name, typeof value === "string" ? value : `file ${value.name}`]),
    );
  return body === null || body === undefined ? "" : String(body);
}

function toResponse(answer: Answer, asked: string): Response {
  const { status = 200, headers = {}, body = "", url } = typeof answer === "string" ? { body: answer } : answer;
  const empty = [204, 205, 304].includes(status);
  const response = new Response(empty ? null : body, { status, headers: { "content-type": "text/html", ...headers } });
  if (headers["content-type"] === "") response.headers.delete("content-type");
  Object.defineProperty(response, "url", { value: url ? new URL(url, asked).href : asked });
  Object.defineProperty(response, "redirected", { value: url !== undefined });
  return response;
}

/** A reply that arrives when it is told to. */
export function held(): { readonly route: () => Promise<Answer>; answer(answer: Answer): void } {
  let release: (answer: Answer) => void = () => {};
  const promise = new Promise<Answer>((resolve) => {
    release = resolve;
  });
  return { route: () => promise, answer: (answer) => release(answer) };
}
