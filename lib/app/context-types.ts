import type { Html } from "../html/index.ts";
import type { Validators } from "./conditional.ts";
import type { CookieOptions, CookiePlace } from "./cookie-types.ts";
import type { FileOptions, FileSource } from "./range.ts";
import type { SseEvent, SseOptions } from "./sse.ts";
import type { StateKey } from "./state.ts";
import type {
  ChunkSource,
  Fields,
  HeaderList,
  HostRequest,
  MaybePromise,
  Platform,
  Reply,
  RequestHeaders,
  SocketAcceptor,
} from "./types.ts";

/**
 * The types of what a context carries; a route's schemas decide them.
 * @public
 */
export interface ContextValues<
  Params = unknown,
  Query = unknown,
  Headers = unknown,
  Cookies = unknown,
  Body = unknown,
> {
  /** Path parameters. */
  readonly params: Params;
  /** The query. */
  readonly query: Query;
  /** Request headers. */
  readonly headers: Headers;
  /** Cookies. */
  readonly cookies: Cookies;
  /** The body. */
  readonly body: Body;
}

/**
 * What a context carries where no schema was given: strings as they came. `body` stays `undefined` until a reader is called.
 * @public
 */
export interface RawValues {
  /** Decoded, by name. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** Fields as they came. */
  readonly query: Fields;
  /** By lower-case name. */
  readonly headers: RequestHeaders;
  /** Values by name. */
  readonly cookies: Readonly<Record<string, string>>;
  /** Nothing: call a reader. */
  readonly body: undefined;
}

/**
 * Options of the body readers.
 * @public
 */
export interface ReadOptions {
  /** Refuse a longer body with 413. In bytes. @defaultValue the route's `maxBodyBytes`, else `limits.maxBodyBytes` */
  readonly maxBytes?: number;
}

/**
 * Options of a reply with a type of its own.
 * @public
 */
export interface BytesOptions {
  /** The reply's status. @defaultValue 200 */
  readonly status?: number;
  /** The content type. @defaultValue "application/octet-stream" */
  readonly type?: string;
  /** Further headers. */
  readonly headers?: HeaderList;
}

/**
 * Options of a redirect.
 * @public
 */
export interface RedirectOptions {
  /** The reply's status. @defaultValue 302 after GET and HEAD, 303 after anything else */
  readonly status?: 301 | 302 | 303 | 307 | 308;
  /** Allow another origin (http and https only). Never set it for a target a stranger chose. @defaultValue false */
  readonly external?: boolean;
  /** Further headers. */
  readonly headers?: HeaderList;
}

/**
 * One request on its way through the app: what came in, and the makers of what goes out.
 * @public
 */
export interface Context<V extends ContextValues = RawValues> {
  /** What the host handed over, unvalidated. */
  readonly request: HostRequest;
  /** The request's method, upper case by convention. */
  readonly method: string;
  /** Path and query as received. */
  readonly url: string;
  /** The pattern of the route that answers, with the prefixes it stands below; `undefined` where none does. For logs and metrics. */
  readonly route: string | undefined;
  /** The mount path the host cut off, `""` without one. */
  readonly base: string;
  /** The client's IP address as the host knows it; `undefined` where the host does not say. Behind a proxy, tell the host to trust it. */
  readonly address: string | undefined;
  /** Whether the client came over TLS, as the host knows it; `undefined` where the host does not say. */
  readonly secure: boolean | undefined;
  /** Aborted when the client leaves before the reply is complete. */
  readonly signal: AbortSignal;
  /** Clock, timers, randomness and HMAC. @throws CodedError `APP_NO_PLATFORM`. */
  readonly platform: Platform;

  /** Path parameters: decoded, validated when the route has a schema. Has no prototype. */
  readonly params: V["params"];
  /** The query, parsed on first use. */
  readonly query: V["query"];
  /** Request headers by lower-case name, validated when the route has a schema. */
  readonly headers: V["headers"];
  /**
   * The cookies, parsed on first use: at most 200, from the first 16,384 characters. One with a prefix stands under its whole name and
   * under its bare one, where it wins over a plain cookie. Ask for the whole name where another host's cookie would do harm.
   */
  readonly cookies: V["cookies"];
  /** The validated body of a route with a body schema. */
  readonly body: V["body"];

  /** Reads the body as JSON. @throws CodedError `APP_BAD_JSON` (400), `APP_BAD_CONTENT_TYPE` (415), `APP_BODY_TOO_LARGE` (413), `APP_BODY_READ`. */
  readJson(options?: ReadOptions): Promise<unknown>;
  /** Reads an urlencoded form. @throws as `readJson`; `APP_TOO_MANY_FIELDS` (413). */
  readForm(options?: ReadOptions): Promise<Fields>;
  /** Reads the body as UTF-8 text of any content type. @throws CodedError `APP_BAD_TEXT` (400) and as `readBytes`. */
  readText(options?: ReadOptions): Promise<string>;
  /** Reads the body whole. @throws CodedError `APP_BODY_TOO_LARGE` (413), `APP_BODY_READ`, `APP_BODY_GONE`. */
  readBytes(options?: ReadOptions): Promise<Uint8Array>;
  /** Reads the body chunk by chunk, as fast as you take it; the cap holds here too. */
  readStream(options?: ReadOptions): AsyncIterable<Uint8Array>;

