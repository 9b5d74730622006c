import type { Context } from "../context-types.ts";
import type { Middleware } from "../handler-types.ts";
import { headerText } from "../headers.ts";
import { type StateKey, stateKey } from "../state.ts";
import type { Platform } from "../types.ts";

/**
 * A request's place in a trace, by W3C Trace Context.
 * @public
 */
export interface TraceContext {
  /** 32 hexadecimal digits, the same through all services. */
  readonly traceId: string;
  /** 16 hexadecimal digits: this service's own part. */
  readonly spanId: string;
  /** The caller's part; `undefined` when the trace begins here. */
  readonly parentId: string | undefined;
  /** Whether the trace is being recorded. */
  readonly sampled: boolean;
  /** What tracing systems pass along, as it came; `undefined` when there is none. */
  readonly traceState: string | undefined;
  /** The `traceparent` for requests made on behalf of this one; send `traceState` along as `tracestate`. */
  readonly traceParent: string;
}

/**
 * Where `traceContext` puts the trace.
 * @public
 */
export const traceKey: StateKey<TraceContext> = /* @__PURE__ */ stateKey("trace context");

/**
 * Options of `traceContext`.
 * @public
 */
export interface TraceContextOptions {
  /** Go on with the caller's trace. At the edge, strangers then choose trace ids and what is recorded. @defaultValue true */
  readonly trustIncoming?: boolean | ((c: Context) => boolean);
  /** Whether a trace that begins here is recorded. @defaultValue false */
  readonly sample?: boolean | ((c: Context) => boolean);
}

/**
 * Reads `traceparent` and `tracestate` (W3C Trace Context, level 1), strictly: what is malformed is as if it had not come. Each request gets
 * a span id of its own.
 * @remarks Records nothing: give the ids to your tracer, or use its own instrumentation instead. Needs a platform. Sync.
 * @example
 * ```ts
 * app.use(traceContext());
 * app.get("/", async (c) => c.text(await callBackend({ traceparent: c.get(traceKey).traceParent })));
 * ```
 * @public
 */
export function traceContext(options: TraceContextOptions = {}): Middleware {
  const { trustIncoming = true, sample = false } = options;
  return (c, next) => {
    const { headers } = c.request;
    const caller = ask(trustIncoming, c) ? parseTraceParent(headerText(headers["traceparent"])) : undefined;
    const traceId = caller?.traceId ?? randomHex(c.platform, 16);
    const spanId = randomHex(c.platform, 8);
    const sampled = caller?.sampled ?? ask(sample, c);
    c.set(traceKey, {
      traceId,
      spanId,
      parentId: caller?.parentId,
      sampled,
      traceState: caller === undefined ? undefined : parseTraceState(headerText(headers["tracestate"])),
      traceParent: `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`,
    });
    return next();
  };
}

/** What a `traceparent` says, `undefined` when it is malformed. Of later versions the part is read that version 00 has too. */
export function parseTraceParent(
  text: string | undefined,
): (Pick<TraceContext, "traceId" | "sampled"> & { readonly parentId: string }) | undefined {
  if (text === undefined || text.length > MAX_PARENT_LENGTH) return undefined;
  const parts = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(text);
  const [, version, traceId = "", parentId = "", flags = "", rest] = parts ?? [];
  if (version === undefined || version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

const MAX_PARENT_LENGTH = 256;
const MAX_STATE_LENGTH = 512;
const MAX_STATE_MEMBERS = 32;
const STATE_KEY = /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/;
const STATE_VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** A `tracestate` that may be passed on, `undefined` when it is malformed, repeats a key, or is longer than 512 characters or 32 members. */
export function parseTraceState(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_STATE_LENGTH) return undefined;
  const members = text
    .split(",")
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ""))
    .filter((member) => member !== "");
  if (members.length === 0 || members.length > MAX_STATE_MEMBERS) return undefined;
  const keys = new Set<string>();
  for (const member of members) {
    const at = member.indexOf("=");
    const key = member.slice(0, at);
    if (at < 0 || !STATE_KEY.test(key) || !STATE_VALUE.test(member.slice(at + 1)) || keys.has(key)) return undefined;
    keys.add(key);
  }
  return members.join(",");
}

function ask(question: boolean | ((c: Context) => boolean), c: Context): boolean {
  return typeof question === "function" ? question(c) : question;
}

/** Never all zeros, which stands for no id. */
function randomHex(platform: Platform, byteLength: number): string {
  for (let tries = 0; tries < 4; tries++) {
    const text = Array.from(platform.random(byteLength), (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (/[1-9a-f]/.test(text)) return text;
  }
  return "1".padStart(byteLength * 2, "0"); // a source that gives nothing but zeros is a test's
}
