/**
 * What a fetch host knows and a `Request` does not say. Every function is called with the handler's own arguments, and only when the app asks.
 * @public
 */
export interface FetchHandlerOptions<Host = void> {
  /** The path the host serves the app under, cut off before the app looks; requests outside it are not the app's. @defaultValue "" */
  readonly base?: string;
  /** The client's address. Without it `c.address` is unknown: a `Request` does not carry it. */
  readonly address?: (request: Request, host: Host) => string | undefined;
  /** Whether the client came over TLS. @defaultValue whether the request's URL says https */
  readonly secure?: (request: Request, host: Host) => boolean;
  /** The body, if the host has read it; `undefined` if it has not. */
  readonly parsedBody?: (request: Request, host: Host) => unknown;
  /** Sends `Link` values ahead of the reply (103), where the host can. */
  readonly hint?: (links: readonly string[], request: Request, host: Host) => void;
  /** Whether the host compresses replies itself. @defaultValue false */
  readonly compresses?: boolean;
}
