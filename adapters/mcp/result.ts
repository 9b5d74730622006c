import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Reply } from "../../lib/app/index.ts";
import { isRecord } from "./tools.ts";

/** A result that tells the model what went wrong. */
export function failure(text: string): CallToolResult {
  return { isError: true, content: [{ type: "text", text }] };
}

/**
 * A route's reply as a tool's result: text as it is, JSON objects as structured content too, images and sound in base64. Statuses from 400 are
 * errors, whose body tells the model what to do better.
 */
export async function resultOf(reply: Reply, maxBytes: number, signal: AbortSignal): Promise<CallToolResult> {
  const type = headerOf(reply, "content-type")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const kind = kindOf(type);
  if (kind === undefined) await cancel(reply.body);
  const bytes = kind === undefined ? undefined : await readBody(reply.body, maxBytes, signal);
  const isError = reply.status >= 400;
  if (bytes === undefined) {
    return failure(
      kind === undefined
        ? `The reply (${reply.status}) is of the type ${type}, which cannot be passed on.`
        : `The reply (${reply.status}) is longer than ${maxBytes} bytes.`,
    );
  }
  if (bytes.length === 0) return { isError, content: [{ type: "text", text: emptyText(reply) }] };
  if (kind === "image" || kind === "audio") {
    return { isError, content: [{ type: kind, data: Buffer.from(bytes).toString("base64"), mimeType: type }] };
  }
  const text = new TextDecoder().decode(bytes);
  const structured = kind === "json" ? parseObject(text) : undefined;
  return {
    isError,
    content: [{ type: "text", text }],
    ...(structured === undefined ? {} : { structuredContent: structured }),
  };
}

function emptyText(reply: Reply): string {
  const location = headerOf(reply, "location");
  return location === undefined ? `Status ${reply.status}.` : `Status ${reply.status}, see ${location}`;
}

function headerOf({ headers }: Reply, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** How a media type is passed on; a stream of events has no end to wait for. */
function kindOf(type: string): "json" | "text" | "image" | "audio" | undefined {
  if (type === "" || /^application\/(?:.+\+)?json$/.test(type)) return "json";
  if (type === "text/event-stream") return undefined;
  if (/^text\/|^application\/(?:.+\+)?xml$|^application\/(?:javascript|yaml)$/.test(type)) return "text";
  if (type.startsWith("image/")) return "image";
  return type.startsWith("audio/") ? "audio" : undefined;
}

/** The whole body, or `undefined` when it is too long. A stream ends when the call is given up: it may have no end of its own. */
async function readBody(body: Reply["body"], maxBytes: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
  if (body === null) return new Uint8Array(0);
  if (typeof body === "string" || body instanceof Uint8Array) {
    const bytes = Buffer.from(body);
    return bytes.length > maxBytes ? undefined : bytes;
  }
  const source = body[Symbol.asyncIterator]();
  const giveUp = (): void => void source.return?.().catch(() => {}); // nobody is left to tell
  signal.addEventListener("abort", giveUp);
  if (signal.aborted) giveUp();
  try {
    return await gather({ [Symbol.asyncIterator]: () => source }, maxBytes);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

async function gather(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function cancel(body: Reply["body"]): Promise<void> {
  if (body !== null && typeof body !== "string" && !(body instanceof Uint8Array))
    await body[Symbol.asyncIterator]().return?.();
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // called JSON and is none: the text says it all
  }
}
