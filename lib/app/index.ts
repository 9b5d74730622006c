/**
 * Request pipeline: routes with middleware, validation and replies, answered inside whatever host calls `handle`.
 * @packageDocumentation
 */
export { createApp } from "./app.ts";
export type { AddRoute, App, AppOptions, JoinPattern, Routes, SocketOptions } from "./app-types.ts";
export { type BatchedCall, type BatchOptions, batch } from "./batch.ts";
export { cachedHead, cacheReply } from "./cache-reply.ts";
export type { Validators } from "./conditional.ts";
export type { BytesOptions, Context, ContextValues, RawValues, ReadOptions, RedirectOptions } from "./context-types.ts";
export type { CookieOptions, CookiePlace } from "./cookie-types.ts";
export { allOf, firstOf } from "./fields.ts";
export { addressKey } from "./guards/address-key.ts";
export {
  knownUsers,
  type RequireBasicOptions,
  type RequireBearerOptions,
  type RequireUserOptions,
  requireBasic,
  requireBearer,
  requireUser,
} from "./guards/auth.ts";
export { type CorsOptions, cors } from "./guards/cors.ts";
export { type CsrfTokenOptions, csrfToken, csrfTokenOf } from "./guards/csrf.ts";
export { type EntityTagsOptions, entityTags } from "./guards/entity-tags.ts";
export type { LimitDecision, Limiter } from "./guards/limiter.ts";
export { type BodyLimitOptions, bodyLimit, type HeaderLimitOptions, headerLimit } from "./guards/limits.ts";
export { createMemoryLimiter, type MemoryLimiterOptions } from "./guards/memory-limiter.ts";
export { type Measurement, type MetricsOptions, metrics } from "./guards/metrics.ts";
export { type RateLimitOptions, rateLimit } from "./guards/rate-limit.ts";
export { type RequestIdOptions, requestId, requestIdKey } from "./guards/request-id.ts";
export { type SameSiteOptions, sameSite } from "./guards/same-site.ts";
export {
  type ContentSecurityPolicy,
  type SecurityHeadersOptions,
  securityHeaders,
} from "./guards/security-headers.ts";
export type { Session } from "./guards/session.ts";
export {
  createMemorySessionStore,
  type MemorySessionStoreOptions,
  type SessionStore,
} from "./guards/session-store.ts";
export { type SessionsOptions, sessionKey, sessions } from "./guards/sessions.ts";
export { type TimeoutOptions, timeout } from "./guards/timeout.ts";
export { type TraceContext, type TraceContextOptions, traceContext, traceKey } from "./guards/trace-context.ts";
export type {
  ErrorHandler,
  Handler,
  Middleware,
  NotFoundHandler,
  RouteOptions,
  RouteValues,
  SocketHandler,
} from "./handler-types.ts";
export { checkLimit } from "./limit.ts";
export { originForm } from "./origin-form.ts";
export { type ProblemDetails, problem } from "./problem.ts";
export type { FileOptions, FileSource } from "./range.ts";
export type { SchemaIssue, SchemaResult, StandardSchema, ValueOf } from "./schema.ts";
export type { AppLimits } from "./settings.ts";
export { equalSecrets } from "./signing.ts";
export type { SseEvent, SseOptions } from "./sse.ts";
export { type StateKey, stateKey } from "./state.ts";
export type { Endpoint } from "./table.ts";
export { type RenderContext, toReply } from "./to-reply.ts";
export type {
  ChunkSource,
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
