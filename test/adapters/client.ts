import { once } from "node:events";
import { type ClientRequest, request as httpRequest, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Agent, fetch as undiciFetch } from "undici";

/** What asks a server that is listening, over plain TCP or over TLS with a certificate nobody has signed. */
export interface Client {
  readonly origin: string;
  /** Fetches a path; redirects are not followed. */
  get(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: BodyInit, headers: Record<string, string>, init?: RequestInit): Promise<Response>;
  /** Writes raw bytes on a connection of its own: see `rawRequest`. */
  raw(parts: readonly (string | Uint8Array)[], until?: RegExp): Promise<string>;
  /** A request whose body and reply the test drives itself. */
  request(path: string, options?: RequestOptions): ClientRequest;
}

/** A client for the server that is running when it is asked. */
export function createClient(origin: () => string): Client {
  const get = (path: string, init?: RequestInit): Promise<Response> => fetchAny(origin() + path, init);
  return {
    get origin() {
      return origin();
    },
    get,
    post: (path, body, headers, init) => get(path, { method: "POST", body, headers, ...init }),
    raw: (parts, until) => rawRequest(origin(), parts, until),
    request: (path, options = {}) => {
      const isTls = origin().startsWith("https:");
      const request = isTls
        ? httpsRequest(origin() + path, { ...options, rejectUnauthorized: false })
        : httpRequest(origin() + path, options);
      return request.on("error", () => {});
    },
  };
}

let anyCertificate: Agent | undefined;

function fetchAny(url: string, init?: RequestInit): Promise<Response> {
  if (url.startsWith("http:")) return fetch(url, { redirect: "manual", ...init });
  anyCertificate ??= new Agent({ connect: { rejectUnauthorized: false } });
  const options = { redirect: "manual", ...init, dispatcher: anyCertificate };
  return undiciFetch(url, options as never) as never; // cast: the platform's fetch and its types are of an older undici
}

export async function openSocket(origin: string): Promise<Socket> {
  const { protocol, hostname, port } = new URL(origin);
  const isTls = protocol === "https:";
  const socket = isTls
    ? connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false })
    : connect(Number(port), hostname);
  socket.on("error", () => {});
  await once(socket, isTls ? "secureConnect" : "connect");
  return socket;
}

/** Writes raw bytes to a server and gives all it sends back until it closes, or until `until` has been seen. */
export async function rawRequest(
  origin: string,
  parts: readonly (string | Uint8Array)[],
  until?: RegExp,
): Promise<string> {
  const socket = await openSocket(origin);
  let text = "";
  const done = new Promise<void>((resolve) => {
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (until?.test(text) === true) resolve();
    });
    socket.on("close", () => resolve());
  });
  for (const part of parts) {
    if (socket.destroyed) break;
    const isTaken = typeof part === "string" ? socket.write(part, "latin1") : socket.write(part);
    if (!isTaken) await Promise.race([once(socket, "drain"), done]);
  }
  await done;
  socket.destroy();
  return text;
}

/** Waits until a condition holds; the test's own time limit is the only clock. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A request body of that many chunks, sent without announcing its length. */
export function chunked(count: number, chunkBytes: number): ReadableStream<Uint8Array> {
  let left = count;
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(new Uint8Array(chunkBytes).fill(97));
      else controller.close();
    },
  });
}
