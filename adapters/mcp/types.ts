import type { Endpoint, Middleware } from "../../lib/app/index.ts";
import type { JsonSchemaOptions } from "../../lib/app/openapi/index.ts";
import type { Route } from "../../lib/router/index.ts";

/**
 * What a route says of itself as a tool: `meta: { mcp: true }`, or `meta: { mcp: { description: "..." } satisfies McpMeta }`; `mcp: false` keeps it out
 * whatever the filter says.
 * @public
 */
export interface McpMeta {
  /** Letters, digits, `_` and `-`, at most 64. @defaultValue the route's name, else made of method and path */
  readonly name?: string;
  /** For people. */
  readonly title?: string;
  /** What it does and when to use it: this is what a model chooses by. @defaultValue summary and description of `meta.openapi`, else method and path */
  readonly description?: string;
  /** State the `response` schema as the tool's output. Clients then refuse replies that do not fit it. @defaultValue false */
  readonly output?: boolean;
}

/**
 * What both transports take.
 * @public
 */
export interface McpOptions extends JsonSchemaOptions {
  /** The server's name, as clients show it. */
  readonly name: string;
  /** The server's version. */
  readonly version: string;
  /** What a model should know before it uses any tool. */
  readonly instructions?: string;
  /** Which routes are tools. @defaultValue those with `meta.mcp` */
  readonly filter?: (route: Route<Endpoint>) => boolean;
  /** The longest reply a tool passes on, in bytes; a longer one is an error to the model. @defaultValue 262_144 */
  readonly maxResultBytes?: number;
  /** Hears what a route threw; the model is told only that it failed. @defaultValue console.error */
  readonly report?: (error: unknown) => void;
}

/**
 * Options of `serveMcp`.
 * @public
 */
export interface ServeMcpOptions extends McpOptions {
  /** Where clients connect. @defaultValue "/mcp" */
  readonly path?: string;
  /** Middleware for this route alone, such as `requireAuth`. */
  readonly use?: Middleware | readonly Middleware[];
  /** Of one message, in bytes. @defaultValue the app's `maxBodyBytes` */
  readonly maxBodyBytes?: number;
  /**
   * Web pages that may connect, as browsers name them: `https://app.example`. Every browser states its origin, so that no other page gets through,
   * also not by a name of its own that leads to this machine. @defaultValue none
   */
  readonly allowedOrigins?: readonly string[];
  /** Names this server is reached by, with or without a port. @defaultValue any */
  readonly allowedHosts?: readonly string[];
  /** Headers of the client's request that the routes see. @defaultValue `authorization`, `cookie`, `accept-language`, `traceparent`, `tracestate` */
  readonly forwardHeaders?: readonly string[];
}

/**
 * Options of `mcpStdio`.
 * @public
 */
export interface McpStdioOptions extends McpOptions {
  /** Headers the routes see, by lower-case name, such as an `authorization` from the environment. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where messages come from. @defaultValue process.stdin */
  readonly input?: NodeJS.ReadableStream;
  /** Where answers go; nothing else may be written there. @defaultValue process.stdout */
  readonly output?: NodeJS.WritableStream;
  /** Of what has come in without a line's end, in bytes. @defaultValue 1_048_576 */
  readonly maxMessageBytes?: number;
}
