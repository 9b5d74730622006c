import { CodedError } from "../../errors/index.ts";
import type { Context } from "../context-types.ts";
import type { Middleware } from "../handler-types.ts";
import { checkHeader } from "../headers.ts";
import { type StateKey, stateKey } from "../state.ts";
import type { HeaderPair, Reply } from "../types.ts";
import { around } from "./around.ts";

/**
 * Sources by directive of a Content-Security-Policy; `'nonce'` stands for the request's own. `false` leaves a directive of the defaults out.
 * @public
 */
export type ContentSecurityPolicy = Readonly<Record<string, readonly string[] | false>>;

/**
 * Options of `securityHeaders`: each header's value, or `false` to leave it out.
 * @public
 */
export interface SecurityHeadersOptions {
  /** Directives over the default ones. @defaultValue own files and nonced inline scripts and styles; no plugins, no foreign frames, forms or base */
  readonly contentSecurityPolicy?: ContentSecurityPolicy | false;
  /** Only have violations reported. @defaultValue false */
  readonly reportOnly?: boolean;
  /** Not sent where the host says that the client came without TLS. @defaultValue "max-age=31536000" */
  readonly strictTransportSecurity?: string | false;
  /** `X-Content-Type-Options`. @defaultValue "nosniff" */
  readonly contentTypeOptions?: string | false;
  /** Not `no-referrer`: browsers would then send `Origin: null` with forms, and `sameSite` could not tell them. @defaultValue "strict-origin-when-cross-origin" */
  readonly referrerPolicy?: string | false;
  /** `Cross-Origin-Opener-Policy`. @defaultValue "same-origin" */
  readonly crossOriginOpenerPolicy?: string | false;
  /** `Cross-Origin-Resource-Policy`. @defaultValue "same-origin" */
  readonly crossOriginResourcePolicy?: string | false;
  /** `Permissions-Policy`. @defaultValue no camera, microphone, geolocation, payment, USB or topics */
  readonly permissionsPolicy?: string | false;
}

const DEFAULT_POLICY: ContentSecurityPolicy = {
  "default-src": ["'self'"],
  "script-src": ["'self'", "'nonce'"],
  "style-src": ["'self'", "'nonce'"],
  "img-src": ["'self'", "data:"],
  "object-src": ["'none'"],
  "base-uri": ["'none'"],
  "form-action": ["'self'"],
  "frame-ancestors": ["'self'"],
};
const PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()";
const HSTS = "strict-transport-security";

/** Names that a guard further in has settled. */
const settledKey: StateKey<Set<string>> = /* @__PURE__ */ stateKey("security headers");

/**
 * Sends the headers that make browsers strict. Templates get the nonce of the policy by themselves, on scripts and styles. A header that the
 * handler has set itself stays; of two of these guards the inner one decides.
 * @remarks Also on replies of error handlers, not on those of the host. A 304 carries no policy, since its nonce would not be that of the
 * page the browser keeps. Needs a platform unless the policy has no nonce. Sync.
 * @throws CodedError `APP_BAD_GUARD` when made with a directive or source that would end another, `APP_BAD_HEADER` with a value no header may hold.
 * @example
 * ```ts
 * app.use(securityHeaders({ contentSecurityPolicy: { "img-src": ["'self'", "https://images.example"] } }));
 * ```
 * @public
 */
export function securityHeaders(options: SecurityHeadersOptions = {}): Middleware {
  const policy = compilePolicy(options.contentSecurityPolicy ?? {});
  const policyName = `content-security-policy${options.reportOnly === true ? "-report-only" : ""}`;
  const fixed = fixedHeaders(options);
  const add = (c: Context, reply: Reply | undefined): void => {
    const taken = c.has(settledKey) ? c.get(settledKey) : new Set<string>();
    c.set(settledKey, taken);
    for (const [name] of reply?.headers ?? []) taken.add(name.toLowerCase());
    const put = (name: string, value: string): void => {
      if (!taken.has(name)) c.addHeader(name, value);
      taken.add(name);
    };
    for (const [name, value] of fixed) if (name !== HSTS || c.secure !== false) put(name, value);
    if (policy !== undefined && reply?.status !== 304) put(policyName, policyOf(policy, c));
  };
  return (c, next) => {
    if (policy !== undefined && policy.length > 1) void c.nonce; // read now, so that the handler's templates carry it
    return around(
      next,
      (reply) => {
        add(c, reply);
        return reply;
      },
      () => add(c, undefined),
    );
  };
}

function policyOf(parts: readonly string[], c: Context): string {
  return parts.length === 1 ? (parts[0] ?? "") : parts.join(`'nonce-${c.nonce}'`);
}

/** The policy as text, cut where nonces go; `undefined` without one. */
function compilePolicy(policy: ContentSecurityPolicy | false): readonly string[] | undefined {
  if (policy === false) return undefined;
  const directives: string[] = [];
  for (const [name, sources] of Object.entries({ ...DEFAULT_POLICY, ...policy })) {
    if (sources === false) continue;
    if (!/^[a-z][a-z-]*$/.test(name) || sources.some((source) => !/^[\x21-\x2b\x2d-\x3a\x3c-\x7e]+$/.test(source))) {
      throw new CodedError("APP_BAD_GUARD", `the directive "${name}" has a name or source that is none`, {
        value: name,
      });
    }
    directives.push([name, ...sources].join(" "));
  }
  return directives.length === 0 ? undefined : directives.join("; ").split("'nonce'");
}

function fixedHeaders(options: SecurityHeadersOptions): HeaderPair[] {
  const all: readonly (readonly [string, string | false])[] = [
    [HSTS, options.strictTransportSecurity ?? "max-age=31536000"],
    ["x-content-type-options", options.contentTypeOptions ?? "nosniff"],
    ["referrer-policy", options.referrerPolicy ?? "strict-origin-when-cross-origin"],
    ["cross-origin-opener-policy", options.crossOriginOpenerPolicy ?? "same-origin"],
    ["cross-origin-resource-policy", options.crossOriginResourcePolicy ?? "same-origin"],
    ["permissions-policy", options.permissionsPolicy ?? PERMISSIONS],
  ];
  const pairs: HeaderPair[] = [];
  for (const [name, value] of all) {
    if (value === false) continue;
    checkHeader(name, value);
    pairs.push([name, value]);
  }
  return pairs;
}
