/**
 * One request and what becomes of its reply. Every event carries it as `detail.ctx`; until the request leaves
 * (`bus:config`), and until the swap (`bus:before:swap`), a listener may change what is not readonly.
 * @public
 */
export interface RequestContext {
  /** The element that asks: the button, link, input or form. */
  readonly source: Element;
  /** What happened to it; absent for `load`, `every` and history. */
  readonly event: Event | undefined;
  /** Rises by one per request in this page. */
  readonly order: number;
  /** Whether it is an ordinary link or form under `bus-boost`. */
  readonly boosted?: boolean;
  /** Whether the reader went back or forward. */
  readonly restored?: boolean;
  /** `GET`, `POST`, `PUT`, `PATCH` or `DELETE`. */
  method: string;
  /** Where to: same origin, http or https. */
  url: string;
  /** Request headers; values must be ASCII. */
  headers: Record<string, string>;
  /** The values sent: in the query for GET and DELETE, else in the body. */
  data: FormData;
  /** Whether the body is `multipart/form-data` instead of URL-encoded. */
  multipart: boolean;
  /** What the reply goes into, or beside. */
  target: Element;
  /** How: `innerHTML`, `outerHTML`, `beforebegin`, ... */
  swap: string;
  /** A selector: only this part of the reply is used. */
  select?: string | null | undefined;
  /** `"true"`, `"false"` or the address to add to the history. */
  push?: string | false | null | undefined;
  /** The same, for replacing the present entry. */
  replace: string | false | null | undefined;
  /** Pixels from the top to scroll to once the reply is in the page; without it the page stays where it is. */
  scroll?: number;
  /** The reply, once there is one. Its body is read by the time of `bus:before:swap`: see `text`. */
  response?: Response;
  /** Whether the reply will be swapped, once its status and headers are read. */
  swaps?: unknown;
  /** The reply as HTML, once it was read; what came as plain text is escaped. */
  text?: string;
  /** Ends the request silently. */
  readonly controller: AbortController;
  /** Called when the request is over, however it ended. */
  readonly ends: (() => void)[];
  /** @internal What its source asked for meanwhile. */
  _waiting: (() => void)[];
  /** @internal Whether any other request replaces it. */
  _yields?: boolean;
}

/**
 * What is known before an element's attributes are read, and counts where they say nothing.
 * @public
 */
export type RequestStart = Pick<RequestContext, "method" | "url"> &
  Partial<
    Pick<
      RequestContext,
      "boosted" | "restored" | "target" | "swap" | "select" | "push" | "replace" | "scroll" | "headers"
    >
  >;

/**
 * Why `bus:error` was fired.
 *
 * - `target`: nothing matches the selector of `bus-target`, of `Bus-Retarget` or of an out-of-band part.
 * - `origin`: an address of another origin, or one that is not http(s), in an attribute or a header.
 * - `attribute`: a value that cannot be read, such as vals that are not JSON or a selector that does not parse.
 * - `network`: no reply came.
 * - `timeout`: no reply came in time. Only with plus.
 * - `swap`: the reply came and could not be put into the page.
 * @public
 */
export type ClientErrorReason = "target" | "origin" | "attribute" | "network" | "timeout" | "swap";

/**
 * What `bus:error` carries.
 * @public
 */
export interface ClientErrorDetail {
  /** Why. */
  readonly reason: ClientErrorReason;
  /** The request it belongs to; with `source` only when it failed before there was one. */
  readonly ctx: Pick<RequestContext, "source"> & Partial<RequestContext>;
  /** What was thrown, when something was. */
  readonly error: unknown;
}

/**
 * What the other events carry.
 * @public
 */
export interface ClientEventDetail {
  /** The request and its reply. */
  readonly ctx: RequestContext;
}

/**
 * The events of the client. They are fired at the element that asks (at the body once it has left the page), and bubble.
 * @public
 */
export interface ClientEventMap {
  /** All is collected and may be changed. Cancelable: nothing is sent. */
  "bus:config": CustomEvent<ClientEventDetail>;
  /** The request is about to leave. Cancelable. */
  "bus:before:request": CustomEvent<ClientEventDetail>;
  /** The reply is about to go into the page. Cancelable: the page stays as it is, its address too. */
  "bus:before:swap": CustomEvent<ClientEventDetail>;
  /** The reply is in the page and its elements are active. */
  "bus:after:swap": CustomEvent<ClientEventDetail>;
  /** Something could not be done; nothing else happens. */
  "bus:error": CustomEvent<ClientErrorDetail>;
  /** The reply's status is 400 or more. Cancelable: then it is not swapped even if it would be. */
  "bus:response:error": CustomEvent<ClientEventDetail>;
}

/**
 * What `config` takes.
 * @public
 */
export interface ClientConfig {
  /** Goes to another page. @defaultValue `(url) => location.assign(url)` */
  readonly navigate?: (url: string) => void;
  /** Loads this page again. @defaultValue `() => location.reload()` */
  readonly reload?: () => void;
  /** Runs the scripts of what is swapped in, once each. @defaultValue true */
  readonly scripts?: boolean;
  /** Lets every attribute count for what is inside of its element, without `:inherited`. @defaultValue false */
  readonly inherit?: boolean;
  /** Ends requests that have no reply after so many milliseconds. Only with plus. @defaultValue none */
  readonly timeout?: number;
}

declare global {
  interface DocumentEventMap extends ClientEventMap {}
  interface HTMLElementEventMap extends ClientEventMap {}
}

/** What the client remembers of an element. */
export interface Marked extends Element {
  /** How many requests have set which mark on it. */
  _marks?: Record<string, number>;
  /** The life of its triggers, until it is found to have left the page. */
  _life?: AbortController | undefined;
  /** Whether the server has ended its poll. */
  _ended?: boolean;
  /** The request that is coordinated here, while one runs. */
  _run?: RequestContext | undefined;
  /** The newest request whose reply has replaced it, or was to. */
  _order?: number;
}
