import { CodedError } from "../errors/index.ts";
import { type BodyLimits, type BodySource, readBytes, readForm, readJson, readText } from "./body.ts";
import type { Context, RawValues, ReadOptions } from "./context-types.ts";
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
import { checkHeader } from "./headers.ts";
import { isPromise } from "./promise.ts";
import { ReplyMakers } from "./reply-makers.ts";
import { RequestBody } from "./request-body.ts";
import type { RequestPlace } from "./settings.ts";
import { isSigned, signText, toBase64Url } from "./signing.ts";
import type { StateKey } from "./state.ts";
import type {
  Compressor,
  Fields,
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
  sentBody?: RequestBody;
  deadlines?: AbortSignal[];
  signal?: AbortSignal | undefined;
  added?: HeaderPair[];
  isLatin1?: boolean;
  state?: Map<StateKey<unknown>, unknown>;
  nonce?: string;
}

/** The one implementation of `Context`. Values a schema produced replace the raw ones; the types say which. */
export class RequestContext extends ReplyMakers implements Context {
  readonly request: HostRequest;
  params: Params;
  readonly #place: RequestPlace;
  #extras: Extras | undefined;

  constructor(request: HostRequest, params: Params, place: RequestPlace) {
    super();
    this.request = request;
    this.params = params;
    this.#place = place;
  }

  get method(): string {
    return this.request.method;
  }
  get url(): string {
    return this.request.url;
  }
  get route(): string | undefined {
    return this.#place.pattern;
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
    return this.#place.settings.platform();
  }
  connect(request: HostRequest): MaybePromise<SocketAcceptor | Reply | undefined> {
    return this.#place.settings.connect(request);
  }
  get headers(): RequestHeaders {
    return this.#extras?.headers ?? this.request.headers;
  }
  get query(): Fields {
    const extras = this.#more();
    extras.query ??= parseQuery(this.request.url, this.#place.settings.maxFields);
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
    return this.#readBody(options, readJson);
  }
  readForm(options?: ReadOptions): Promise<Fields> {
    return this.#readBody(options, readForm);
  }
  readText(options?: ReadOptions): Promise<string> {
    return this.#readBody(options, readText);
  }
  readBytes(options?: ReadOptions): Promise<Uint8Array> {
    return this.#readBody(options, readBytes);
  }
  readStream(options?: ReadOptions): AsyncIterable<Uint8Array> {
    return this.#sentBody().stream(options);
  }
  peekForm(options?: ReadOptions): Promise<Fields> {
    return this.#sentBody().peekForm(options);
  }
  /** For a body schema: reads the body by its content type, and goes on with what was read. */
  checkBody<T>(then: (value: unknown) => MaybePromise<T>): MaybePromise<T> {
    return this.#sentBody().check(then);
  }

  addHeader(name: string, value: string): void {
    const extras = this.#more();
    if (!checkHeader(name, value)) extras.isLatin1 = true; // at once: an error handler's reply is not to be refused for it
    if (extras.added === undefined) extras.added = [[name, value]];
    else extras.added.push([name, value]);
  }
  setCookie(name: string, value: string, options: CookieOptions = {}): void {
    const { cookies, platform } = this.#place.settings;
    this.addHeader("set-cookie", encodeCookie(name, value, options, cookies, platform));
  }
  deleteCookie(name: string, options: CookiePlace = {}): void {
    this.addHeader("set-cookie", encodeDeletion(name, options, this.#place.settings.cookies));
  }
  signedCookie(name: string, options: CookiePlace = {}): string | undefined {
    const { cookies } = this.#place.settings;
    const full = cookieName(name, options, cookies);
    return verifyCookie(full, this.#sentCookies()[full], cookies, this.platform);
  }
  sign(purpose: string, text: string): string {
    const [key] = requireKeys(this.#place.settings.cookies);
    return signText(this.platform, key, `app/${purpose}`, text);
  }
  isSigned(purpose: string, text: string, signature: string): boolean {
    return isSigned(this.platform, requireKeys(this.#place.settings.cookies), `app/${purpose}`, text, signature);
  }
  addSignal(signal: AbortSignal): void {
    const extras = this.#more();
    extras.deadlines ??= [];
    extras.deadlines.push(signal);
    extras.signal = undefined;
  }
  limitBody(maxBytes: number): void {
    this.#sentBody().limit(maxBytes);
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
  get timer(): Platform["after"] | undefined {
    return this.#place.settings.hasPlatform ? this.platform.after : undefined;
  }
  /** Whether the request is an upgrade, to which 101 is an answer. */
  get isSocket(): boolean {
    return this.#place.socket !== undefined;
  }
  /** What compresses this request's reply, if anything does. */
  get compressor(): Compressor | undefined {
    return this.#place.settings.compressor;
  }
  /** Headers that middleware added for whatever reply comes. */
  get added(): readonly HeaderPair[] | undefined {
    return this.#extras?.added;
  }
  get isAddedAscii(): boolean {
    return this.#extras?.isLatin1 !== true;
  }
  /** Puts what a schema made of a part in its place. */
  accept(part: "params" | "query" | "headers" | "cookies" | "body", value: unknown): void {
    if (part === "params")
      this.params = value as Params; // cast: the route's own types say what the schema makes of it
    else if (part === "body") this.#more().body = value;
    else Object.assign(this.#more(), { [part]: value });
  }

  #more(): Extras {
    this.#extras ??= {};
    return this.#extras;
  }
  /** By the names they came under, also where a schema has made something else of `cookies`. */
  #sentCookies(): Cookies {
    const extras = this.#more();
    extras.sentCookies ??= parseCookies(this.request.headers["cookie"]);
    return extras.sentCookies;
  }
  #sentBody(): RequestBody {
    const extras = this.#more();
    extras.sentBody ??= new RequestBody(this.request, this.#place);
    return extras.sentBody;
  }
  /** A promise whatever happens: what cannot be read is never thrown at whoever only wants to hand the promise on. */
  #readBody<T>(
    options: ReadOptions | undefined,
    read: (request: BodySource, limits: BodyLimits) => MaybePromise<T>,
  ): Promise<T> {
    try {
      const result = this.#sentBody().once(options, read);
      return isPromise(result) ? result : Promise.resolve(result);
    } catch (error) {
      return Promise.reject(error);
    }
  }
}
