import { CodedError } from "../errors/index.ts";
import type { Html } from "../html/index.ts";
import { type BodyLimits, readByType, readBytes, readForm, readJson, readStream, readText } from "./body.ts";
import { checkEtag, hasTag, precondition, type Validators } from "./conditional.ts";
import type { BytesOptions, Context, RawValues, ReadOptions, RedirectOptions } from "./context-types.ts";
import type { CookieOptions, CookiePlace } from "./cookie-types.ts";
import {
  cookieName,
  encodeCookie,
  encodeDeletion,
  parseCookies,
  requireKeys,
  verifyCookie,
  withBareNames,
} from "./cookies.ts";
import { parseQuery } from "./fields.ts";
import { checkHeader, headerText } from "./headers.ts";
import { type FileOptions, type FileSource, fileReply } from "./range.ts";
import * as replies from "./replies.ts";
import type { Settings } from "./settings.ts";
import { isSigned, signText, toBase64Url } from "./signing.ts";
import { lastEventIdOf, type SseEvent, type SseOptions } from "./sse.ts";
import type { StateKey } from "./state.ts";
import type {
  Compressor,
  Fields,
  HeaderList,
  HeaderPair,
  HostRequest,
  MaybePromise,
  Platform,
  Reply,
  RequestHeaders,
  SocketAcceptor,
} from "./types.ts";

type Params = RawValues["params"];
type Cookies = RawValues["cookies"];

/** What few requests need, made on first use so that the others stay small. */
interface Extras {
  query?: Fields;
  headers?: RequestHeaders;
  cookies?: Cookies;
  sentCookies?: Cookies;
  body?: unknown;
  bodyRead?: boolean;
  kept?: Uint8Array;
  maxBodyBytes?: number;
  deadlines?: AbortSignal[];
  signal?: AbortSignal | undefined;
  added?: HeaderPair[];
  state?: Map<StateKey<unknown>, unknown>;
  nonce?: string;
}

/** The one implementation of `Context`. Values a schema produced replace the raw ones; the types say which. */
export class RequestContext implements Context {
  readonly request: HostRequest;
  params: Params;
  readonly #settings: Settings;
  readonly #maxBodyBytes: number;
  #extras: Extras | undefined;

  constructor(request: HostRequest, params: Params, settings: Settings, maxBodyBytes: number) {
    this.request = request;
    this.params = params;
    this.#settings = settings;
    this.#maxBodyBytes = maxBodyBytes;
  }

