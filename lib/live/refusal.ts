/** What `refuse` makes. @public */
export interface Refusal {
  readonly kind: "refusal";
  /** Of the HTTP answer. */
  readonly status: number;
  /** Where the browser is sent instead, if anywhere. */
  readonly redirect: string | undefined;
}

/** How a visitor is refused. @public */
export interface RefuseOptions {
  /** Status of the HTTP answer. @defaultValue 403 */
  readonly status?: 401 | 403 | 404;
  /** Where the browser is sent instead, on this site: a login page, say. */
  readonly redirect?: string;
}

class Refused implements Refusal {
  readonly kind = "refusal";
  readonly status: number;
  readonly redirect: string | undefined;

  constructor({ status = 403, redirect }: RefuseOptions) {
    this.status = status;
    this.redirect = redirect;
  }
}

/**
 * Keeps a visitor out, when `onMount` returns it: 403 or a redirect over HTTP, `LIVE_REFUSED` over a socket.
 * @example
 * ```ts
 * onMount: ({ request }) => (request.has(user) ? request.get(user) : refuse({ redirect: "/login" }))
 * ```
 * @public
 */
export function refuse(options: RefuseOptions = {}): Refusal {
  return new Refused(options);
}

/** Told by its class: what `onMount` lets in may have any shape. */
export function isRefusal(value: unknown): value is Refusal {
  return value instanceof Refused;
}
