import type { Context, HandlerResult, SocketChannel, SseEvent } from "../../app/index.ts";
import { isForeignPost } from "./http.ts";
import type { Service } from "./service.ts";
import { serveSocket } from "./socket.ts";
import { toText } from "./token.ts";

/** Bytes of one POST: the longest message that sockets take, and some. */
const MAX_POST_BYTES = 1_100_000;
const NO_STATUS = 1005;
const GONE = 1006;

/**
 * Sockets of those whose network has none: what the server says comes as server-sent events, what the client says as POSTs to the same URL.
 * The frames are the same.
 */
export class EventStreams {
  private readonly service: Service;
  private readonly channels: Map<string, StreamChannel> = new Map();

  constructor(service: Service) {
    this.service = service;
  }

  /** Whether a GET asks for a stream instead of the page. */
  isAsked(c: Context): boolean {
    return c.request.headers["accept"] === "text/event-stream";
  }

  /** Whether a POST carries frames instead of a form. */
  isFrames(c: Context): boolean {
    return c.request.headers["bus-live"] !== undefined;
  }

  /** Opens a stream, and serves it as a socket. */
  open(c: Context): HandlerResult {
    // Nobody guesses the id; it is good for this URL alone, and as long as the stream.
    const id = toText(c.platform.random(18)).replaceAll("+", "-").replaceAll("/", "_");
    const channel = new StreamChannel(c.base + c.url, () => this.channels.delete(id));
    this.channels.set(id, channel);
    const lose = (): void => channel.end(GONE, "");
    if (c.signal.aborted) lose();
    c.signal.addEventListener("abort", lose, { once: true });
    serveSocket(this.service, c, channel);
    return c.sse(channel.events(id), { headers: [["cache-control", "no-store, no-transform"]] });
  }

  /** Takes the frames of a POST, each behind its length in four bytes. */
  async take(c: Context): Promise<HandlerResult> {
    if (isForeignPost(c.request.headers)) return c.text("Forbidden", 403);
    const id = c.request.headers["bus-live"];
    const body = await c.readBytes({ maxBytes: MAX_POST_BYTES });
    const channel = typeof id === "string" ? this.channels.get(id) : undefined;
    if (channel === undefined || channel.url !== c.base + c.url) return c.text("No such channel", 404);
    const frames = splitFrames(body);
    if (frames === undefined) return c.text("Not frames", 400);
    for (const frame of frames) channel.receive(frame);
    return c.empty();
  }
}

/** One stream, seen as the socket it stands for. */
class StreamChannel implements SocketChannel {
  readonly url: string;
  queuedBytes: number = 0;
  private readonly onEnd: () => void;
  private readonly queue: Uint8Array[] = [];
  private wake: (() => void) | undefined = undefined;
  private readonly messageListeners: Set<(bytes: Uint8Array) => void> = new Set();
  private readonly closeListeners: Set<(code: number, reason: string) => void> = new Set();
  private closing: { readonly code: number; readonly reason: string } | undefined = undefined;

  constructor(url: string, onEnd: () => void) {
    this.url = url;
    this.onEnd = onEnd;
  }

  send(bytes: Uint8Array): void {
    if (this.closing !== undefined) return;
    this.queue.push(bytes);
    this.queuedBytes += bytes.length;
    this.wake?.();
  }

  onMessage(listener: (bytes: Uint8Array) => void): () => void {
    this.messageListeners.add(listener);
    return () => this.messageListeners.delete(listener);
  }

  onClose(listener: (code: number, reason: string) => void): () => void {
    const { closing } = this;
    if (closing !== undefined) queueMicrotask(() => listener(closing.code, closing.reason));
    else this.closeListeners.add(listener);
    return () => this.closeListeners.delete(listener);
  }

  close(code: number = NO_STATUS, reason: string = ""): void {
    this.end(code, reason);
  }

  receive(bytes: Uint8Array): void {
    if (this.closing !== undefined) return;
    for (const listener of this.messageListeners) listener(bytes);
  }

  /** Whoever ended it, this is heard once. */
  end(code: number, reason: string): void {
    if (this.closing !== undefined) return;
    this.closing = { code, reason };
    this.onEnd();
    this.wake?.();
    for (const listener of this.closeListeners) listener(code, reason);
  }

  /** What goes over the network; leaving it early ends the channel. */
  async *events(id: string): AsyncGenerator<SseEvent> {
    try {
      yield { event: "open", data: id };
      while (true) {
        for (let bytes = this.queue.shift(); bytes !== undefined; bytes = this.queue.shift()) {
          yield { data: toBase64(bytes) };
          this.queuedBytes -= bytes.length;
        }
        if (this.closing !== undefined) break;
        await new Promise<void>((wake) => {
          this.wake = wake;
        });
        this.wake = undefined;
      }
      yield { event: "close", data: `${this.closing.code} ${this.closing.reason}` };
    } finally {
      this.end(GONE, "");
    }
  }
}

/** `undefined` when the bytes do not come out even. Copies: what is kept of a frame must not keep the others. */
function splitFrames(body: Uint8Array): Uint8Array[] | undefined {
  const frames: Uint8Array[] = [];
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  let at = 0;
  while (at < body.length) {
    if (body.length - at < 4) return undefined;
    const end = at + 4 + view.getUint32(at);
    if (end > body.length) return undefined;
    frames.push(body.slice(at + 4, end));
    at = end;
  }
  return frames;
}

/** In pieces: a call takes only so many arguments. */
function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