  get method(): string {
    return this.request.method;
  }
  get url(): string {
    return this.request.url;
  }
  get base(): string {
    return this.request.base ?? "";
  }
  get address(): string | undefined {
    return this.request.address;
  }
  get secure(): boolean | undefined {
    return this.request.secure;
  }
  get signal(): AbortSignal {
    const extras = this.#extras;
    if (extras?.deadlines === undefined) return this.request.signal;
    extras.signal ??= AbortSignal.any([this.request.signal, ...extras.deadlines]);
    return extras.signal;
  }
  get platform(): Platform {
    return this.#settings.platform();
  }
  connect(request: HostRequest): MaybePromise<SocketAcceptor | Reply | undefined> {
    return this.#settings.connect(request);
  }
  get headers(): RequestHeaders {
    return this.#extras?.headers ?? this.request.headers;
  }
  get query(): Fields {
    const extras = this.#more();
    extras.query ??= parseQuery(this.request.url, this.#settings.maxFields);
    return extras.query;
  }
  get cookies(): Cookies {
    const extras = this.#more();
    extras.cookies ??= withBareNames(this.#sentCookies());
    return extras.cookies;
  }
  get body(): undefined {
    return this.#extras?.body as undefined; // cast: a route with a body schema has its own type for this
  }

  readJson(options?: ReadOptions): Promise<unknown> {
    return this.#once(options, readJson);
  }
  readForm(options?: ReadOptions): Promise<Fields> {
    return this.#once(options, readForm);
  }
  readText(options?: ReadOptions): Promise<string> {
    return this.#once(options, readText);
  }
  readBytes(options?: ReadOptions): Promise<Uint8Array> {
    return this.#once(options, readBytes);
  }
  readStream(options?: ReadOptions): AsyncIterable<Uint8Array> {
    this.#claimBody();
    return readStream(this.#source(), this.#limits(options));
  }
  async peekForm(options?: ReadOptions): Promise<Fields> {
    const extras = this.#more();
    const limits = this.#limits(options);
    if (this.request.parsedBody === undefined && extras.kept === undefined) {
      this.#claimBody();
      extras.kept = await readBytes(this.request, limits);
      extras.bodyRead = false;
    }
    return readForm(this.#source(), limits);
  }
  /** For a body schema: the content type decides how the body is read. */
  readBody(): Promise<unknown> {
    return this.#once(undefined, readByType);
  }

  html(node: Html, status?: number, headers?: HeaderList): Reply {
    return replies.html(node, status, headers, this);
  }
  json(value: unknown, status?: number, headers?: HeaderList): Reply {
    return replies.json(value, status, headers);
  }
  text(text: string, status?: number, headers?: HeaderList): Reply {
    return replies.text(text, status, headers);
  }
  bytes(bytes: Uint8Array, options?: BytesOptions): Reply {
    return replies.bytes(bytes, options);
  }
  stream(source: AsyncIterable<Uint8Array | string>, options?: BytesOptions): Reply {
    return replies.stream(source, options);
  }
  sse(source: AsyncIterable<SseEvent | string>, options?: SseOptions): Reply {
    return replies.sse(source, options, this.#settings.hasPlatform ? this.platform.after : undefined);
  }
  file(source: FileSource, options?: FileOptions): Reply {
    return fileReply(this.request, source, options);
  }
  redirect(target: string, options?: RedirectOptions): Reply {
    return replies.redirect(target, this.request.method, options);
  }
  empty(status?: number, headers?: HeaderList): Reply {
    return replies.empty(status ?? 204, headers);
  }
  notModified(headers?: HeaderList): Reply {
    return replies.empty(304, headers);
  }
  fresh(etag: string): boolean {
    checkEtag(etag);
    const header = headerText(this.request.headers["if-none-match"]);
    return header !== undefined && hasTag(header, etag);
  }
  precondition(validators: Validators): Reply | undefined {
    return precondition(this.request, validators);
  }
  get lastEventId(): string | undefined {
    return lastEventIdOf(headerText(this.request.headers["last-event-id"]));
  }
  earlyHints(links: readonly string[]): void {
    for (const link of links) checkHeader("link", link);
    if (links.length > 0) this.request.hint?.(links);
  }

  addHeader(name: string, value: string): void {
    const extras = this.#more();
    extras.added ??= [];
    extras.added.push([name, value]);
  }
  setCookie(name: string, value: string, options: CookieOptions = {}): void {
    this.addHeader("set-cookie", encodeCookie(name, value, options, this.#settings.cookies, this.#settings.platform));
  }
  deleteCookie(name: string, options: CookiePlace = {}): void {
    this.addHeader("set-cookie", encodeDeletion(name, options, this.#settings.cookies));
  }
  signedCookie(name: string, options: CookiePlace = {}): string | undefined {
    const { cookies } = this.#settings;
    const full = cookieName(name, options, cookies);
    return verifyCookie(full, this.#sentCookies()[full], cookies, this.platform);
  }
  sign(purpose: string, text: string): string {
    const [key] = requireKeys(this.#settings.cookies);
    return signText(this.platform, key, `app/${purpose}`, text);
  }
  isSigned(purpose: string, text: string, signature: string): boolean {
    return isSigned(this.platform, requireKeys(this.#settings.cookies), `app/${purpose}`, text, signature);
  }
  addSignal(signal: AbortSignal): void {
    const extras = this.#more();
    extras.deadlines ??= [];
    extras.deadlines.push(signal);
    extras.signal = undefined;
  }
  limitBody(maxBytes: number): void {
    const extras = this.#more();
    extras.maxBodyBytes = Math.min(maxBytes, extras.maxBodyBytes ?? maxBytes);
  }
  get<T>(key: StateKey<T>): T {
    const state = this.#extras?.state;
    if (state?.has(key) !== true)
      throw new CodedError("APP_MISSING_STATE", `nothing was set for "${key.name}"`, { value: key.name });
    return state.get(key) as T; // cast: set() took a T for this key
  }
  set<T>(key: StateKey<T>, value: T): void {
    const extras = this.#more();
    extras.state ??= new Map();
    extras.state.set(key, value);
  }
  has(key: StateKey<unknown>): boolean {
    return this.#extras?.state?.has(key) === true;
  }
  get nonce(): string {
    const extras = this.#more();
    extras.nonce ??= toBase64Url(this.platform.random(18));
    return extras.nonce;
  }

  /** The nonce if anyone has asked for it. */
  get usedNonce(): string | undefined {
    return this.#extras?.nonce;
  }
  /** What compresses this request's reply, if anything does. */
  get compressor(): Compressor | undefined {
    return this.#settings.compressor;
  }
  /** Headers that middleware added for whatever reply comes. */
  get added(): readonly HeaderPair[] | undefined {
    return this.#extras?.added;
  }
  /** Puts what a schema made of a part in its place. */
  accept(part: "params" | "query" | "headers" | "cookies" | "body", value: unknown): void {
    if (part === "params")
      this.params = value as Params; // cast: the route's own types say what the schema makes of it
    else Object.assign(this.#more(), { [part]: value });
  }

  #more(): Extras {
    this.#extras ??= {};
    return this.#extras;
  }
  /** By the names they came under, also where a schema has made something else of `cookies`. */
  #sentCookies(): Cookies {
    const extras = this.#more();
    extras.sentCookies ??= parseCookies(cookieText(this.request.headers["cookie"]));
    return extras.sentCookies;
  }
  #limits(options: ReadOptions | undefined): BodyLimits {
    const maxBytes = options?.maxBytes ?? this.#maxBodyBytes;
    const cap = this.#extras?.maxBodyBytes ?? maxBytes;
    return { maxBytes: Math.min(maxBytes, cap), maxFields: this.#settings.maxFields };
  }
  /** The request, with its body in place again when it was read ahead. */
  #source(): HostRequest {
    const kept = this.#extras?.kept;
    if (kept === undefined) return this.request;
    const { method, url, headers, raw } = this.request;
    const stream = async function* (): AsyncGenerator<Uint8Array, void, void> {
      if (kept.length > 0) yield kept;
    };
    return { method, url, headers, raw, stream, signal: this.signal };
  }
  #claimBody(): void {
    const extras = this.#more();
    if (extras.bodyRead === true) throw new CodedError("APP_BODY_READ", "the body of this request was read before");
    extras.bodyRead = true;
  }
  async #once<T>(
    options: ReadOptions | undefined,
    read: (request: HostRequest, limits: BodyLimits) => Promise<T>,
  ): Promise<T> {
    this.#claimBody();
    return read(this.#source(), this.#limits(options));
  }
}

function cookieText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "object" ? value.join("; ") : value;
}