  /** Reads an urlencoded form ahead and leaves it for the handler's own reader: for guards. @throws as `readForm`. */
  peekForm(options?: ReadOptions): Promise<Fields>;

  /** A page, or a fragment of one. Rendered at once. */
  html(node: Html, status?: number, headers?: HeaderList): Reply;
  /** A value as JSON. */
  json(value: unknown, status?: number, headers?: HeaderList): Reply;
  /** Plain text, UTF-8. */
  text(text: string, status?: number, headers?: HeaderList): Reply;
  /** Bytes of any type. */
  bytes(bytes: Uint8Array, options?: BytesOptions): Reply;
  /** Chunks as they come, no faster than the client takes them. */
  stream(source: ChunkSource, options?: BytesOptions): Reply;
  /** Server-sent events; a plain string is an event with that data. */
  sse(source: AsyncIterable<SseEvent | string>, options?: SseOptions): Reply;
  /**
   * A file, or the part of it the request asks for: 200, 206, 304, 412 or 416. `openFile` of `busbar/node` makes a source of a path.
   * @throws CodedError `APP_BAD_ETAG`, `APP_BAD_REPLY`.
   */
  file(source: FileSource, options?: FileOptions): Reply;
  /** Sends the browser elsewhere on this origin. @throws CodedError `APP_FOREIGN_REDIRECT` when the target leaves it and `external` is not set. */
  redirect(target: string, options?: RedirectOptions): Reply;
  /** A reply without a body, 204 unless told. */
  empty(status?: number, headers?: HeaderList): Reply;
  /** 304: what the client has is current. Ask `fresh` first. */
  notModified(headers?: HeaderList): Reply;
  /** Whether `If-None-Match` names this entity tag (given with its quotes; compared weakly). @throws CodedError `APP_BAD_ETAG`. */
  fresh(etag: string): boolean;
  /**
   * Holds the request's conditions (`If-Match`, `If-None-Match` and the two by date) against the state of things: the 304 or 412 to answer
   * with, or `undefined` to go on. Ask it before a change too: 412 is what keeps one editor from overwriting the other.
   * @throws CodedError `APP_BAD_ETAG`.
   */
  precondition(validators: Validators): Reply | undefined;
  /** The id of the last event a reconnecting `EventSource` has seen. */
  readonly lastEventId: string | undefined;
  /**
   * Sends 103 Early Hints: values of `Link` headers such as `</app.css>; rel=preload; as=style`. Does nothing on hosts and connections
   * that cannot, and once the reply has begun.
   * @throws CodedError `APP_BAD_HEADER`.
   */
  earlyHints(links: readonly string[]): void;

  /** Adds a header to whatever reply this request ends in, also one made elsewhere. @throws CodedError `APP_BAD_HEADER`. */
  addHeader(name: string, value: string): void;
  /**
   * Signs a text with the newest of `cookieSecrets`, for one purpose alone: 43 characters of base64url.
   * @throws CodedError `APP_NO_COOKIE_SECRET`, `APP_NO_PLATFORM`.
   */
  sign(purpose: string, text: string): string;
  /** Whether a signature was made by `sign` with any of `cookieSecrets`, for this purpose and text. @throws as `sign`. */
  isSigned(purpose: string, text: string, signature: string): boolean;
  /**
   * Asks the app that answers this request, the outermost one, to take a socket: its middleware runs for `request` as for any other.
   * @returns what `app.connect` does.
   */
  connect(request: HostRequest): MaybePromise<SocketAcceptor | Reply | undefined>;
  /** From now on `signal` is aborted by this one too. A handler that has taken `signal` before does not see it. */
  addSignal(signal: AbortSignal): void;
  /** From now on no reader of this request takes more, whatever it asks for; the lowest cap counts. In bytes. */
  limitBody(maxBytes: number): void;
  /**
   * Sets a cookie on whatever reply this request ends in. Unless told otherwise it is `__Host-<name>`, `Secure`, `HttpOnly`, `SameSite=Lax`.
   * @param value - Any well-formed text; percent-encoded as needed. The whole line holds at most 4,096 bytes.
   * @throws CodedError `APP_BAD_COOKIE`, `APP_COOKIE_TOO_LARGE`; `APP_NO_COOKIE_SECRET`, `APP_NO_PLATFORM` when signed.
   */
  setCookie(name: string, value: string, options?: CookieOptions): void;
  /** Makes the browser forget a cookie; name the place it was set with. @throws CodedError `APP_BAD_COOKIE`. */
  deleteCookie(name: string, options?: CookiePlace): void;
  /**
   * The value of a signed cookie, `undefined` when it is absent or its signature is not ours for this name. Looks only at the name that
   * `setCookie` with the same place would use, so a plain cookie of another host is never taken for a `__Host-` one. When it was set
   * is not signed: put a time into the value where age matters.
   * @throws CodedError `APP_NO_COOKIE_SECRET`, `APP_NO_PLATFORM`.
   */
  signedCookie(name: string, options?: CookiePlace): string | undefined;
  /** The state under this key. @throws CodedError `APP_MISSING_STATE` when nothing was set. */
  get<T>(key: StateKey<T>): T;
  /** Puts state under a key, for what runs after. */
  set<T>(key: StateKey<T>, value: T): void;
  /** Whether anything was set under this key. */
  has(key: StateKey<unknown>): boolean;
  /** A fresh nonce for this request's Content-Security-Policy; once read, `html` renders with it. Needs a platform. */
  readonly nonce: string;
}
