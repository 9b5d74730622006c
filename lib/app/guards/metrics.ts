import { isCodedError } from "../../errors/index.ts";
import type { Context } from "../context-types.ts";
import type { Middleware } from "../handler-types.ts";
import { problemOf } from "../problem.ts";
import type { Reply } from "../types.ts";
import { around } from "./around.ts";
import { watchEnd } from "./watch-end.ts";

/**
 * One measured value, named as OpenTelemetry's semantic conventions for HTTP name it.
 * @public
 */
export interface Measurement {
  /** A duration is for a histogram; active requests are +1 and -1, for an up-down counter. */
  readonly name: "http.server.request.duration" | "http.server.active_requests";
  /** Seconds, or requests. */
  readonly unit: "s" | "{request}";
  /** In that unit; for requests in flight, +1 or -1. */
  readonly value: number;
  /** Few distinct values each, whatever strangers send. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

/**
 * Options of `metrics`.
 * @public
 */
export interface MetricsOptions {
  /** Hears every measurement; what it throws goes to `platform.report`. */
  readonly record: (measurement: Measurement) => void;
}

/**
 * Measures how long requests take and how many are under way. A streamed body counts to its end. Put it first.
 * @remarks An error that an error handler answers later has no status here, only its `error.type`. Needs a platform, whose clock decides
 * the resolution. Sync.
 * @example
 * ```ts
 * const duration = meter.createHistogram("http.server.request.duration", { unit: "s" });
 * app.use(metrics({ record: (m) => m.unit === "s" && duration.record(m.value, m.attributes) }));
 * ```
 * @public
 */
export function metrics(options: MetricsOptions): Middleware {
  return (c, next) => {
    const record = (measurement: Measurement): void => {
      try {
        options.record(measurement);
      } catch (error) {
        c.platform.report?.(error);
      }
    };
    const start = c.platform.now();
    const common = commonAttributes(c);
    record({ name: "http.server.active_requests", unit: "{request}", value: 1, attributes: common });
    const end = (outcome: Readonly<Record<string, string | number>>): void => {
      const attributes = { ...common, ...(c.route === undefined ? {} : { "http.route": c.route }), ...outcome };
      const value = Math.max(0, c.platform.now() - start) / 1000; // a clock set back must not spoil a histogram
      record({ name: "http.server.active_requests", unit: "{request}", value: -1, attributes: common });
      record({ name: "http.server.request.duration", unit: "s", value, attributes });
    };
    return around(
      next,
      (reply) => finish(reply, end),
      (error) => end(failure(error)),
    );
  };
}

type End = (outcome: Readonly<Record<string, string | number>>) => void;

function finish(reply: Reply, end: End): Reply {
  const { status, headers, body } = reply;
  if (body === null || typeof body === "string" || body instanceof Uint8Array) {
    end(statusAttributes(status));
    return reply;
  }
  const watched = watchEnd(body, (error) =>
    end(error === undefined ? statusAttributes(status) : { ...statusAttributes(status), "error.type": typeOf(error) }),
  );
  return { status, headers, body: watched };
}

function commonAttributes(c: Context): Readonly<Record<string, string>> {
  const known = METHODS.has(c.method);
  return { "http.request.method": known ? c.method : "_OTHER", "url.scheme": c.secure === true ? "https" : "http" };
}

/** All that RFC 9110 and RFC 5789 define: any other token would be a new time series of a stranger's making. */
const METHODS: ReadonlySet<string> = new Set([
  ...["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"],
]);

function statusAttributes(status: number): Record<string, string | number> {
  const attributes: Record<string, string | number> = { "http.response.status_code": status };
  if (status >= 500) attributes["error.type"] = String(status);
  return attributes;
}

function failure(error: unknown): Record<string, string | number> {
  const answer = problemOf(error);
  return answer === undefined ? { "error.type": typeOf(error) } : statusAttributes(answer.status);
}

function typeOf(error: unknown): string {
  if (isCodedError(error)) return error.code;
  return error instanceof Error && /^[A-Z]\w{0,63}$/.test(error.name) ? error.name : "_OTHER";
}
