import type { Html } from "../html/index.ts";

/**
 * A value now, or a promise of it. A handler that has its answer at hand never makes a promise.
 * @public
 */
export type MaybePromise<T> = T | Promise<T>;

/**
 * Request headers by lower-case name, as Node's parser gives them.
 * @public
 */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Fields of a query or a form: one string, or a list when the name came more than once. Has no prototype.
 * @public
 */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

/**
 * What a host hands over: one request, translated and otherwise untouched.
 * @public
 */
export interface HostRequest {
  /** As received, upper case by convention. */
  readonly method: string;
  /** Path and query as received, still percent-encoded, after the host cut its mount path off. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: RequestHeaders;
  /** The mount path the host cut off, `""` when there is none: put it before links to your own pages. */
  readonly base?: string | undefined;
  /** The body as the host's own parser left it; `undefined` when the host has not read it. */
  readonly parsedBody?: unknown;
  /** The raw body, once. Stopping early leaves the connection usable. */
  stream(): AsyncIterable<Uint8Array>;
  /**
   * All of the body, where the host reads it faster whole than piece by piece: instead of `stream`, and once as well. `undefined` when it has
   * more than `maxBytes`; the connection is as usable then as after a stream left early.
   */
  readAll?(maxBytes: number): Promise<Uint8Array | undefined>;
  /** Aborted when the client leaves before the reply is complete. */
  readonly signal: AbortSignal;
  /**
   * The client's address as the host gives it: the host alone knows which proxies to trust, so no forwarding header is read here.
   * `undefined` where the host does not say.
   */
  readonly address?: string | undefined;
  /** Whether the client came over TLS, as the host says. */
  readonly secure?: boolean | undefined;
  /** Whether the host compresses replies itself, so that the app need not. */
  readonly compresses?: boolean | undefined;
  /** Sends the values of `Link` headers ahead of the reply (103). Does nothing once the reply has begun, and on HTTP/1.0. */
  hint?(links: readonly string[]): void;
  /** The host's own request object. */
  readonly raw: unknown;
}

/**
 * One header line: a name and its value.
 * @public
 */
export type HeaderPair = readonly [name: string, value: string];

/**
 * Headers as a list of pairs (a name may repeat, as `set-cookie` does) or as a record.
 * @public
 */
export type HeaderList = readonly HeaderPair[] | Readonly<Record<string, string>>;

/**
 * Chunks as they come. A web stream counts as one also where a project's types do not say that it can be iterated: until TypeScript 6 those of
 * `lib: ["dom", "dom.iterable"]` do not, which the templates of frameworks set.
 * @public
 */
export type ChunkSource = AsyncIterable<Uint8Array | string> | Pick<ReadableStream<Uint8Array | string>, "getReader">;

/**
 * What goes back to the client. Middleware may push to `headers`.
 * @public
 */
export interface Reply {
  /** From 200 to 599. */
  readonly status: number;
  /** In the order they are sent; names may repeat. */
  readonly headers: HeaderPair[];
  /** Text is sent as UTF-8; a stream is pulled no faster than the client reads. */
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array> | null;
}

/**
 * Anything of a reply's shape, such as what `busbar/partial` yields: its templates are rendered on the way out.
 * @public
 */
export interface ReplyLike {
  /** From 200 to 599. */
  readonly status: number;
  /** Pairs of name and value. */
  readonly headers: Iterable<HeaderPair>;
  /** A template, or a stream of them, is rendered on the way out. */
  readonly body: Html | string | Uint8Array | AsyncIterable<Html | string | Uint8Array> | null;
}

/**
 * What a handler may return: a reply, something of its shape, or a template (a 200 page).
 * @public
 */
export type HandlerResult = ReplyLike | Html;

/**
 * Runs the rest of the chain and gives its reply. Calling it twice throws `APP_NEXT_TWICE`.
 * @public
 */
export type Next = () => MaybePromise<Reply>;

/**
 * One side of a socket; the structural twin of `Channel` in `busbar/wire`.
 * @public
 */
export interface SocketChannel {
  /** Queues one message. After close it does nothing. */
  send(bytes: Uint8Array): void;
  /** Bytes handed to `send` and not yet on the network. */
  readonly queuedBytes: number;
  /** Hears every message from now on. Returns its stop. */
  onMessage(listener: (bytes: Uint8Array) => void): () => void;
  /** Hears the close, once, also when it has already happened. Returns its stop. */
  onClose(listener: (code: number, reason: string) => void): () => void;
  /** Ends the channel. Closing twice is harmless. */
  close(code?: number, reason?: string): void;
}

/**
 * Takes the open channel of a socket whose middleware let it in. It never throws: a failing handler closes its channel (1011).
 * @public
 */
export type SocketAcceptor = (channel: SocketChannel) => void;

/**
 * What the app needs from the machine it runs on; `nodePlatform` in `busbar/node` is one.
 * @public
 */
export interface Platform {
  /** Milliseconds since 1970. */
  now(): number;
  /** That many unpredictable bytes. */
  random(byteLength: number): Uint8Array;
  /** HMAC-SHA-256, 32 bytes. */
  hmac(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** SHA-256, 32 bytes. */
  sha256?(bytes: Uint8Array): Uint8Array;
  /** Calls `f` once after `ms` milliseconds. Returns its cancel. */
  after(ms: number, f: () => void): () => void;
  /** Hears errors nobody could answer, such as those of a socket handler. */
  report?(error: unknown): void;
  /** Raw deflate (RFC 1951), at once: for messages of a few kilobytes. Without it they are sent as they are. */
  deflate?(bytes: Uint8Array): Uint8Array;
  /** Compresses replies. Without it they are sent as they are. */
  readonly compress?: Compressor;
}

/**
 * A content coding the app can send.
 * @public
 */
export type Coding = "br" | "gzip";

/**
 * Compresses the bodies of replies.
 * @public
 */
export interface Compressor {
  /** All of a body. */
  whole(coding: Coding, bytes: Uint8Array): Promise<Uint8Array>;
  /** Chunk by chunk: what a chunk holds has left before the next one is asked for. */
  stream(coding: Coding, source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}
