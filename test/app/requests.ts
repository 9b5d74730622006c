import type { App, HostRequest, Reply, SocketChannel } from "../../lib/app/index.ts";

export interface RequestInit {
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly parsedBody?: unknown;
  readonly base?: string;
}

/** A request as an adapter would hand it over. */
export function hostRequest(method: string, url: string, init: RequestInit = {}): HostRequest {
  const { headers = {}, body, parsedBody, base } = init;
  return {
    method,
    url,
    headers,
    base,
    parsedBody,
    async *stream() {
      if (body !== undefined) yield typeof body === "string" ? new TextEncoder().encode(body) : body;
    },
    signal: new AbortController().signal,
    raw: undefined,
  };
}

export function ask(app: App, method: string, url: string, init?: RequestInit): ReturnType<App["handle"]> {
  return app.handle(hostRequest(method, url, init));
}

/** Status and body in one line, for tables. */
export async function line(app: App, method: string, url: string, init?: RequestInit): Promise<string> {
  const reply = await ask(app, method, url, init);
  return reply === undefined ? "not ours" : `${reply.status} ${String(reply.body)}`;
}

export function header(reply: Reply | undefined, name: string): string | undefined {
  return reply?.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

/** One end of a socket that records what is done to it. */
export function recordingChannel(): SocketChannel & { readonly log: string[] } {
  const log: string[] = [];
  return {
    log,
    queuedBytes: 0,
    send: (bytes) => void log.push(`send ${new TextDecoder().decode(bytes)}`),
    onMessage: () => () => {},
    onClose: () => () => {},
    close: (code, reason) => void log.push(`close ${code} ${reason}`),
  };
}
