import type { Reply } from "../../../lib/app/index.ts";
import type { Link, Tap } from "./transport.ts";

/*
 * Where sockets are blocked: one connection that carries a stream of server-sent events and the POSTs beside it, as HTTP/2 does. What travels is a kind, a
 * number that says which POST is meant, and bytes.
 */

const EVENTS = 0;
const POST = 1;
const ANSWER = 2;

/** The browser's `EventSource`, as far as it is used. */
export interface PageSource {
  opened(): void;
  heard(name: string, data: string): void;
  failed(): void;
}

/** How a process takes a request whose body comes at once; `undefined`: the host answers. */
export type Take = (headers: Readonly<Record<string, string>>, body: Uint8Array) => Promise<Reply | undefined>;

/** The server's end: sends what a reply streams, and hands on what is posted. */
export function serveEvents(link: Link, tap: Tap, reply: Reply, take: Take, failed: (error: unknown) => void): void {
  const { channel } = link;
  const text = async (): Promise<void> => {
    let rest = "";
    for await (const part of reply.body as AsyncIterable<Uint8Array>) {
      // cast: a stream of events is one
      const events = (rest + decode(part)).split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) for (const sent of tapped(event, tap.fromServer)) send(EVENTS, 0, encode(sent));
    }
    channel.close(1000, "over");
  };
  const send = (kind: number, number: number, bytes: Uint8Array): void => channel.send(pack(kind, number, bytes));
  const post = async (number: number, bytes: Uint8Array): Promise<void> => {
    const at = bytes.indexOf(10);
    const headers = { "bus-live": decode(bytes.subarray(0, at)), "content-type": "application/octet-stream" };
    const body = joinFrames(splitFrames(bytes.slice(at + 1)).flatMap((frame) => tap.toServer(frame)));
    const answer = await take(headers, body);
    send(ANSWER, number, Uint8Array.of((answer?.status ?? 404) >> 8, (answer?.status ?? 404) & 255));
  };
  channel.onMessage((message) => {
    const [kind, number, bytes] = unpack(message);
    if (kind === POST) post(number, bytes).catch(failed);
  });
  text().catch(failed);
}

/** The page's end: an `EventSource`, and a `fetch` for the POSTs that belong to it. */
export class EventsClient {
  private readonly source: PageSource;
  private readonly tap: Tap;
  private readonly waiting: Map<number, (status: number | undefined) => void> = new Map();
  private posts = 0;
  private isOver = false;

  constructor(source: PageSource, tap: Tap) {
    this.source = source;
    this.tap = tap;
  }

  /** What came over the connection. */
  heard(message: Uint8Array): void {
    const [kind, number, bytes] = unpack(message);
    if (kind === ANSWER) {
      this.waiting.get(number)?.(((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0));
      this.waiting.delete(number);
      return;
    }
    for (const event of tapped(decode(bytes), this.tap.toClient)) {
      const name = /^event: (.*)$/m.exec(event)?.[1];
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data !== undefined && !this.isOver) this.source.heard(name ?? "message", data);
    }
  }

  /** The status of the answer. @throws TypeError when there is none. */
  post(link: Link, channel: string, body: Uint8Array): Promise<number> {
    const frames = splitFrames(body).flatMap((frame) => this.tap.fromClient(frame));
    return new Promise((resolve, reject) => {
      const lost = (): void => reject(new TypeError("the network fails"));
      if (this.isOver || !link.isClientOpen) {
        queueMicrotask(lost);
        return;
      }
      const number = ++this.posts;
      this.waiting.set(number, (status) => (status === undefined ? lost() : resolve(status)));
      link.clientSends(pack(POST, number, concat([encode(`${channel}\n`), joinFrames(frames)])));
    });
  }

  ended(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const settle of this.waiting.values()) settle(undefined);
    this.waiting.clear();
    this.source.failed();
  }
}

/** An event that carries a frame, as what changes frames lets it go on; others as they are. */
function tapped(event: string, tap: (bytes: Uint8Array) => readonly Uint8Array[]): readonly string[] {
  const data = event.startsWith("data: ") ? event.slice(6) : undefined;
  if (data === undefined) return [event];
  const frames = tap(Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)));
  return frames.map((frame) => `data: ${btoa(String.fromCharCode(...frame))}`);
}

function pack(kind: number, number: number, bytes: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(kind, number >> 8, number & 255), bytes]);
}

function unpack(message: Uint8Array): readonly [kind: number, number: number, bytes: Uint8Array] {
  return [message[0] ?? 0, ((message[1] ?? 0) << 8) | (message[2] ?? 0), message.subarray(3)];
}

function splitFrames(body: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  for (let at = 0; at < body.length; ) {
    const end = at + 4 + view.getUint32(at);
    frames.push(body.slice(at + 4, end));
    at = end;
  }
  return frames;
}

function joinFrames(frames: readonly Uint8Array[]): Uint8Array {
  return concat(
    frames.flatMap((frame) => {
      const head = new Uint8Array(4);
      new DataView(head.buffer).setUint32(0, frame.length);
      return [head, frame];
    }),
  );
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
