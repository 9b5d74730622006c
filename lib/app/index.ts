/**
 * Request pipeline: routes with middleware, validation and replies, answered inside whatever host calls `handle`.
 * @packageDocumentation
 */
export { createApp } from "./app.ts";
export type { AddRoute, App, AppOptions, JoinPattern, Routes, SocketOptions } from "./app-types.ts";
export { type BatchedCall, type BatchOptions, batch } from "./batch.ts";
export type { Validators } from "./conditional.ts";
export type { BytesOptions, Context, ContextValues, RawValues, ReadOptions, RedirectOptions } from "./context-types.ts";
export type { CookieOptions, CookiePlace } from "./cookie-types.ts";
export { allOf, firstOf } from "./fields.ts";
export type {
  ErrorHandler,
  Handler,
  Middleware,
  NotFoundHandler,
  RouteOptions,
  RouteValues,
  SocketHandler,
} from "./handler-types.ts";
export type { FileOptions, FileSource } from "./range.ts";
export type { SchemaIssue, SchemaResult, StandardSchema, ValueOf } from "./schema.ts";
export type { AppLimits } from "./settings.ts";
export { equalSecrets } from "./signing.ts";
export type { SseEvent, SseOptions } from "./sse.ts";
export { type StateKey, stateKey } from "./state.ts";
export type { Endpoint } from "./table.ts";
export { type RenderContext, toReply } from "./to-reply.ts";
export type {
  Coding,
  Compressor,
  Fields,
  HandlerResult,
  HeaderList,
  HeaderPair,
  HostRequest,
  MaybePromise,
  Next,
  Platform,
  Reply,
  ReplyLike,
  RequestHeaders,
  SocketAcceptor,
  SocketChannel,
} from "./types.ts";
